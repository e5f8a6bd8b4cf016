"""The server's own lock: keeps two applies apart that have two states, and so two locks, for one ERP."""

from sqlalchemy import Connection, text

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
_STATEMENTS["mariadb"] = _STATEMENTS["mysql"]


def lock_for_apply(connection: Connection) -> None:
    """Take the lock for as long as the transaction lasts; SQLite has it by `BEGIN IMMEDIATE` already.

    Raises `Refused` (`locked`) where another apply holds it.
    """
    statement = lock_statement(connection.dialect.name)
    if statement is not None and not connection.execute(text(statement)).scalar():
        message = "another apply is writing to this ERP, with another state"
        raise Refused(Problem("locked", message, hint="wait until it ends; let all who apply share one [state] url"))


def lock_statement(dialect: str) -> str | None:
    """What takes the lock on a kind of server: its one value says whether it is taken. `None` on SQLite."""
    return _STATEMENTS.get(dialect)
