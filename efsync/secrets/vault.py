"""`{vault: MOUNT/PATH#FIELD}`: a field of a secret in HashiCorp Vault's key-value store, version 2."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.extras import installed
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.once import Once
from efsync.secrets.patterns import is_field_listed, with_field

FIELD = "password"
"""The field that is meant where a reference names none."""

_TOKEN, _ROLE, _SECRET = "VAULT_TOKEN", "VAULT_ROLE_ID", "VAULT_SECRET_ID"
_TOKEN_FILE = "~/.vault-token"
_CREDENTIALS = message(
    "set {token}, or {role} and {secret}, or log in with `vault login`", token=_TOKEN, role=_ROLE, secret=_SECRET
)


class VaultProvider:
    """Reads what `[secrets.vault] allow` lists from the server at `address`.

    Who asks is the environment's word: a token in `VAULT_TOKEN`, an AppRole in `VAULT_ROLE_ID` and `VAULT_SECRET_ID`,
    or the token in the file that `vault login` writes.
    """

    at_once = 8

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._address: str = settings.get("address", "").rstrip("/")
        self._timeout: int = settings.get("timeout", 10)
        self._client = Once(self._logged_in)
        self._fields = Once(self._read_fields)
        self._token_is_good = Once(self._look_at_token)

    def check_allowed(self, argument: str) -> None:
        """Path and field have to match one of the patterns; one without `#` allows the field `password` only."""
        path, field = with_field(argument, FIELD)
        listed = is_field_listed(path, field, self._settings.get("allow", ()), FIELD)
        if not listed or "/" not in path:
            hint = message("write MOUNT/PATH or MOUNT/PATH#FIELD, and allow it in efsync.toml: [secrets.vault] allow")
            raise SecretError(message("the secret {name} of Vault may not be read", name=argument), hint)

    def read(self, argument: str) -> Secret:
        """The field of the newest version of the secret; each secret is asked for once, however many of its fields."""
        path, field = with_field(argument, FIELD)
        fields = self._fields(path)
        if not isinstance(fields.get(field), str):
            no_text = message("the field {field} of the secret {name} of Vault is not text", field=field, name=path)
            missing = message("the field {field} of the secret {name} of Vault is not there", field=field, name=path)
            raise SecretError(no_text if field in fields else missing)
        return Secret(fields[field])

    def _read_fields(self, path: str) -> Mapping[str, Any]:
        hvac, client = self._client(None)
        mount, _, name = path.partition("/")
        try:
            answer = self._asked(
                lambda: client.secrets.kv.v2.read_secret_version(
                    path=name, mount_point=mount, raise_on_deleted_version=True
                )
            )
        except (hvac.exceptions.InvalidPath, hvac.exceptions.InvalidRequest):
            hint = message("is it written right, and is its mount a key-value store of version 2?")
            raise SecretError(message("Vault has no secret {name}", name=path), hint) from None
        except hvac.exceptions.Forbidden:
            self._token_is_good(None)
            hint = message("let the token's policy read it")
            raise SecretError(message("Vault does not let us read the secret {name}", name=path), hint) from None
        if getattr(answer, "is_redirect", False):
            said = message("sends us elsewhere, which is not followed: the token would go along")
            raise self._down(said, message("name that address"))
        fields = answer["data"]["data"] if _has_fields(answer) else None
        if not isinstance(fields, Mapping):
            raise self._down(message("gives an answer that is none of Vault's key-value store, version 2"))
        return fields

    def _look_at_token(self, _question: None) -> None:
        """Raise `ProviderDown` where Vault takes the token no more: then it is no matter of one secret."""
        hvac, client = self._client(None)
        try:
            self._asked(client.auth.token.lookup_self)
        except (hvac.exceptions.Forbidden, hvac.exceptions.InvalidPath):
            raise self._down(message("does not take the token"), _CREDENTIALS) from None

    def _logged_in(self, _question: None) -> tuple[Any, Any]:
        """hvac, and a client that has a token."""
        if not self._address:
            hint = message("name it in efsync.toml: [secrets.vault] address")
            raise ProviderDown(message("Vault has no address"), hint)
        hvac = installed("hvac", "vault")
        token = os.environ.get(_TOKEN, "").strip()
        by_role = not token and _ROLE in os.environ and _SECRET in os.environ
        if not token and not by_role:
            token = self._token_of_file()
        if not by_role and not (token and token.isascii() and token.isprintable()):
            raise ProviderDown(message("there is no token for Vault"), _CREDENTIALS)
        ca = self._settings.get("ca")
        client = hvac.Client(
            url=self._address,
            token=token,
            verify=str(self._folder / ca) if ca else None,
            timeout=self._timeout,
            allow_redirects=False,  # the token would go along
            namespace=self._settings.get("namespace"),
        )
        if by_role:
            role, secret = os.environ[_ROLE], os.environ[_SECRET]
            try:
                self._asked(lambda: client.auth.approle.login(role_id=role, secret_id=secret))
            except (hvac.exceptions.VaultError, KeyError, TypeError):
                raise self._down(message("does not let the AppRole in"), _CREDENTIALS) from None
        return hvac, client

    def _token_of_file(self) -> str:
        path = self._folder / Path(self._settings.get("token_file", _TOKEN_FILE)).expanduser()
        try:
            return path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError):
            raise ProviderDown(message("the token of Vault in {file} can't be read", file=path)) from None

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What Vault answers. Raises `ProviderDown`, in which nothing of it stands, or hvac's own for a bad request."""
        hvac, requests = installed("hvac", "vault"), installed("requests", "vault")
        try:
            return ask()
        except requests.exceptions.SSLError:
            hint = message("[secrets.vault] ca names the file of the authority that signed it")
            raise self._down(message("has a certificate that can't be trusted"), hint) from None
        except requests.exceptions.Timeout:
            raise self._down(message("does not answer within {seconds} seconds", seconds=self._timeout)) from None
        except requests.exceptions.RequestException:
            raise self._down(message("can't be reached")) from None
        except OSError:
            raise self._down(message("can't be asked: the file that [secrets.vault] ca names is not there")) from None
        except (hvac.exceptions.Forbidden, hvac.exceptions.InvalidPath, hvac.exceptions.InvalidRequest):
            raise
        except hvac.exceptions.RateLimitExceeded:
            said = message("is asked too much at once, and says so")
            raise self._down(said, message("try again later")) from None
        except hvac.exceptions.VaultDown:
            raise self._down(message("is sealed, or down for maintenance")) from None
        except hvac.exceptions.VaultError:
            raise self._down(message("is not well: it answers with an error of its own")) from None

    def _down(self, is_wrong: str, hint: str | None = None) -> ProviderDown:
        return ProviderDown(message("Vault at {address} {is_wrong}", address=self._address, is_wrong=is_wrong), hint)


def _has_fields(answer: object) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("data"), dict) and "data" in answer["data"]
