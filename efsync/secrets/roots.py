"""Files below folders that are allowed: where a path really leads, and what is there."""

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.secrets.interface import NotAllowed, SecretError

MAX_BYTES = 64 * 1024
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", 0)
_FILE = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0)


class Roots:
    """The folders that `[secrets.KIND] roots` lists; a link that leads out of them counts as outside.

    efsync's own key is in none of them.
    """

    def __init__(self, kind: str, roots: Iterable[str], folder: Path) -> None:
        self._kind = kind
        self._folder = folder
        self._own_key = str((folder / ".efsync" / "key").resolve())
        self._roots = tuple(os.path.join((folder / root).resolve(), "") for root in roots)
        self._real_folders: dict[str, str] = {}

    def check(self, argument: str) -> None:
        """Raise `NotAllowed` where `argument` does not really lead to below a root."""
        self._real_path(argument)

    def read(self, argument: str) -> bytes:
        """All that is in the file. Raises `NotAllowed` as `check` does.

        Raises `SecretError` where it can't be read, or is no file, or too large.
        """
        try:
            descriptor = self._opened(argument)
        except FileNotFoundError:
            raise SecretError(message("the file {file} does not exist", file=argument)) from None
        except OSError as error:
            said = message("the file {file} can't be read: {reason}", file=argument, reason=reason(error))
            raise SecretError(said) from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise SecretError(message("{file} is not a file", file=argument))
            if (status.st_dev, status.st_ino) == self._key_identity:
                raise self._refusal(argument)
            data = os.read(descriptor, min(status.st_size, MAX_BYTES) + 1)
            while len(data) != status.st_size and (more := os.read(descriptor, MAX_BYTES + 1 - len(data))):
                data += more
        finally:
            os.close(descriptor)
        if len(data) > MAX_BYTES:
            raise SecretError(message("the file {file} is larger than {most:,} bytes", file=argument, most=MAX_BYTES))
        return data

    def _opened(self, argument: str) -> int:
        """A descriptor of the file that `argument` really leads to.

        Most are no links, and opening one that is fails: so it is looked for only then.
        """
        path = self._path(argument)
        if _NO_LINK and path is not None and self._is_below(path):
            with suppress(OSError, ValueError):
                return self._open(path)
        return self._open(self._real_path(argument))

    def _real_path(self, argument: str) -> str:
        """The path that `argument` really leads to."""
        path = self._path(argument)
        try:
            if path is None or _is_link(path):
                path = str((self._folder / argument).resolve())
        except (OSError, ValueError, RuntimeError):
            raise self._refusal(argument) from None
        if not self._is_below(path):
            raise self._refusal(argument)
        return path

    def _path(self, argument: str) -> str | None:
        """The path of `argument`, were it no link; `None` where it does not end in a name.

        Its folder, which other secrets have too, is looked at once.
        """
        folder, name = os.path.split(argument)
        if name in ("", ".", ".."):
            return None
        if folder not in self._real_folders:
            try:
                self._real_folders[folder] = os.path.join((self._folder / folder).resolve(), "")
            except (OSError, ValueError, RuntimeError):
                raise self._refusal(argument) from None
        return self._real_folders[folder] + name

    def _is_below(self, path: str) -> bool:
        return path.startswith(self._roots) and path != self._own_key

    def _refusal(self, argument: str) -> NotAllowed:
        """That a file may not be read, always in the same words: what is there is nobody's business."""
        hint = message("allow its folder in efsync.toml: [secrets.{kind}] roots", kind=self._kind)
        return NotAllowed(message("the file {file} may not be read", file=argument), hint)

    def _open(self, path: str) -> int:
        """A descriptor of a path that was resolved: a link that was put in its way since then is not followed."""
        root = next(root for root in self._roots if path.startswith(root))
        *folders, name = path.removeprefix(root).split(os.sep)
        if not folders or os.open not in os.supports_dir_fd:
            return os.open(path, _FILE)
        place = os.open(root, _FOLDER)
        try:
            for folder in folders:
                inner = os.open(folder, _FOLDER | _NO_LINK, dir_fd=place)
                os.close(place)
                place = inner
            return os.open(name, _FILE, dir_fd=place)
        finally:
            os.close(place)

    @cached_property
    def _key_identity(self) -> tuple[int, int] | None:
        """What tells efsync's key under another name: a hard link, another mount, another case."""
        try:
            status = os.stat(self._own_key)
        except OSError:
            return None
        return status.st_dev, status.st_ino


def secret_text(data: bytes, named: Callable[[], str]) -> str:
    """The text of a secret, as it is `named` in a message, without the line end that editors put at its end.

    Raises `SecretError` where it is none.
    """
    try:
        return data.decode().removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(message("{what} is not UTF-8 text", what=named())) from None


def _is_link(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
