"""`efsync init`: a new folder for settings and department files, made of a few answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.outcomes import Initialised
from efsync.model.problems import Location, Problem, Refused
from efsync.settings.model import Settings
from efsync.settings.read import read_settings
from efsync.workflows.doctor import doctor
from efsync.workflows.files import write_file
from efsync.workflows.init.advice import pipeline_problems, unused
from efsync.workflows.init.answers import VAULT, Answers, check_target, check_url, password_pattern
from efsync.workflows.init.pipeline import HOSTS, pipeline_files
from efsync.workflows.init.texts import EXAMPLE, first_files

__all__ = ["Answers", "already_there", "check_target", "check_url", "check_vault", "init", "password_pattern"]

_IGNORED = ".efsync/"


def init(settings_file: Path, answers: Answers) -> Initialised:
    """Write what `answers` say, each file that is not there yet, and look with the doctor at what came of it.

    Raises `Refused` (`config`) where an answer can't be, or a file can't be written; for an answer nothing is written.
    """
    check_target(answers.target)
    check_url(answers.url)
    files = first_files(settings_file.name, answers)
    settings = _settings_in(files[settings_file.name], settings_file)
    files |= _host_files(answers.host, settings)
    has_accounts = any(settings_file.parent / EXAMPLE != each for each in settings_file.parent.glob("accounts/*"))
    if has_accounts:
        del files[EXAMPLE]
    made = _written(settings_file, files)
    return replace(
        made,
        kept=(*made.kept, *(["accounts"] if has_accounts else [])),
        found=doctor(settings_file),
        problems=(*_idle_address(answers), *_host_problems(answers.host, settings)),
    )


def already_there(settings_file: Path, host: str = "none", options: Sequence[str] = ()) -> Initialised:
    """What is there beside settings that stand already, which all stays; the files of `host` are written.

    `options` are those that were stated for nothing. Raises `Refused` (`config`) where the settings can't be read.
    """
    settings = _standing(settings_file)
    named = first_files(settings_file.name, Answers("erp", "env:ERP_URL"))
    kept = tuple(name for name in named if _is_there(settings_file.parent / name))
    made = _written(settings_file, _host_files(host, settings))
    hint = message("{file} stands already, and stays as it is: change it by hand", file=settings_file.name)
    return replace(made, kept=(*kept, *made.kept), problems=(*unused(options, hint), *_host_problems(host, settings)))


def check_vault(address: str) -> None:
    """Raise `Refused` (`config`) for what can't be the address of Vault."""
    answers = Answers("erp", "env:ERP_URL", passwords=VAULT, vault_address=address)
    _settings_in(first_files("efsync.toml", answers)["efsync.toml"], Path("efsync.toml"))


def _settings_in(text: str, settings_file: Path) -> Settings:
    """What settings say that are not written yet. Raises `Refused` where an answer makes some that are not valid."""
    with TemporaryDirectory(prefix="efsync-") as folder:
        drafted = Path(folder) / settings_file.name
        drafted.write_text(text, encoding="utf-8")
        try:
            settings = read_settings(drafted)
        except Refused as refused:  # there is no file yet in which anybody could look at a place
            raise Refused(replace(each, location=None) for each in refused.problems) from None
    folder_to_be = settings_file.parent.resolve()
    return replace(settings, folder=folder_to_be, accounts=folder_to_be / settings.accounts.name)


def _standing(settings_file: Path) -> Settings:
    if settings_file.is_symlink() and not settings_file.exists():
        raise Refused(Problem("config", message("is a link that leads nowhere"), Location(settings_file.name)))
    return read_settings(settings_file)


def _host_files(host: str, settings: Settings) -> dict[str, str]:
    return pipeline_files(HOSTS[host], settings) if host in HOSTS else {}


def _host_problems(host: str, settings: Settings) -> Iterator[Problem]:
    if host in HOSTS:
        yield from pipeline_problems(HOSTS[host], settings)


def _idle_address(answers: Answers) -> Iterator[Problem]:
    if answers.vault_address and answers.passwords != VAULT:
        yield from unused(["--vault-address"], message("it goes with --passwords vault"))


def _written(settings_file: Path, files: Mapping[str, str]) -> Initialised:
    folder = settings_file.parent
    kept = tuple(name for name in files if _is_there(folder / name))
    missing = [name for name in files if name not in kept]
    # the settings last: where something goes wrong before, init can be called again
    for name in sorted(missing, key=lambda name: name == settings_file.name):
        _make_folder((folder / name).parent)
        write_file(folder / name, files[name], force=False)
    return Initialised(tuple(missing), kept, ignored=_is_ignored(folder))


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
