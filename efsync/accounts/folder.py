"""The accounts folder: which department files it has, and texts that may not lie outside it."""

import hashlib
import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from efsync.accounts.text import read_text
from efsync.model.problems import Location, Problem, Refused

MAX_DEPARTMENT_BYTES = 8 * 1024 * 1024
MAX_VALUES = 200_000
"""The most values that a department file may hold once its aliases are expanded."""

MAX_TEXT_BYTES = 1024 * 1024
_ENDINGS = (".yaml", ".yml")


class AccountsFolder:
    """Reads files below `path`, included ones once; their names in messages are relative to `base`."""

    def __init__(self, path: Path, base: Path) -> None:
        self._path = path
        self._root = path.resolve()
        self._base = base
        self._texts: dict[str, str] = {}
        self._digests: dict[str, bytes] = {}

    def department_files(self) -> tuple[Path, ...]:
        """Every department file, sub-folders too; names that start with `_` or `.` are none.

        Raises `Refused`: `config` where the folder is missing or a folder in it can't be read, `path-outside` where
        a folder in it is a link out of it. No folder is not the same as no accounts.
        """
        if not self._path.is_dir():
            raise Refused(
                Problem("config", "the folder of the department files is missing", Location(self.shown(self._path)))
            )
        found = []
        for folder, folders, files in os.walk(self._path, onerror=self._refuse_folder):
            folders[:] = sorted(name for name in folders if not name.startswith(("_", ".")))
            for name in folders:
                shown = self.shown(Path(folder, name))
                self._check_inside(Path(folder, name), shown, Location(shown))
            found += [
                Path(folder, name)
                for name in files
                if name.lower().endswith(_ENDINGS) and not name.startswith(("_", "."))
            ]
        return tuple(sorted(found))

    def shown(self, path: Path) -> str:
        """A path as messages name it: relative to the folder of efsync.toml, with forward slashes."""
        return Path(os.path.relpath(path, self._base)).as_posix()

    def department_text(self, path: Path) -> str:
        """The text of a department file. Raises `Refused`."""
        shown = self.shown(path)
        self._check_inside(path, shown, Location(shown))
        text = read_text(path, shown, MAX_DEPARTMENT_BYTES)
        self._digests.setdefault(shown, hashlib.sha256(text.encode()).digest())
        return text

    def included_text(self, name: str) -> str:
        """The text of a file that a department file or a template names, relative to the accounts folder.

        Raises `Refused`, without a place: `path-outside`, `text-file`, `too-large`, `encoding`.
        """
        if name not in self._texts:
            if _is_absolute(name):
                raise Refused(_outside(name))
            path = self._path / name
            shown = self.shown(path)
            self._check_inside(path, name)
            text = self._texts[name] = read_text(path, shown, MAX_TEXT_BYTES, included=True)
            self._digests.setdefault(shown, hashlib.sha256(text.encode()).digest())
        return self._texts[name]

    @property
    def included(self) -> tuple[str, ...]:
        """The names of the included texts that were read so far."""
        return tuple(self._texts)

    def digest(self, settings: bytes) -> str:
        """A digest of the settings and of everything that was read so far."""
        digest = hashlib.sha256(settings)
        for shown in sorted(self._digests):
            digest.update(f"\x00{shown}\x00".encode("utf-8", "surrogateescape"))
            digest.update(self._digests[shown])
        return f"sha256:{digest.hexdigest()}"

    def _refuse_folder(self, error: OSError) -> None:
        place = Location(self.shown(Path(error.filename)))
        raise Refused(Problem("config", f"the folder can't be read: {error.strerror}", place)) from None

    def _check_inside(self, path: Path, name: str, place: Location | None = None) -> None:
        try:
            inside = path.resolve().is_relative_to(self._root)
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside:
            raise Refused(_outside(name, place))


def _is_absolute(name: str) -> bool:
    return PurePosixPath(name).is_absolute() or bool(PureWindowsPath(name).anchor)


def _outside(name: str, place: Location | None = None) -> Problem:
    return Problem(
        "path-outside",
        f"{name} leads out of the accounts folder",
        place,
        "a path is relative to the accounts folder and stays inside it, through links too",
    )
