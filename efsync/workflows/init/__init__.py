"""`efsync init`: a new folder for settings and department files, made of a few answers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.outcomes import Initialised
from efsync.model.problems import Location, Problem, Refused
from efsync.settings.read import read_settings
from efsync.workflows.doctor import doctor
from efsync.workflows.files import write_file
from efsync.workflows.init.answers import Answers, check_url
from efsync.workflows.init.texts import EXAMPLE, first_files, host_files

__all__ = ["Answers", "already_there", "check_url", "init"]

_IGNORED = ".efsync/"


def init(settings_file: Path, answers: Answers) -> Initialised:
    """Write what `answers` say, each file that is not there yet, and look with the doctor at what came of it.

    Raises `Refused` (`config`) where an answer can't be, or a file can't be written; for an answer nothing is written.
    """
    check_url(answers.url)
    _check_settings(settings_file.name, first_files(settings_file.name, answers)[settings_file.name])
    files = first_files(settings_file.name, answers) | host_files(answers)
    has_accounts = any(settings_file.parent / EXAMPLE != each for each in settings_file.parent.glob("accounts/*"))
    if has_accounts:
        del files[EXAMPLE]
    made = _written(settings_file, files)
    return replace(made, kept=(*made.kept, "accounts")) if has_accounts else made


def already_there(settings_file: Path, answers: Answers | None = None) -> Initialised:
    """What is there beside settings that stand already, which all stays; of `answers` the host's files are written."""
    named = first_files(settings_file.name, Answers("erp", "env:ERP_URL"))
    kept = tuple(name for name in named if _is_there(settings_file.parent / name))
    made = _written(settings_file, host_files(answers), look=False) if answers else Initialised((), ())
    return Initialised(made.written, (*kept, *made.kept), ignored=_is_ignored(settings_file.parent))


def _check_settings(name: str, text: str) -> None:
    """Raise `Refused` where an answer makes settings that are not valid."""
    with TemporaryDirectory(prefix="efsync-") as folder:
        (Path(folder) / name).write_text(text, encoding="utf-8")
        read_settings(Path(folder) / name)


def _written(settings_file: Path, files: Mapping[str, str], *, look: bool = True) -> Initialised:
    folder = settings_file.parent
    kept = tuple(name for name in files if _is_there(folder / name))
    missing = [name for name in files if name not in kept]
    # the settings last: where something goes wrong before, init can be called again
    for name in sorted(missing, key=lambda name: name == settings_file.name):
        _make_folder((folder / name).parent)
        write_file(folder / name, files[name], force=False)
    found = doctor(settings_file) if look else None
    return Initialised(tuple(missing), kept, found, _is_ignored(folder))


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        unmade = message("the folder can't be made: {reason}", reason=reason(error))
        raise Refused(Problem("config", unmade, Location(str(folder)))) from None


def _is_ignored(folder: Path) -> bool:
    """Whether Git leaves out what is no one else's business: state, key, cache."""
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return any(line.strip().strip("/") == _IGNORED.strip("/") for line in lines)
