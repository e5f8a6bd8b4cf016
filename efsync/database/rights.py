"""What the user of a connection may do with a table; asked, never tried."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, TableClause, text
from sqlalchemy.exc import DBAPIError

from efsync.database.server import kind_of

_DENIED = (1044, 1142, 1143, 1227)
"""What MariaDB and MySQL say to a user without a right: https://mariadb.com/kb/en/mariadb-error-code-reference/"""

_EXPLAINED = {
    "SELECT": "EXPLAIN SELECT {columns} FROM {table} WHERE 1 = 0",
    "INSERT": "EXPLAIN INSERT INTO {table} ({columns}) VALUES ({nulls})",
    "UPDATE": "EXPLAIN UPDATE {table} SET {nulled} WHERE 1 = 0",
    "DELETE": "EXPLAIN DELETE FROM {table} WHERE 1 = 0",
}

_ASKED = {
    # a name that can't be looked up is a schema without the right to use it
    "postgresql": "has_column_privilege(to_regclass(:table), CAST({column} AS text), :right)",
    "mssql": "HAS_PERMS_BY_NAME(:table, 'OBJECT', :right, {column}, 'COLUMN') = 1",
}
_ANY_COLUMN = "SELECT has_any_column_privilege(to_regclass(:table), 'UPDATE')"
_ASKED_OF_TABLE = {
    "postgresql": "has_table_privilege(to_regclass(:table), :right)",
    "mssql": "HAS_PERMS_BY_NAME(:table, 'OBJECT', :right) = 1",
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

    One question, where nothing is missing. Nothing is written: `EXPLAIN` checks rights and runs nothing. On MariaDB
    a transaction that `connection` is in ends.
    """
    asked = tuple(dict.fromkeys(columns))
    with _asking(connection):
        if _may(connection, table, right, asked):
            return ()
        return tuple(column for column in asked if not _may(connection, table, right, (column,)))


def may_lock(connection: Connection, table: TableClause) -> bool:
    """Whether rows of a table may be locked, for which PostgreSQL wants the right to update some column of it."""
    if kind_of(connection) != "postgresql":
        return True
    quoted = connection.dialect.identifier_preparer.format_table(table)
    return _answered(connection, _ANY_COLUMN, {"table": quoted})


def may_execute(connection: Connection, procedure: TableClause) -> bool:
    """Whether there is such a procedure, and it may be called."""
    named = {
        "name": procedure.name,
        "schema": procedure.schema,
        "quoted": connection.dialect.identifier_preparer.format_table(procedure),
    }
    return _answered(connection, _EXECUTE[kind_of(connection)], named)


def file_is_writable(file: Path) -> bool:
    """Whether a SQLite file can be written; its folder takes the journal, and so has to be writable too."""
    return all(os.access(path, os.W_OK) and path.stat().st_mode & 0o222 for path in (file, file.parent))


@contextmanager
def _asking(connection: Connection) -> Iterator[None]:
    """MariaDB does not even explain a write in a transaction that may only read."""
    if kind_of(connection) != "mysql":
        yield
        return
    connection.exec_driver_sql("START TRANSACTION READ WRITE")
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK")


def _may(connection: Connection, table: TableClause, right: Right, columns: tuple[str, ...]) -> bool:
    """Whether the right is there on every one of `columns`."""
    kind = kind_of(connection)
    if kind == "sqlite":
        return True  # a file has no rights but its mode
    prepare = connection.dialect.identifier_preparer
    quoted = prepare.format_table(table)
    if kind == "mysql":
        names = [prepare.quote_identifier(column) for column in columns]
        of_names, nulls = ", ".join(names), ", ".join(["NULL"] * len(names))
        nulled = ", ".join(f"{name} = NULL" for name in names)
        return _explained(
            connection, _EXPLAINED[right].format(table=quoted, columns=of_names, nulls=nulls, nulled=nulled)
        )
    named = {f"column_{number}": column for number, column in enumerate(columns)}
    return _answered(connection, _question(kind, right, named), {"table": quoted, "right": right.value, **named})


def _question(dialect: str, right: Right, names: Iterable[str] = ("column",)) -> str:
    """What asks for a right on the columns that parameters of these names hold."""
    if right is Right.DELETE or (right is Right.INSERT and dialect == "mssql"):
        asked = _ASKED_OF_TABLE[dialect]
    else:
        asked = " AND ".join(_ASKED[dialect].format(column=f":{name}") for name in names)
    return f"SELECT CASE WHEN {asked} THEN 1 ELSE 0 END"


def _answered(connection: Connection, question: str, named: Mapping[str, str | None]) -> bool:
    """What the server says to a question that takes some of the parameters in `named`."""
    statement = text(question)
    asked = {name: value for name, value in named.items() if name in statement.compile().params}
    return bool(connection.execute(statement, asked).scalar())


def _explained(connection: Connection, statement: str) -> bool:
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if error.orig is not None and error.orig.args[:1] and error.orig.args[0] in _DENIED:
            return False
        raise
    return True
