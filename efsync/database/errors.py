"""What databases say, as problems: no statement, no parameter, nothing quoted from a row."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from efsync.model.language import joined, message
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

BUSY = "busy"
"""The code of a problem that another try may not meet: the transaction gave way to another program, rolled back."""


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why a database refuses: what to do, and for `busy` ones a sentence in place of the database's own."""

    hint: str
    busy: str | None = None


_DEADLOCK = _Cause(
    message("try again when the other program is done"),
    busy=message("another program and efsync each waited for what the other one holds, and the server stopped efsync"),
)
_LOCKED = _Cause(
    message("try again when the other program is done; statement_timeout in efsync.toml says how long to wait"),
    busy=message("waited too long for what another program holds locked"),
)
_FILE_LOCKED = _Cause(
    message("try again when it is done"), busy=message("another program holds the database file locked")
)
_RIGHTS = _Cause(
    message("have that right granted to the user of the url; efsync doctor tells which ones plan and apply need")
)
_READ_ONLY = _Cause(message("efsync needs write access for apply; reading works without"))
_FULL = _Cause(message("make room on the disk of that database, then run plan"))
_NO_DATABASE = _Cause(message("check the url in efsync.toml: the file there is something else"))
_UNDECODABLE = _Cause(message("a program wrote text there that is not UTF-8: have it written anew"))
_BROKEN_OFF = _Cause(message("look whether the server runs and the network holds, then run plan"))

_CAUSES: Mapping[tuple[str, object], _Cause] = MappingProxyType(
    {
        # SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
        ("psycopg", "40P01"): _DEADLOCK,
        ("psycopg", "40001"): _DEADLOCK,
        ("psycopg", "55P03"): _LOCKED,
        ("psycopg", "42501"): _RIGHTS,
        ("psycopg", "25006"): _READ_ONLY,
        ("psycopg", "53100"): _FULL,
        ("psycopg", "22021"): _UNDECODABLE,
        # https://mariadb.com/kb/en/mariadb-error-code-reference/
        ("pymysql", 1213): _DEADLOCK,
        ("pymysql", 1020): _DEADLOCK,
        ("pymysql", 1205): _LOCKED,
        ("pymysql", 1142): _RIGHTS,
        ("pymysql", 1143): _RIGHTS,
        ("pymysql", 1290): _READ_ONLY,
        ("pymysql", 1021): _FULL,
        ("pymysql", 1114): _FULL,
        # https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
        ("pymssql", 1205): _DEADLOCK,
        ("pymssql", 1222): _LOCKED,
        ("pymssql", 229): _RIGHTS,
        ("pymssql", 230): _RIGHTS,
        ("pymssql", 3906): _READ_ONLY,
        ("pymssql", 1105): _FULL,
        ("pymssql", 9002): _FULL,
        # https://www.sqlite.org/rescode.html
        ("sqlite3", 5): _FILE_LOCKED,
        ("sqlite3", 6): _FILE_LOCKED,
        ("sqlite3", 8): _READ_ONLY,
        ("sqlite3", 13): _FULL,
        ("sqlite3", 26): _NO_DATABASE,
    }
)
"""What a driver's own number for an error means; the same number means something else for another driver."""

_NO_UTF_8 = "Could not decode"  # not said to people
"""How Python's own error begins where SQLite holds bytes that are no text; it has no number."""

_QUOTED_DATA = re.compile(
    r"[\s:;,.]*(with text|DETAIL:|Truncated value:|Failing row|The duplicate key value).*", re.DOTALL
)
"""Where a driver's message begins to quote what stands in a row, a password perhaps."""

_QUOTED_VALUE = re.compile(r"(?<=\bvalue )'.*'", re.DOTALL)
"""Such a quotation in the middle, as in SQL Server's "Conversion failed when converting the varchar value '…' to"."""

_DB_LIB = re.compile(r"DB-Lib error message \d+, severity \d+:\s*(General SQL Server error: .*)?")
"""What DB-Lib puts before and after what the server says, which it then says twice."""


@contextmanager
def database_errors(what: str, secrets: Iterable[Secret] = ()) -> Iterator[None]:
    """Turns what a database says into `Refused`, in which no `secrets` stand.

    The problem's code is `busy` where another program's locks were in the way, and else `database`.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = _cause(error)
        hint = cause.hint if cause else None
        if cause and cause.busy:
            raise Refused(Problem("busy", joined(": ", (what, cause.busy)), hint=hint)) from None
        raise Refused(Problem("database", joined(": ", (what, describe(error, secrets))), hint=hint)) from None


def describe(error: SQLAlchemyError, secrets: Iterable[Secret] = ()) -> str:
    """What the database said, without statement, parameters, and what it quotes from rows."""
    said = _said(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    for secret in secrets:
        said = said.replace(secret.reveal(), str(secret))
    said = _QUOTED_VALUE.sub("…", _QUOTED_DATA.sub("", said))
    return " ".join(said.split()) or type(error).__name__


def _said(error: BaseException) -> str:
    """A driver's message as text; pymssql has it in bytes, beside its number."""
    match error.args:
        case ((_, bytes(message)),) | (_, bytes(message)):
            lines = _DB_LIB.sub("\n", message.decode("utf-8", "replace")).splitlines()
            return "\n".join(dict.fromkeys(lines))
    return str(error)


def _cause(error: SQLAlchemyError) -> _Cause | None:
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    driver = type(error.orig).__module__.partition(".")[0]
    known = _CAUSES.get((driver, _number(driver, error.orig)))
    if known is None and error.connection_invalidated:
        return _BROKEN_OFF
    if known is None and str(error.orig).startswith(_NO_UTF_8):
        return _UNDECODABLE
    return known


def _number(driver: str, error: BaseException) -> object:
    """A driver's own number for an error: SQLSTATE for PostgreSQL, SQLite's primary code, the server's for others."""
    if driver == "psycopg":
        return getattr(error, "sqlstate", None)
    if driver == "sqlite3":
        return getattr(error, "sqlite_errorcode", 0) & 0xFF
    first = error.args[0] if error.args else None
    return first[0] if isinstance(first, tuple) and first else first
