"""`{age: PATH}`: a file that is encrypted to recipients with age, such as one in the repository.

The format is https://age-encryption.org/v1; pyrage, which wraps the Rust implementation, reads and writes it.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.extras import installed
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.once import Once
from efsync.secrets.roots import Roots, secret_text

VARIABLE = "EFSYNC_AGE_KEY"
"""Holds identities, one a line, as an identity file does; those of `[secrets.age] identities` are used beside it."""


class AgeProvider:
    """Reads files below `[secrets.age] roots` with the identities of whoever runs efsync."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._roots = Roots("age", settings.get("roots", ()), folder)
        self._files = [folder / Path(name).expanduser() for name in settings.get("identities", ())]
        self._identities = Once(self._find_identities)

    def check_allowed(self, argument: str) -> None:
        """The file that the path really leads to has to lie below a root."""
        self._roots.check(argument)

    def read(self, argument: str) -> Secret:
        """The decrypted text without the line end at its end."""
        identities = self._identities(None)
        data = self._roots.read(argument)
        pyrage = installed("pyrage", "age")
        try:
            decrypted: bytes = pyrage.decrypt(data, identities)
        except pyrage.DecryptError:
            said = message("the file {file} is not encrypted to us, or is no age file", file=argument)
            hint = message("encrypt it again, to a recipient whose identity is here: efsync secrets encrypt")
            raise SecretError(said, hint) from None
        return Secret(secret_text(decrypted, lambda: message("what is in the file {file}", file=argument)))

    def _find_identities(self, _question: None) -> list[Any]:
        pyrage = installed("pyrage", "age")
        found = []
        if VARIABLE in os.environ:
            found += _identities(pyrage, os.environ[VARIABLE].encode("utf-8", "surrogateescape"), VARIABLE)
        for path in self._files:
            try:
                found += _identities(pyrage, path.read_bytes(), str(path))
            except OSError as error:
                why = reason(error)
                said = message("the age identities in {file} can't be read: {reason}", file=path, reason=why)
                raise ProviderDown(said) from None
        if not found:
            hint = message("name a file in efsync.toml, [secrets.age] identities, or set {variable}", variable=VARIABLE)
            raise ProviderDown(message("there is no age identity to decrypt with"), hint)
        return found


def encrypted(secret: Secret, recipients: Iterable[str]) -> bytes:
    """An age file, as text, that whoever has the identity of one of the `recipients` can read.

    Raises `SecretError` where one is no recipient, or pyrage is not installed.
    """
    pyrage = installed("pyrage", "age")
    found = [_recipient(pyrage, written.strip(), number) for number, written in enumerate(recipients, start=1)]
    data: bytes = pyrage.encrypt(secret.reveal().encode(), found, armored=True)
    return data


def _recipient(pyrage: Any, written: str, number: int) -> Any:
    for kind in (pyrage.x25519, pyrage.ssh):
        try:
            return kind.Recipient.from_str(written)
        except pyrage.RecipientError:
            continue
    # not repeated: somebody may have put the identity there
    hint = message("write it as age1… or as a line of an SSH public key")
    raise SecretError(message("number {number} of the recipients is none", number=number), hint)


def _identities(pyrage: Any, data: bytes, where: str) -> list[Any]:
    """The identities in a file, which is one of age or an SSH key. Raises `ProviderDown` without any part of it."""
    try:
        if b"PRIVATE KEY-----" in data:
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = (line.strip() for line in data.decode().splitlines())
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError):
        hint = message("it has to hold AGE-SECRET-KEY-1… lines, or one SSH key without a passphrase")
        raise ProviderDown(message("{place} holds something else than age identities", place=where), hint) from None
