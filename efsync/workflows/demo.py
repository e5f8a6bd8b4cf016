"""`efsync demo`: a demo ERP to try everything on, and in an empty folder the files for it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from efsync.database.access import Access
from efsync.database.engine import open_engine
from efsync.database.errors import database_errors
from efsync.database.sqlite import sqlite_file
from efsync.database.urls import holds_password, read_url, shown_url
from efsync.erp.demo.content import TENANT, demo_codes, demo_password
from efsync.erp.demo.database import fill_demo_database, make_demo_database
from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.outcomes import Demo
from efsync.model.problems import Location, Problem, Refused
from efsync.schema.shipped import shipped
from efsync.settings.model import Settings, TargetSettings
from efsync.settings.read import read_settings
from efsync.workflows.wiring import state_of

WHAT = message("the demo database")
DATABASE = ".efsync/demo-erp.db"
SECRETS = ".efsync/demo-secrets"
TARGET = "demo"
URL_VARIABLE = "ERP_URL"
_COPIED = ("efsync.toml", "accounts", "schemas")


def demo(settings_file: Path, url: str | None = None) -> Demo:
    """Make or reset the demo ERP beside `settings_file`, with a password file for each demo account.

    Where there are no settings yet, also writes the demo's efsync.toml, accounts and schemas. Forgets what was
    applied to the demo target. With `url` the ERP is made in that empty database, and settings that stand
    already are left as they are: what to add to them is said. Raises `Refused` where files or tables would be
    overwritten or can't be written, or settings can't be read.
    """
    folder = settings_file.parent.resolve()
    try:
        if url is not None:
            return _on_server(settings_file, folder, url)
        written = () if settings_file.exists() else _write_files(settings_file, folder)
        with _forgetting_what_was_applied(settings_file, folder):
            users = make_demo_database(folder / DATABASE)
            passwords = _write_passwords(folder)
    except OSError as error:
        unwritten = message("can't be written: {reason}", reason=reason(error))
        raise Refused(Problem("config", unwritten, Location(str(error.filename)))) from None
    return Demo(written, DATABASE, users, passwords)


def _on_server(settings_file: Path, folder: Path, url: str) -> Demo:
    address = read_url(url, folder, WHAT)
    # a password does not get into a file that is committed
    kept = url if not holds_password(address) or url.startswith(("env:", "file:")) else f"env:{URL_VARIABLE}"
    variable = URL_VARIABLE if kept == f"env:{URL_VARIABLE}" else None
    if settings_file.exists():
        target, lines = _leading_there(read_settings(settings_file), kept)
        users = _fill(url, folder)
        return Demo((), shown_url(address), users, _write_passwords(folder), variable, target, lines)
    _check_free(settings_file, folder)
    users = _fill(url, folder)
    written = _write_files(settings_file, folder, kept)
    return Demo(written, shown_url(address), users, _write_passwords(folder), variable)


def _leading_there(settings: Settings, url: str) -> tuple[str, tuple[str, ...]]:
    """The target that `url` is of, or a new one and the lines that make it."""
    for target in settings.targets.values():
        if target.url == url:
            return target.name, ()
    names = (f"{TARGET}-{number}" for number in count(2))
    name = next(each for each in names if each not in settings.targets)
    written = json.dumps(url, ensure_ascii=False)
    return name, (f"[targets.{name}]", f"url = {written}", 'layout = "efactory"', f'tenant = "{TENANT}"')


def _fill(url: str, folder: Path) -> int:
    with database_errors(WHAT):
        engine = open_engine(url, folder, Access.CREATE, WHAT)
        try:
            return fill_demo_database(engine)
        finally:
            engine.dispose()


def _write_files(settings_file: Path, folder: Path, url: str = f"sqlite:///{DATABASE}") -> tuple[str, ...]:
    _check_free(settings_file, folder)
    names = [settings_file.name, *_COPIED[1:]]
    settings = shipped("efsync.toml").read_text(encoding="utf-8").replace(f"sqlite:///{DATABASE}", url)
    settings_file.write_text(settings, encoding="utf-8")
    for name in _COPIED[1:]:
        shutil.copytree(shipped(name), folder / name)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text(".efsync/\n", encoding="utf-8")
        names.append(ignored.name)
    return tuple(names)


def _check_free(settings_file: Path, folder: Path) -> None:
    there = [name for name in _COPIED[1:] if (folder / name).exists()]
    if there:
        in_the_way = message(
            "there is no {file}, but {names} is there already", file=settings_file.name, names=", ".join(there)
        )
        raise Refused(Problem("config", in_the_way, hint=message("run efsync demo in an empty folder")))


def _write_passwords(folder: Path) -> int:
    """A file of mode 0600 for each user of the demo's tenant."""
    secrets = folder / SECRETS
    secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    codes = demo_codes()
    for code in codes:
        (secrets / code).unlink(missing_ok=True)  # a link that is there is not followed, a mode not kept
        descriptor = os.open(secrets / code, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(demo_password(code) + "\n")
    return len(codes)


@contextmanager
def _forgetting_what_was_applied(settings_file: Path, folder: Path) -> Iterator[None]:
    """Holds the lock of the demo target, where the state knows it, and forgets at the end what was applied to it."""
    settings = read_settings(settings_file)
    target = settings.targets.get(TARGET)
    if (
        target is None
        or sqlite_file(target.url, folder, "the demo") != folder / DATABASE
        or not _is_known(settings, target)
    ):
        yield
        return
    with state_of(settings, Access.CREATE) as state:
        holder = state.lock(TARGET)
        try:
            yield
            state.forget_target(TARGET)
        finally:
            state.release(TARGET, holder.token)


def _is_known(settings: Settings, target: TargetSettings) -> bool:
    with state_of(settings, Access.READ) as state:
        return bool(state.applied(TARGET, target.tenant) or state.unfinished_runs(TARGET))
