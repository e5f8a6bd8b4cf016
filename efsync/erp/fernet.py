"""The codec `fernet`: passwords are enciphered with a key, and what is written differs each time.

Fernet (https://github.com/fernet/spec) is AES-128 in CBC with an HMAC and the time in each token; cryptography, an
extra, has it. Whether an ERP of yours can read it is for the ERP to say.
"""

import hashlib
import importlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

VARIABLE = "EFSYNC_FERNET_KEY"
FILE_VARIABLE = f"{VARIABLE}_FILE"
"""Names a file with the key, where it is in no variable."""

_HINT = message("set {name}, or {file} to the path of a file that holds it", name=VARIABLE, file=FILE_VARIABLE)


class FernetCodec:
    """Enciphers with the first of its keys and deciphers with all of them, so that a key can be replaced."""

    def encode(self, secret: Secret) -> str:
        """A token; another one each time."""
        token: bytes = _cipher(_keys()).encrypt(secret.reveal().encode())
        return token.decode()

    def decode(self, stored: str) -> Secret:
        """Raises `ValueError` where no key of ours made it."""
        cipher = _cipher(_keys())
        text: bytes
        try:
            text = cipher.decrypt(stored.encode())
        except Exception:  # cryptography's own is imported no sooner than it is needed
            raise ValueError("not a token of ours") from None  # not said to people
        return Secret(text.decode())

    @property
    def identity(self) -> str:
        """A digest of the keys."""
        keys = _keys()
        _cipher(keys)  # which says what is wrong with them
        return hashlib.sha256(b"efsync fernet identity\0" + keys.encode()).hexdigest()


def _keys() -> str:
    """The keys, with commas between them. Raises `Refused` (`config`) where there is none."""
    found = os.environ.get(VARIABLE, "")
    if not found and FILE_VARIABLE in os.environ:
        try:
            found = Path(os.environ[FILE_VARIABLE]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            unread = message("the file that {name} names can't be read", name=FILE_VARIABLE)
            raise Refused(Problem("config", unread, hint=_HINT)) from None
    if not found.strip():
        raise Refused(Problem("config", message("the password codec fernet has no key"), hint=_HINT))
    return found


@lru_cache(maxsize=2)
def _cipher(keys: str) -> Any:
    try:
        fernet = importlib.import_module("cryptography.fernet")
    except ImportError:
        missing = message("the password codec fernet needs cryptography, which is not installed")
        raise Refused(Problem("config", missing, hint="pip install 'efsync-erp[fernet]'")) from None
    try:
        return fernet.MultiFernet([fernet.Fernet(key.strip()) for key in keys.split(",")])
    except ValueError:
        unusable = message("the password codec fernet has a key that is none: 32 bytes in URL-safe Base64")
        hint = (
            "python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'"  # not said to people
        )
        raise Refused(Problem("config", unusable, hint=hint)) from None
