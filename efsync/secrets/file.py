"""`{file: PATH}`: a file that holds one secret and nothing else."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from efsync.model.secrets import Secret
from efsync.secrets.interface import SecretError

MAX_BYTES = 64 * 1024


class FileProvider:
    """Reads files below `[secrets.file] roots`; a link that leads out of them counts as outside.

    efsync's own key is never a password.
    """

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._folder = folder
        self._own_key = str((folder / ".efsync" / "key").resolve())
        self._roots = tuple(os.path.join((folder / root).resolve(), "") for root in settings.get("roots", ()))
        self._real_folders: dict[str, str] = {}
        self._checked: dict[str, str] = {}

    def check_allowed(self, argument: str) -> None:
        """The file that the path really leads to has to lie below a root."""
        self._checked = {argument: self._real_path(argument)}

    def read(self, argument: str) -> Secret:
        """The file's text without the line end that editors put at its end."""
        path = self._checked.pop(argument, None) or self._real_path(argument)
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
        try:
            return Secret(data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r"))
        except UnicodeDecodeError:
            raise SecretError(f"the file {argument} is not UTF-8 text") from None

    def _real_path(self, argument: str) -> str:
        try:
            path = self._resolved(os.path.join(self._folder, argument))
        except (OSError, ValueError, RuntimeError):
            raise SecretError(f"{argument} is not a path that can be followed") from None
        if not path.startswith(self._roots) or path == self._own_key:
            hint = "allow its folder in efsync.toml: [secrets.file] roots"
            raise SecretError(f"the file {argument} may not be read", hint)
        return path

    def _resolved(self, path: str) -> str:
        """The path that `path` really leads to; its folder, which other secrets have too, is looked at once."""
        folder, name = os.path.split(path)
        if name in ("", ".", "..") or _is_link(path):
            return str(Path(path).resolve())
        if folder not in self._real_folders:
            self._real_folders[folder] = str(Path(folder).resolve())
        return os.path.join(self._real_folders[folder], name)


def _is_link(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
