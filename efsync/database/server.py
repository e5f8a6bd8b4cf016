"""What a database server says of itself: product, version, encryption, clock."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError

from efsync.model.language import message

SQLITE = "SQLite"

_VERSION: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "SHOW server_version",
        "mysql": "SELECT VERSION()",
        "mssql": "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128))",
    }
)

_ENCRYPTED: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        "mysql": "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
        # needs VIEW SERVER STATE
        "mssql": "SELECT NULLIF(encrypt_option, 'FALSE') FROM sys.dm_exec_connections WHERE session_id = @@SPID",
    }
)

_READ_ONLY: Mapping[str, str] = MappingProxyType(
    {
        # the session's own setting is efsync's; `reset_val` is what server, database and role say
        "postgresql": "SELECT pg_is_in_recovery() OR (SELECT reset_val = 'on' FROM pg_settings "
        "WHERE name = 'default_transaction_read_only')",
        "mysql": "SELECT @@global.read_only",
        "mssql": "SELECT CASE DATABASEPROPERTYEX(DB_NAME(), 'Updateability') WHEN 'READ_ONLY' THEN 1 ELSE 0 END",
    }
)

_CLOCK: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "SELECT clock_timestamp() AT TIME ZONE 'UTC'",
        "mysql": "SELECT UTC_TIMESTAMP(6)",
        "mssql": "SELECT CAST(SYSUTCDATETIME() AS datetime)",
    }
)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """A server as it is; `encrypted` is `None` where it can't be told.

    `ahead` is how far its clock is before this machine's; a SQLite file has no clock of its own.
    """

    product: str
    version: str
    release: tuple[int, ...]
    encrypted: bool | None = None
    read_only: bool = False
    ahead: timedelta | None = None


def read_server(connection: Connection) -> ServerFacts:
    """The facts of the server behind `connection`, which has to be in autocommit."""
    kind = kind_of(connection)
    if kind == "sqlite":
        return ServerFacts(SQLITE, sqlite3.sqlite_version, sqlite3.sqlite_version_info)
    release = connection.dialect.server_version_info or ()
    return ServerFacts(
        product=_product(connection),
        version=str(connection.execute(text(_VERSION[kind])).scalar()),
        release=tuple(part for part in release if isinstance(part, int)),
        encrypted=_encrypted(connection, kind),
        read_only=bool(connection.execute(text(_READ_ONLY[kind])).scalar()),
        ahead=_ahead(lambda: connection.execute(text(_CLOCK[kind])).scalar_one()),
    )


def driver_of(connection: Connection) -> str:
    """The driver's name and version."""
    if kind_of(connection) == "sqlite":
        return message("sqlite3, a part of Python")
    driver: Any = connection.dialect.dbapi
    try:
        return f"{driver.__name__} {version(driver.__name__)}"
    except PackageNotFoundError:
        return str(driver.__name__)


def is_local(url: URL) -> bool:
    """Whether nothing leaves this machine on the way to the database."""
    host = str(url.query.get("host") or url.host or "localhost")
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def kind_of(connection: Connection) -> str:
    """The kind of server that a connection is to; MariaDB is of MySQL's, since `open_engine` speaks to it so."""
    return connection.dialect.name


def _product(connection: Connection) -> str:
    if getattr(connection.dialect, "is_mariadb", False):
        return "MariaDB"
    return {"postgresql": "PostgreSQL", "mysql": "MySQL", "mssql": "SQL Server"}[kind_of(connection)]


def _encrypted(connection: Connection, kind: str) -> bool | None:
    try:
        found = connection.execute(text(_ENCRYPTED[kind])).first()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return None
    return None if found is None else bool(found[-1])


def _ahead(read: Callable[[], datetime]) -> timedelta:
    """How far a clock is ahead of this machine's; half of the way there and back is taken off."""
    before = datetime.now(UTC)
    found = read().replace(tzinfo=UTC)
    return found - (before + (datetime.now(UTC) - before) / 2)
