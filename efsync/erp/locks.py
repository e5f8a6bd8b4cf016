"""The server's own lock: keeps two applies apart that have two states, and so two locks, for one ERP.

It lives as long as its transaction or connection, so it also tells that an apply whose process died may still write.
"""

from sqlalchemy import Connection, text

from efsync.model.language import message
from efsync.model.problems import Problem, Refused

NAME = "efsync apply"
MYSQL_NAME = f"CONCAT(LEFT(MD5(DATABASE()), 32), ' {NAME}')"
"""An SQL expression: the name counts for the whole server, so the database is part of it."""

_STATEMENTS = {
    # held until the transaction ends
    "postgresql": f"SELECT pg_try_advisory_xact_lock(hashtextextended('{NAME}', 0))",
    # held until the connection ends
    "mysql": f"SELECT GET_LOCK({MYSQL_NAME}, 0)",
    # no SET NOCOUNT here: it would outlast the batch, and no UPDATE would tell any more how many rows it reached
    "mssql": (
        "DECLARE @got int; "
        f"EXEC @got = sp_getapplock @Resource = N'{NAME}', @LockMode = 'Exclusive', "
        "@LockOwner = 'Transaction', @LockTimeout = 0; SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END"
    ),
}

_HELD = {
    "postgresql": text(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND CAST(classid AS bigint) = (hashtextextended(:name, 0) >> 32) & 4294967295 "
        "AND CAST(objid AS bigint) = hashtextextended(:name, 0) & 4294967295)"
    ).bindparams(name=NAME),
    "mysql": text(f"SELECT IS_USED_LOCK({MYSQL_NAME}) IS NOT NULL"),
    "mssql": text(f"SELECT CASE APPLOCK_TEST('public', N'{NAME}', 'Exclusive', 'Session') WHEN 1 THEN 0 ELSE 1 END"),
}


def lock_for_apply(connection: Connection) -> None:
    """Take the lock for as long as the transaction lasts; SQLite has it by `BEGIN IMMEDIATE` already.

    Raises `Refused` (`locked`) where somebody else holds it.
    """
    statement = lock_statement(connection.dialect.name)
    if statement is not None and not connection.execute(text(statement)).scalar():
        held = message(
            "somebody is writing to this ERP already: an apply with another state, a script of efsync's, "
            "or an apply that was killed and whose connection the server has not ended yet"
        )
        hint = message("wait until it ends; let all who apply share one [state] url")
        raise Refused(Problem("locked", held, hint=hint))


def is_locked(connection: Connection) -> bool:
    """Whether anybody holds the lock; looks without taking it.

    On SQLite nobody does for long: what a process holds of a file ends with the process.
    """
    statement = _HELD.get(connection.dialect.name)
    return statement is not None and bool(connection.execute(statement).scalar())


def lock_statement(dialect: str) -> str | None:
    """What takes the lock on a kind of server: its one value says whether it is taken. `None` on SQLite."""
    return _STATEMENTS.get(dialect)
