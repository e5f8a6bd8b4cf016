"""SQLite files: never made by looking at them, locked for the whole of a transaction that writes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, NullPool, create_engine, event

from efsync.database.access import Access, Timeouts
from efsync.database.urls import read_url
from efsync.model.language import message
from efsync.model.problems import Problem, Refused

LOCK_TIMEOUT = 5
"""Seconds to wait for another program's lock on a SQLite file, or less where the settings say less."""


def sqlite_file(url: str, folder: Path, what: str) -> Path | None:
    """The file of a SQLite URL; `None` for any other. Raises `Refused` (`config`) where it can't be read."""
    parsed = read_url(url, folder, what)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return folder / str(parsed.database)


def is_sqlite(file: Path) -> bool:
    """Whether a file, where it can be read and is not empty, is a database of SQLite, or was becoming one at a kill.

    SQLite looks at it: whoever opens and closes the file of a database lets go of all locks that other threads of the
    process have on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    if file.with_name(f"{file.name}-journal").exists():
        return True  # SQLite puts back what was there before
    try:
        with closing(sqlite3.connect(_uri(file, "ro"), uri=True, timeout=0)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:  # what else may be the matter is said where it is used
        return error.sqlite_errorcode != sqlite3.SQLITE_NOTADB
    return True


def sqlite_engine(url: URL, folder: Path, access: Access, what: str, timeouts: Timeouts = Timeouts()) -> Engine:
    """An engine for a SQLite file; a relative path starts at `folder`.

    Raises `Refused`: `config` for a database in memory, `database` for a file that is missing or read-only.
    """
    if not url.database or url.database == ":memory:":
        raise Refused(Problem("config", message("{what}: a SQLite database needs a file", what=what)))
    path = folder / url.database
    if access is Access.CREATE:
        _make_folder(path.parent, what)
    elif not path.is_file():
        missing = message("{what}: there is no database file {file}", what=what, file=url.database)
        hint = message("check the url in efsync.toml; `efsync demo` makes the demo ERP")
        raise Refused(Problem("database", missing, hint=hint))
    if access is not Access.READ and path.exists() and not path.stat().st_mode & 0o222:
        read_only = message("{what}: {file} is read-only", what=what, file=url.database)
        raise Refused(Problem("database", read_only, hint=message("chmod u+w it if that is not meant")))

    def connect() -> sqlite3.Connection:
        """A connection that neither makes a file nor writes where that is not meant."""
        # never mode=ro: the journal of a writer that was killed could not be rolled back
        mode = "rwc" if access is Access.CREATE else "rw"
        connection = sqlite3.connect(
            _uri(path, mode),
            uri=True,
            timeout=min(LOCK_TIMEOUT, timeouts.statement),
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


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path))}?mode={mode}"


def _make_folder(folder: Path, what: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        unmade = message(
            "{what}: the folder {folder} can't be made: {reason}", what=what, folder=folder, reason=error.strerror
        )
        raise Refused(Problem("database", unmade)) from None
