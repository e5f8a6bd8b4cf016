"""Files below folders that are allowed: where a path really leads, and what is there."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from efsync.secrets.interface import SecretError

MAX_BYTES = 64 * 1024


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

    def real_path(self, argument: str) -> str:
        """The path that `argument` really leads to. Raises `SecretError` where it is not below a root."""
        try:
            path = self._resolved(os.path.join(self._folder, argument))
        except (OSError, ValueError, RuntimeError):
            raise SecretError(f"{argument} is not a path that can be followed") from None
        if not path.startswith(self._roots) or path == self._own_key:
            hint = f"allow its folder in efsync.toml: [secrets.{self._kind}] roots"
            raise SecretError(f"the file {argument} may not be read", hint)
        return path

    def read(self, argument: str) -> bytes:
        """All that is in the file. Raises `SecretError` where it can't be read, or is no file, or too large."""
        path = self.real_path(argument)
        try:
            # the path is resolved already; a link that is put there meanwhile is not followed
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            raise SecretError(f"the file {argument} does not exist") from None
        except OSError as error:
            raise SecretError(f"the file {argument} can't be read: {error.strerror}") from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise SecretError(f"{argument} is not a file")
            data = b""
            while len(data) <= MAX_BYTES and (more := os.read(descriptor, MAX_BYTES + 1 - len(data))):
                data += more
        finally:
            os.close(descriptor)
        if len(data) > MAX_BYTES:
            raise SecretError(f"the file {argument} is larger than {MAX_BYTES:,} bytes")
        return data

    def _resolved(self, path: str) -> str:
        """The path that `path` really leads to; its folder, which other secrets have too, is looked at once."""
        folder, name = os.path.split(path)
        if name in ("", ".", "..") or _is_link(path):
            return str(Path(path).resolve())
        if folder not in self._real_folders:
            self._real_folders[folder] = str(Path(folder).resolve())
        return os.path.join(self._real_folders[folder], name)


def secret_text(data: bytes, shown: str) -> str:
    """The text of a secret without the line end that editors put at its end. Raises `SecretError` where it is none."""
    try:
        return data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(f"{shown} is not UTF-8 text") from None


def _is_link(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
