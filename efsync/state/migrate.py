"""Brings a state to this version's tables, and knows one that is too new."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Connection, Engine, inspect, text

from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.state.tables import REVISION, applied_accounts, metadata

_NAME = "efsync state"
_GET_LOCK = f"SELECT GET_LOCK(CONCAT(LEFT(MD5(DATABASE()), 32), ' {_NAME}'), 30)"
_LOCKS: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": f"SELECT pg_advisory_xact_lock(hashtextextended('{_NAME}', 0)) IS NOT NULL",
        "mysql": _GET_LOCK,
        "mariadb": _GET_LOCK,
        "mssql": "DECLARE @got int; "
        f"EXEC @got = sp_getapplock @Resource = N'{_NAME}', @LockMode = 'Exclusive', "
        "@LockOwner = 'Transaction', @LockTimeout = 30000; SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END",
    }
)
"""How a server lets one connection at a time make the tables."""


def migrate(engine: Engine) -> None:
    """Bring the state up to date. Raises `Refused` as `check_readable` does, but for one that is too old."""
    with suppress(Refused), engine.begin() as connection:  # what stands against it is said below, under the lock
        if revision_of(connection) == REVISION:
            return
    with engine.begin() as connection:
        _lock(connection)
        found = revision_of(connection)
        if found == REVISION:
            return
        if found is None:
            _check_unused(connection)
        from alembic import command  # slow to import, and needed once a version
        from alembic.config import Config

        _check_known(found)
        config = Config()
        folder = Path(__file__).parent / "migrations"
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)


def check_readable(engine: Engine) -> bool:
    """Whether there is a state at all; changes nothing. Raises `Refused` where it is of another version."""
    with engine.connect() as connection:
        found = revision_of(connection)
    _check_known(found)
    if found not in (None, REVISION):
        older = message("the state is of an older efsync")
        raise Refused(Problem("state-version", older, hint=message("any apply brings it up to date")))
    return found is not None


def revision_of(connection: Connection) -> str | None:
    """The state's revision; `None` for a database that is empty, or whose tables are being made this moment.

    Raises `Refused` for a database of something else.
    """
    tables = set(inspect(connection).get_table_names())
    versioned = "alembic_version" in tables
    found: str | None = None
    if versioned:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and applied_accounts.name in tables:
        return found
    being_made = set(metadata.tables) if versioned and found is None else set()
    if others := sorted(tables - being_made - {"alembic_version"}):
        shared = message("the state: the database holds other tables, such as {table}", table=others[0])
        raise Refused(Problem("database", shared, hint=message("give the state a database of its own: [state] url")))
    return None


def _lock(connection: Connection) -> None:
    """Let only one efsync make the tables, until its connection ends; SQLite has `BEGIN IMMEDIATE` for that."""
    statement = _LOCKS.get(connection.dialect.name)
    if statement is not None and not connection.execute(text(statement)).scalar():
        being_made = message("the state: another efsync is making its tables")
        raise Refused(Problem("busy", being_made, hint=message("try again when it is done")))


def _check_unused(connection: Connection) -> None:
    """Raise `Refused` where there are tables and no revision: on MariaDB, which makes them one by one, a cut-off."""
    tables = set(inspect(connection).get_table_names()) & set(metadata.tables)
    if tables:
        half_made = message(
            "the state: its tables are only half made, or another program's: {tables}",
            tables=", ".join(sorted(tables)),
        )
        hint = message(
            "if a first apply was cut off here, drop them; else give the state a database of its own: [state] url"
        )
        raise Refused(Problem("database", half_made, hint=hint))


def _check_known(found: str | None) -> None:
    if found is not None and found > REVISION:
        newer = message(
            "the state is of a newer efsync (revision {found}; this one knows {known})", found=found, known=REVISION
        )
        raise Refused(Problem("state-version", newer, hint=message("use the newer efsync")))
