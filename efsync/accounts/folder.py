"""The accounts folder: which department files it has, and texts that may not lie outside it."""

import hashlib
import os
from collections.abc import Container, Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from efsync.accounts.drafts.names import free
from efsync.accounts.text import read_text
from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused, refuse_errors

MAX_DEPARTMENT_BYTES = 8 * 1024 * 1024
MAX_VALUES = 200_000
"""The most values that a department file may hold once its aliases are expanded."""

MAX_TEXT_BYTES = 1024 * 1024
_ENDINGS = (".yaml", ".yml")


class AccountsFolder:
    """Reads files below `path`, included ones once; their names in messages are relative to `base`.

    Files whose names start with a dot, or that lie in such folders, are not read, and none in the `closed` folders.
    What is `drafted`, by path, counts as if it stood there already, and then the folder itself may be missing.
    """

    def __init__(
        self, path: Path, base: Path, closed: Iterable[Path] = (), drafted: Mapping[Path, str] | None = None
    ) -> None:
        self._path = path
        self._root = path.resolve()
        self._base = base
        self._closed = tuple(each for each in map(Path.resolve, closed) if self._root in each.parents)
        self._drafted = drafted or {}
        self._may_be_missing = drafted is not None
        self._texts: dict[str, str] = {}
        self._digests: dict[str, bytes] = {}
        self.is_steady = True
        """Whether no department file was another one when it was read again."""

    def department_files(self) -> tuple[Path, ...]:
        """Every department file, sub-folders too; names that start with `_` or `.` are none.

        Raises `Refused`: `config` where the folder is missing or a folder in it can't be read, `path-outside` where
        a folder in it is a link out of it. No folder is not the same as no accounts.
        """
        shown = self.shown(self._path)
        if not self._path.is_dir() and not self._may_be_missing:
            said = message("the folder of the department files is missing")
            hint = message("`efsync import --write` makes it; or name the right one in efsync.toml: accounts = …")
            raise Refused(Problem("config", said, Location(shown), hint))
        if self._leads_away():
            said = message("{folder} is a link that leads elsewhere", folder=shown)
            hint = message("name the folder that it leads to in efsync.toml: accounts")
            raise Refused(Problem("path-outside", said, Location(shown), hint))
        found = [path for path in self._drafted if path.suffix == ".yaml"]
        for folder, folders, files in os.walk(self._path, onerror=self._refuse_folder) if self._path.is_dir() else ():
            folders[:] = sorted(name for name in folders if not name.startswith(("_", ".")))
            for name in folders:
                shown = self.shown(Path(folder, name))
                self._check_inside(Path(folder, name), shown, Location(shown))
            found += [
                Path(folder, name)
                for name in files
                if name.lower().endswith(_ENDINGS) and not name.startswith(("_", "."))
            ]
        return tuple(sorted(set(found)))

    def path_of(self, name: str) -> Path:
        """Where a file of this name, relative to the accounts folder, is or would be.

        Raises `Refused` (`path-outside`), without a place, where that is not inside.
        """
        path = self._path / name
        self._check_inside(path, name)
        return path

    def free_path(self, name: str, taken: Container[Path]) -> Path:
        """Where a new file could be called `name`, or the next that is free."""
        return self._path / free(name, lambda each: (self._path / each).exists() or self._path / each in taken)

    def chosen_files(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """The department files that `paths` name, or that are in the folders that they name.

        Raises `Refused` as `department_files` does, and `text-file` for each path that names none.
        """
        files = {path: path.resolve() for path in self.department_files()}
        found: set[Path] = set()
        problems = []
        for path in paths:
            real = path.resolve()
            named = {each for each, resolved in files.items() if resolved == real or real in resolved.parents}
            if not named:
                reason = message("is no department file") if path.exists() else message("there is no such file")
                hint = message("department files are in the accounts folder {folder}, and end in .yaml or .yml",
                    folder=self.shown(self._path))  # fmt: skip
                problems.append(Problem("text-file", reason, Location(str(path)), hint))
            found |= named
        refuse_errors(problems)
        return tuple(sorted(found))

    def shown(self, path: Path) -> str:
        """A path as messages name it: relative to the folder of efsync.toml, with forward slashes."""
        return Path(os.path.relpath(path, self._base)).as_posix()

    def department_text(self, path: Path) -> str:
        """The text of a department file. Raises `Refused`."""
        shown = self.shown(path)
        self._check_inside(path, shown, Location(shown))
        text = self._drafted[path] if path in self._drafted else read_text(path, shown, MAX_DEPARTMENT_BYTES)
        digest = hashlib.sha256(text.encode()).digest()
        self.is_steady &= self._digests.setdefault(shown, digest) == digest
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
            drafted = self._drafted.get(path)
            text = read_text(path, shown, MAX_TEXT_BYTES, included=True) if drafted is None else drafted
            self._texts[name] = text
            self._digests.setdefault(shown, hashlib.sha256(text.encode()).digest())
        return self._texts[name]

    def included_name(self, name: str) -> str:
        """A file that a department file or a template names, as messages name it."""
        return self.shown(self._path / name)

    @property
    def included(self) -> dict[str, str]:
        """The digests of the included texts that were read so far, by name."""
        return {name: self.digest_of(self.included_name(name)) for name in sorted(self._texts)}

    def digest_of(self, shown: str) -> str:
        """The digest of a file that was read, by its name in messages."""
        return self._digests[shown].hex()

    def digest(self, settings: bytes) -> str:
        """A digest of the settings and of everything that was read so far."""
        digest = hashlib.sha256(settings)
        for shown in sorted(self._digests):
            digest.update(f"\x00{shown}\x00".encode("utf-8", "surrogateescape"))
            digest.update(self._digests[shown])
        return f"sha256:{digest.hexdigest()}"

    def _refuse_folder(self, error: OSError) -> None:
        place = Location(self.shown(Path(error.filename)))
        said = message("the folder can't be read: {reason}", reason=reason(error))
        raise Refused(Problem("config", said, place)) from None

    def _check_inside(self, path: Path, name: str, place: Location | None = None) -> None:
        try:
            real = path.resolve()
        except (OSError, ValueError, RuntimeError):
            raise Refused(_outside(name, place)) from None
        if not real.is_relative_to(self._root):
            raise Refused(_outside(name, place))
        if any(map(_is_hidden, real.relative_to(self._root).parts)) or any(map(real.is_relative_to, self._closed)):
            said = message("{file} is hidden, by a dot before its name or its folder's, or among secrets", file=name)
            hint = message("put what a mail shows into a folder of its own")
            raise Refused(Problem("path-outside", said, place, hint))

    def _leads_away(self) -> bool:
        """Whether the accounts folder is said to be in its settings' folder, and a link has it somewhere else.

        Whoever may commit to the one could else have the whole of the other read, or of the machine.
        """
        base = self._base.resolve()
        written = Path(os.path.normpath(self._path))
        if self._root == written or written == base or not written.is_relative_to(base):
            return False
        return base not in self._root.parents or any(map(_is_hidden, self._root.relative_to(base).parts))


def _is_hidden(name: str) -> bool:
    """Whether a name is a hidden one; those with two dots are of folders that Kubernetes mounts."""
    return name.startswith(".") and not name.startswith("..")


def _is_absolute(name: str) -> bool:
    return PurePosixPath(name).is_absolute() or bool(PureWindowsPath(name).anchor)


def _outside(name: str, place: Location | None = None) -> Problem:
    return Problem(
        "path-outside",
        message("{file} leads out of the accounts folder", file=name),
        place,
        message("a path is relative to the accounts folder and stays inside it, through links too"),
    )
