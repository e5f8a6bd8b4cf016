"""What the user of a connection may do with a table; asked, never tried."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, TableClause, text
from sqlalchemy.exc import DBAPIError

from efsync.database.server import kind_of

_DENIED = (1044, 1142, 1143, 1227)
"""What MariaDB and MySQL say to a user without a right: https://mariadb.com/kb/en/mariadb-error-code-reference/"""

_EXPLAINED = {
    "SELECT": "EXPLAIN SELECT {column} FROM {table} WHERE 1 = 0",
    "INSERT": "EXPLAIN INSERT INTO {table} ({column}) VALUES (NULL)",
    "UPDATE": "EXPLAIN UPDATE {table} SET {column} = NULL WHERE 1 = 0",
    "DELETE": "EXPLAIN DELETE FROM {table} WHERE 1 = 0",
}

_EXECUTE = {
    "postgresql": "SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc WHERE proname = :name",
    # shows a user no other routines than its own and those that it may run
    "mysql": "SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_NAME = :name "
    "AND ROUTINE_SCHEMA = COALESCE(:schema, DATABASE())",
    "mssql": "SELECT HAS_PERMS_BY_NAME(:quoted, 'OBJECT', 'EXECUTE')",
}


class Right(StrEnum):
    """What may be done with a table."""

    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


def denied_columns(connection: Connection, table: TableClause, right: Right, columns: Iterable[str]) -> tuple[str, ...]:
    """Those of `columns` on which the right is missing; a row is deleted whole, so there any column stands for all.

    Nothing is written: `EXPLAIN` checks rights and runs nothing. `connection` has to be in autocommit.
    """
    with _asking(connection):
        return tuple(column for column in dict.fromkeys(columns) if not _may(connection, table, right, column))


def may_execute(connection: Connection, procedure: TableClause) -> bool:
    """Whether there is such a procedure, and it may be called."""
    named = {
        "name": procedure.name,
        "schema": procedure.schema,
        "quoted": connection.dialect.identifier_preparer.format_table(procedure),
    }
    statement = text(_EXECUTE[kind_of(connection)])
    asked = {name: value for name, value in named.items() if name in statement.compile().params}
    return bool(connection.execute(statement, asked).scalar())


def file_is_writable(file: Path) -> bool:
    """Whether a SQLite file can be written; its folder takes the journal, and so has to be writable too."""
    return all(os.access(path, os.W_OK) and path.stat().st_mode & 0o222 for path in (file, file.parent))


@contextmanager
def _asking(connection: Connection) -> Iterator[None]:
    """MariaDB does not even explain a write in a transaction that may only read."""
    if connection.dialect.name not in ("mysql", "mariadb"):
        yield
        return
    connection.exec_driver_sql("START TRANSACTION READ WRITE")
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK")


def _may(connection: Connection, table: TableClause, right: Right, column: str) -> bool:
    quoted = connection.dialect.identifier_preparer.format_table(table)
    match connection.dialect.name:
        case "sqlite":
            return True  # a file has no rights but its mode
        case "mysql" | "mariadb":
            name = connection.dialect.identifier_preparer.quote_identifier(column)
            return _explained(connection, _EXPLAINED[right].format(table=quoted, column=name))
    named = {"table": quoted, "right": right.value, "column": column}
    return bool(connection.execute(text(_question(connection.dialect.name, right)), named).scalar())


def _question(dialect: str, right: Right) -> str:
    of_table = right is Right.DELETE or (right is Right.INSERT and dialect == "mssql")
    if dialect == "postgresql":
        # a name that can't be looked up is a schema without the right to use it
        if of_table:
            return "SELECT has_table_privilege(to_regclass(:table), :right) AND CAST(:column AS text) <> ''"
        return "SELECT has_column_privilege(to_regclass(:table), CAST(:column AS text), :right)"
    if of_table:
        return "SELECT HAS_PERMS_BY_NAME(:table, 'OBJECT', :right)"
    return "SELECT HAS_PERMS_BY_NAME(:table, 'OBJECT', :right, :column, 'COLUMN')"


def _explained(connection: Connection, statement: str) -> bool:
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if error.orig is not None and error.orig.args[:1] and error.orig.args[0] in _DENIED:
            return False
        raise
    return True
