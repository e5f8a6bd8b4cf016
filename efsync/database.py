"""Opens databases through SQLAlchemy, the same way for the ERP and for the state.

No parameter ever stands in an error, no password in a URL that is shown, and a SQLite file that is
missing is not made by looking at it.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

LOCK_TIMEOUT = 5
"""Seconds to wait for another program's lock on a SQLite file."""

_QUOTED_DATA = re.compile(r"[\s:;,.]*(with text|DETAIL:|Truncated value:|Failing row).*", re.DOTALL)
"""Where a driver's message begins to quote what stands in a row, a password perhaps."""


class Access(Enum):
    """What a database is opened for."""

    READ = "read"
    WRITE = "write"
    CREATE = "create"


def open_engine(url: str, folder: Path, access: Access, what: str) -> Engine:
    """An engine for `url`; a relative SQLite path starts at `folder`. `what` names the database in messages.

    Raises `Refused`: `config` for a URL or driver that can't be used, `database` for a SQLite file that is missing.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed, folder, access, what)
        return create_engine(parsed, hide_parameters=True, poolclass=NullPool)
    except (NoSuchModuleError, ModuleNotFoundError):
        message = f"{what}: there is no driver for {parsed.drivername} here"
        raise Refused(Problem("config", message, hint="this version of efsync talks to SQLite")) from None
    except (ArgumentError, ValueError):
        example = "sqlite:///.efsync/demo-erp.db"
        raise Refused(Problem("config", f"{what}: the url can't be read", hint=f"write it like {example}")) from None


def sqlite_file(url: str, folder: Path) -> Path | None:
    """The file of a SQLite URL; `None` for any other, or one that can't be read."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return folder / str(parsed.database)


@contextmanager
def database_errors(what: str, secrets: Iterable[Secret] = ()) -> Iterator[None]:
    """Turns what a database says into `Refused` with a problem of code `database`, in which no `secrets` stand."""
    try:
        yield
    except SQLAlchemyError as error:
        said = describe(error, secrets)
        raise Refused(Problem("database", f"{what}: {said}", hint=_hint(said))) from None


def describe(error: SQLAlchemyError, secrets: Iterable[Secret] = ()) -> str:
    """What the database said, without statement, parameters, and what it quotes from rows."""
    said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    for secret in secrets:
        said = said.replace(secret.reveal(), str(secret))
    return " ".join(_QUOTED_DATA.sub("", said).split()) or type(error).__name__


def _hint(said: str) -> str | None:
    if "database is locked" in said:
        return "another program is writing to it; try again when it is done"
    if "not a database" in said:
        return "check the url in efsync.toml: the file there is something else"
    if "Could not decode" in said:
        return "a program wrote text there that is not UTF-8: write it anew in the ERP"
    if "readonly" in said:
        return "efsync needs write access for apply; reading works without"
    return None


def _make_folder(folder: Path, what: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{what}: the folder {folder} can't be made: {error.strerror}"
        raise Refused(Problem("database", message)) from None


def _sqlite_engine(url: URL, folder: Path, access: Access, what: str) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Refused(Problem("config", f"{what}: a SQLite database needs a file"))
    path = folder / url.database
    if access is Access.CREATE:
        _make_folder(path.parent, what)
    elif not path.is_file():
        message = f"{what}: there is no database file {url.database}"
        raise Refused(
            Problem("database", message, hint="check the url in efsync.toml; `efsync demo` makes the demo ERP")
        )
    if access is not Access.READ and path.exists() and not path.stat().st_mode & 0o222:
        raise Refused(
            Problem("database", f"{what}: {url.database} is read-only", hint="chmod u+w it if that is not meant")
        )

    def connect() -> sqlite3.Connection:
        # never mode=ro: the journal of a writer that was killed could not be rolled back
        mode = "rwc" if access is Access.CREATE else "rw"
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=LOCK_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        if access is Access.READ:
            connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    begin = "BEGIN" if access is Access.READ else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
