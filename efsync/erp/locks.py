"""The server's own lock: keeps two applies apart that have two states, and so two locks, for one ERP."""

from sqlalchemy import Connection, text

from efsync.model.problems import Problem, Refused

_NAME = "efsync apply"

_STATEMENTS = {
    # held until the transaction ends
    "postgresql": f"SELECT pg_try_advisory_xact_lock(hashtextextended('{_NAME}', 0))",
    # held until the connection ends; the name counts for the whole server, so the database is part of it
    "mysql": f"SELECT GET_LOCK(CONCAT(LEFT(MD5(DATABASE()), 32), ' {_NAME}'), 0)",
    "mssql": (
        "SET NOCOUNT ON; DECLARE @got int; "
        f"EXEC @got = sp_getapplock @Resource = N'{_NAME}', @LockMode = 'Exclusive', "
        "@LockOwner = 'Transaction', @LockTimeout = 0; SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END"
    ),
}
_STATEMENTS["mariadb"] = _STATEMENTS["mysql"]


def lock_for_apply(connection: Connection) -> None:
    """Take the lock for as long as the transaction lasts; SQLite has it by `BEGIN IMMEDIATE` already.

    Raises `Refused` (`locked`) where another apply holds it.
    """
    statement = _STATEMENTS.get(connection.dialect.name)
    if statement is not None and not connection.execute(text(statement)).scalar():
        message = "another apply is writing to this ERP, with another state"
        raise Refused(Problem("locked", message, hint="wait until it ends; let all who apply share one [state] url"))
