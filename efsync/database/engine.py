"""Engines for every database that efsync talks to."""

import difflib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, NullPool, create_engine, event
from sqlalchemy.exc import NoSuchModuleError

from efsync.database.access import Access, Timeouts
from efsync.database.sqlite import sqlite_engine
from efsync.database.urls import read_url
from efsync.model.language import message
from efsync.model.problems import Problem, Refused

EXTRAS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "postgresql": ("postgresql+psycopg", "postgres"),
        "mysql": ("mysql+pymysql", "mysql"),
        "mariadb": ("mysql+pymysql", "mysql"),
        "mssql": ("mssql+pymssql", "mssql"),
    }
)
"""For each kind of server its driver, and the extra of efsync-erp that installs it.

MariaDB is spoken to as MySQL, so that no other place has to know of two names; SQLAlchemy asks the server which it is.
"""

GRACE = 10
"""Seconds that a statement gets on top of the wait for a lock, so that what is waited for is what ends first."""


def open_engine(url: str, folder: Path, access: Access, what: str, timeouts: Timeouts = Timeouts()) -> Engine:
    """An engine for `url`; a relative SQLite path starts at `folder`. `what` names the database in messages.

    Raises `Refused`: `config` for a URL that can't be used or a driver that is missing, `database` for a SQLite
    file that is missing.
    """
    parsed = read_url(url, folder, what)
    kind = server_of(parsed, what)
    if kind == "sqlite":
        return sqlite_engine(parsed, folder, access, what, timeouts)
    return _server_engine(parsed, kind, access, what, timeouts)


def server_of(url: URL, what: str) -> str:
    """The kind of server that `url` is for: `sqlite`, or one of `EXTRAS`.

    Raises `Refused` (`config`) where efsync does not talk to it, or not through the driver that is named.
    """
    kind = url.get_backend_name()
    if kind == "sqlite":
        return kind
    if kind not in EXTRAS:
        raise _unknown(what, url)
    driver = EXTRAS[kind][0].partition("+")[2]
    named = url.drivername.partition("+")[2]
    if named not in ("", driver):
        other = message(
            "{what}: efsync talks to {server} through {driver}, and not through {named}",
            what=what,
            server=kind,
            driver=driver,
            named=named,
        )
        raise Refused(Problem("config", other, hint=message("write {server}://… in the url", server=kind)))
    return kind


def _server_engine(url: URL, kind: str, access: Access, what: str, timeouts: Timeouts) -> Engine:
    driver, extra = EXTRAS[kind]
    url = url.set(drivername=driver)
    kind = url.get_backend_name()
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
            connect_args=_connect_arguments(url.drivername, timeouts),
        )
    except (NoSuchModuleError, ModuleNotFoundError):
        missing = message("{what}: the driver for {driver} is not installed", what=what, driver=url.drivername)
        raise Refused(Problem("config", missing, hint=f"pip install 'efsync-erp[{extra}]'")) from None
    event.listen(engine, "do_connect", _connecting(url, what))
    event.listen(engine, "handle_error", _close_lost_cursor)
    for statement in _session(kind, access, timeouts):
        event.listen(engine, "connect", _executing(statement))
    return engine


def _connect_arguments(drivername: str, timeouts: Timeouts) -> dict[str, Any]:
    if drivername.endswith("+psycopg"):
        # or else it gives bytes for texts of a database that has no encoding
        return {"connect_timeout": timeouts.connect, "client_encoding": "utf8"}
    if drivername.endswith("+pymysql"):
        return {
            "connect_timeout": timeouts.connect,
            "read_timeout": timeouts.statement + GRACE,
            "write_timeout": timeouts.statement + GRACE,
        }
    if drivername.endswith("+pymssql"):
        return {"login_timeout": timeouts.connect, "timeout": timeouts.statement + GRACE}
    return {}


def _session(kind: str, access: Access, timeouts: Timeouts) -> list[str]:
    """What each new connection is told: how long to wait, and that one for reading may not write."""
    milliseconds = timeouts.statement * 1000
    read_only = access is Access.READ
    if kind == "postgresql":
        told = [f"SET statement_timeout = {milliseconds + GRACE * 1000}", f"SET lock_timeout = {milliseconds}"]
        return [*told, "SET default_transaction_read_only = on"] if read_only else told
    if kind == "mysql":
        told = [
            f"SET SESSION {wait} = {timeouts.statement}" for wait in ("innodb_lock_wait_timeout", "lock_wait_timeout")
        ]
        return [*told, "SET SESSION TRANSACTION READ ONLY"] if read_only else told
    # a server's default may be not to count rows; in English, so that what a message quotes from a row is found
    return ["SET NOCOUNT OFF", "SET LANGUAGE us_english", f"SET LOCK_TIMEOUT {milliseconds}"]


def _connecting(url: URL, what: str) -> Any:
    def connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        """Says what a driver can't do with the url's options: it raises any error for that, and not one of its own."""
        try:
            connection = dialect.connect(*arguments, **options)
        except dialect.loaded_dbapi.Error:
            raise
        except (TypeError, ValueError, AttributeError, LookupError, OSError) as error:
            file = error.filename if isinstance(error, OSError) else None
            said = (error.strerror if isinstance(error, OSError) else None) or str(error)
            if url.password:
                said = said.replace(str(url.password), "***")
            unusable = message(
                "{what}: the driver can't use the url: {reason}", what=what, reason=f"{said}: {file}" if file else said
            )
            hint = message("look at what stands after the ? in the url, and at the files that it names")
            raise Refused(Problem("config", unusable, hint=hint)) from None
        if dialect.name == "mysql" and not connection.db:
            connection.close()
            nameless = message("{what}: the url names no database", what=what)
            hint = message("write it after the host: mariadb://user@host/database")
            raise Refused(Problem("config", nameless, hint=hint))
        return connection

    return connect


def _close_lost_cursor(context: ExceptionContext) -> None:
    """Close the cursor of a connection that is lost: SQLAlchemy leaves it, and psycopg complains of one left open."""
    if context.is_disconnect and context.execution_context is not None:
        with suppress(Exception):  # nobody is there any more to close it for
            context.execution_context.cursor.close()


def _executing(statement: str) -> Any:
    def execute(connection: Any, _record: Any) -> None:
        """Send the statement on a new connection."""
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        connection.commit()

    return execute


def _unknown(what: str, url: URL) -> Refused:
    unknown = message("{what}: efsync does not talk to {server}", what=what, server=url.drivername)
    known = ("sqlite", "postgresql", "mysql", "mariadb", "mssql")
    near = difflib.get_close_matches(url.drivername.partition("+")[0], known, n=1)
    hint = (
        message("did you mean {name}?", name=near[0])
        if near
        else message("it talks to {names}", names=", ".join(known))
    )
    return Refused(Problem("config", unknown, hint=hint))
