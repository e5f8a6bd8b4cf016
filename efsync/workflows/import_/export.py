"""Writes passwords to files, one for each reference, for moving them into a store."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from efsync.model.fields import PASSWORD
from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused, Severity, named, refuse_errors
from efsync.model.secrets import Secret, SecretReference
from efsync.secrets.store import unusable
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted
from efsync.workflows.source import repository_of

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


@dataclass(slots=True)
class Export:
    """Where passwords are to be written, and which: each by its reference."""

    folder: Path
    references: dict[SecretReference, Secret] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def to(cls, folder: Path, settings: Settings) -> "Export":
        """An export to `folder`. Raises `Refused` (`export-folder`)."""
        outside = [settings.folder, settings.accounts, repository_of(settings.folder) or settings.folder]
        return cls(_checked_folder(folder, outside))

    def add(self, drafted: Wanted, secrets: Mapping[str, Secret], undecodable: Mapping[str, str]) -> None:
        """The passwords of the accounts that have a reference; `secrets` and `undecodable` by comparable code.

        Raises `Refused`: `does-not-decode` where one can't be decoded, `reference-twice`, `export-folder` where a file
        is there already.
        """
        lost = sorted(undecodable[key] for key in undecodable.keys() & secrets.keys())
        if lost:
            what = message("the codec can't read the passwords of {users}: they can't be exported", users=named(lost))
            hint = message("leave --export-passwords out, or look at the codec's key")
            raise Refused(Problem("does-not-decode", what, hint=hint))
        refused = []
        for account, reference in drafted.passwords:
            secret = secrets.get(account.key)
            if secret is None:
                continue
            if problem := unusable(secret, partial(message, "what the ERP holds of {user}", user=account.code)):
                hint = message("it is not exported: give the user a new password")
                self.problems.append(replace(problem, hint=hint, severity=Severity.WARNING))
            elif self.references.setdefault(reference, secret) != secret:
                what = message("{reference} stands for two passwords that differ", reference=reference)
                refused.append(Problem("reference-twice", what, account.location_of(PASSWORD)))
        refuse_errors((*refused, *_there_already(self.folder, self.references)))

    def write(self) -> Callable[[], None]:
        """Write each to a new file of its own that nobody else can read; what takes all of them away again.

        Where one can't be written none is left. Raises `Refused` (`export-folder`).
        """
        return _write(self.folder, self.references)


def _checked_folder(folder: Path, outside: Sequence[Path]) -> Path:
    """Where `folder` really is: outside of those, which have the files, and of any repository; nobody else reads it.

    Raises `Refused` (`export-folder`).
    """
    real = folder.resolve()
    hint = message("name a folder that is in no repository, such as one of your home")
    if any(real.is_relative_to(each.resolve()) for each in outside) or any(
        os.path.lexists(each / ".git") for each in (real, *real.parents)
    ):
        what = message("passwords are never written into a repository, nor beside the department files")
        raise Refused(Problem("export-folder", what, Location(str(folder)), hint))
    if real.exists() and not real.is_dir():
        raise Refused(Problem("export-folder", message("is not a folder"), Location(str(folder)), hint))
    if real.is_dir() and stat.S_IMODE(real.stat().st_mode) & 0o077:
        what = message("others may read this folder")
        raise Refused(Problem("export-folder", what, Location(str(folder)), message("chmod 700, or name a new folder")))
    return real


def _there_already(folder: Path, references: Iterable[SecretReference]) -> Iterator[Problem]:
    """The files that are there, and those that two references would have."""
    paths: dict[Path, SecretReference] = {}
    for reference in references:
        path = folder / _file_name(reference)
        if os.path.lexists(path):
            what = message("a file of this name is there, and is not written over")
            yield Problem("export-folder", what, Location(str(path)))
        other = paths.setdefault(path, reference)
        if other != reference:
            what = message("{one} and {other} would be one file", one=other, other=reference)
            yield Problem("export-folder", what, Location(str(path)))


def _write(folder: Path, references: Mapping[SecretReference, Secret]) -> Callable[[], None]:
    written: list[Path] = []
    made: list[Path] = []
    try:
        for reference, secret in references.items():
            path = folder / _file_name(reference)
            _make_folders(path.parent, folder, made)
            descriptor = os.open(path, _NEW, _FILE_MODE)
            written.append(path)
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, _FILE_MODE)
                file.write(secret.reveal().encode())
                file.flush()
                os.fsync(descriptor)
    except BaseException as error:
        _remove(written, made)
        if isinstance(error, OSError):
            what = message("the passwords can't be written: {reason}", reason=reason(error))
            raise Refused(Problem("export-folder", what, Location(str(folder)))) from None
        raise
    return lambda: _remove(written, made)


def _file_name(reference: SecretReference) -> str:
    """What the file of a reference is called: as the store would call it, below one folder."""
    steps = [step for step in reference.argument.replace("\\", "/").split("/") if step not in ("", ".", "..")]
    return "/".join(steps) or "_"


def _make_folders(path: Path, top: Path, made: list[Path]) -> None:
    """Make `path` and what is missing above it, below `top` for nobody else. Raises `OSError` at a link there."""
    for each in (*reversed(path.parents), path):
        if each == top or top in each.parents:
            if each.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(each))
            if not each.exists():
                each.mkdir(_FOLDER_MODE)
                each.chmod(_FOLDER_MODE)
                made.append(each)
        elif not each.exists():
            each.mkdir()
            made.append(each)


def _remove(written: list[Path], made: list[Path]) -> None:
    """Take away what was written."""
    with contextlib.suppress(OSError):
        for path in written:
            path.unlink()
        for path in reversed(made):
            path.rmdir()
