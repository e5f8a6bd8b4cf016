"""`{keyring: SERVICE/USER}`: a password of the desktop's keyring: GNOME, KDE, macOS or Windows."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.extras import installed
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.patterns import is_listed


class KeyringProvider:
    """Reads what `[secrets.keyring] allow` lists from the keyring of whoever runs efsync."""

    at_once = 1

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._allowed: tuple[str, ...] = tuple(settings.get("allow", ()))
        self._timeout: int = settings.get("timeout", 60)

    def check_allowed(self, argument: str) -> None:
        """Service and user have to match one of the patterns."""
        if argument.count("/") != 1 or not is_listed(argument, self._allowed):
            hint = message("write SERVICE/USER, and allow it in efsync.toml: [secrets.keyring] allow")
            raise SecretError(message("the password {name} of the keyring may not be read", name=argument), hint)

    def read(self, argument: str) -> Secret:
        """The password; a keyring that is locked asks its owner, who has `timeout` seconds."""
        answers: list[Secret | SecretError] = []
        thread = threading.Thread(target=lambda: answers.append(_answer(argument)), daemon=True)
        thread.start()
        thread.join(self._timeout)
        if not answers:
            said = message("the keyring does not answer within {seconds} seconds", seconds=self._timeout)
            raise ProviderDown(said, message("is it locked, and asks somewhere for its password?"))
        (answer,) = answers
        if isinstance(answer, SecretError):
            raise answer
        return answer


def _answer(argument: str) -> Secret | SecretError:
    service, _, user = argument.partition("/")
    try:
        keyring, errors = installed("keyring", "keyring"), installed("keyring.errors", "keyring")
    except ProviderDown as missing:
        return missing
    try:
        password = keyring.get_password(service, user)
    except errors.NoKeyringError:
        hint = message("a server has none: use another kind of reference")
        return ProviderDown(message("there is no keyring here"), hint)
    except errors.KeyringLocked:
        return ProviderDown(message("the keyring is locked"), message("unlock it"))
    except Exception:  # each of its backends has its own
        return ProviderDown(message("the keyring can't be read"))
    if password is None:
        return SecretError(message("the keyring has no password {name}", name=argument))
    return Secret(password)
