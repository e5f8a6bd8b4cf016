"""Keyed fingerprints: tell whether a password changed without holding it.

HMAC-SHA-256 (RFC 2104) over the password; without the key, a fingerprint can't be tried against guesses.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.normal import normal_text
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import FINGERPRINT_PREFIX, Secret

VARIABLE = "EFSYNC_KEY"
MIN_CHARACTERS = 16


@dataclass(frozen=True)
class FingerprintKey:
    """The key; `identity` tells two keys apart and gives neither away."""

    _key: bytes = field(repr=False)

    @property
    def identity(self) -> str:
        """A short name of the key, as the state keeps it."""
        return hmac.new(self._key, b"efsync key identity", hashlib.sha256).hexdigest()[:16]

    @cached_property
    def for_seals(self) -> bytes:
        """A key of its own for `seal`."""
        return hmac.digest(self._key, b"efsync key for seals", "sha256")

    def is_key(self, secret: Secret) -> bool:
        """Whether `secret` is this key itself."""
        return hmac.compare_digest(self._key, secret.reveal().strip().encode("utf-8", "surrogatepass"))

    def fingerprint(self, secret: Secret) -> str | None:
        """What stands for `secret`; `None` for one that is empty or all blanks, which counts as cleared."""
        text = normal_text(secret.reveal())
        if text is None:
            return None
        return self._fingerprint_of(text)

    @cached_property
    def _fingerprint_of(self) -> Callable[[str], str]:
        """Knows the last ones: what is live and as it shall be is asked for twice, one after the other."""

        @lru_cache(maxsize=2)
        def fingerprint_of(text: str) -> str:
            """The fingerprint of a text."""
            return FINGERPRINT_PREFIX + hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()

        return fingerprint_of


def seal(key: FingerprintKey, *parts: bytes) -> bytes:
    """A digest of sixteen bytes that stands for `parts`, put together.

    Without the key it can't be made, nor tried against guesses.
    """
    return seal_all(key, parts)


def seal_all(key: FingerprintKey, parts: Iterable[bytes | memoryview]) -> bytes:
    """The same for a great many parts, held one at a time."""
    sealed = hashlib.blake2b(digest_size=16, key=key.for_seals)
    for part in parts:
        sealed.update(part)
    return sealed.digest()


def read_key(path: Path) -> FingerprintKey | None:
    """The key of the variable `EFSYNC_KEY`, or else of the file at `path`; `None` where there is neither.

    Raises `Refused` (`config`) where it is too short, or the file may be read by others.
    """
    if VARIABLE in os.environ:
        return _checked(os.environ[VARIABLE].strip(), VARIABLE)
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        said = message("the fingerprint key {file} can't be read", file=path.name)
        raise Refused(Problem("config", said)) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        hint = message("chmod 600 {file}; then renew it if needed", file=path)
        raise Refused(Problem("config", message("the fingerprint key may be read by others"), hint=hint))
    return _checked(text, str(path))


def create_key(path: Path) -> FingerprintKey:
    """A new key in the file at `path`, mode 0600. Where another process was first, its key.

    Raises `Refused` (`config`) where it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(path, secrets.token_hex(32))
    except OSError as error:
        said = message("the fingerprint key can't be made: {reason}", reason=reason(error))
        hint = message("set {variable}, or let efsync write there", variable=VARIABLE)
        raise Refused(Problem("config", said, hint=hint)) from None
    key = read_key(path)
    assert key is not None
    return key


def passing_key() -> FingerprintKey:
    """A key for one command, where nothing is remembered that it would have to match."""
    return FingerprintKey(secrets.token_bytes(32))


def _write_new(path: Path, text: str) -> None:
    """Write `text` to `path`, unless there is a file."""
    waiting = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.link(waiting, path)  # appears whole or not at all, and never over another
    except FileExistsError:
        pass
    finally:
        waiting.unlink()


def _checked(text: str, name: str) -> FingerprintKey:
    if len(text) < MIN_CHARACTERS:
        said = message(
            "the fingerprint key in {place} is shorter than {least} characters", place=name, least=MIN_CHARACTERS
        )
        raise Refused(Problem("config", said, hint=message("make one with: openssl rand -hex 32")))
    return FingerprintKey(text.encode())
