"""The system views from which SQL Server tells its tables and columns, filled from what SQLite declares."""

import re
import sqlite3
from typing import Any

from tests.mssql.translation import COLLATION, SCHEMA

_VIEWS = {
    "sys": {
        "schemas": "name, schema_id",
        "objects": "name, object_id, schema_id, type, parent_object_id",
        "types": "name, user_type_id, system_type_id",
        "columns": "object_id, name, column_id, user_type_id, system_type_id, is_nullable, max_length, precision, "
        "scale, default_object_id, collation_name",
        "default_constraints": "object_id, parent_column_id, definition",
        "computed_columns": "object_id, column_id, definition, is_persisted",
        "identity_columns": "object_id, column_id, is_identity, seed_value, increment_value",
        "parameters": "object_id, parameter_id",
        "extended_properties": "class, name, major_id, minor_id, value",
        "system_views": "name",
        "dm_exec_sessions": "session_id, transaction_isolation_level",
        "dm_exec_connections": "session_id, encrypt_option",
    },
    "INFORMATION_SCHEMA": {"TABLES": "TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE"},
}

# https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-types-transact-sql
_TYPES = {
    "text": 35, "tinyint": 48, "smallint": 52, "int": 56, "datetime": 61, "ntext": 99, "bit": 104, "decimal": 106,
    "numeric": 108, "bigint": 127, "varchar": 167, "char": 175, "nvarchar": 231, "nchar": 239,
}  # fmt: skip
_TEXTS = ("text", "ntext", "varchar", "char", "nvarchar", "nchar")
_SPELLED = {"integer": "int", "boolean": "bit", "real": "numeric"}
_DECLARED = re.compile(r"(\w+)\s*(?:\(\s*(\w+)\s*(?:,\s*(\d+)\s*)?\))?")


def attach_catalog(connection: sqlite3.Connection) -> None:
    """Give a connection the system views, still empty."""
    for schema, views in _VIEWS.items():
        connection.execute(f"ATTACH ':memory:' AS {schema}")
        for name, columns in views.items():
            connection.execute(f"CREATE TABLE {schema}.{name} ({columns})")
    connection.execute(f"INSERT INTO sys.schemas VALUES ('{SCHEMA}', 1)")
    connection.executemany("INSERT INTO sys.types VALUES (?, ?, ?)", [(name, of, of) for name, of in _TYPES.items()])
    connection.execute("INSERT INTO sys.system_views VALUES ('dm_exec_sessions')")
    connection.execute("INSERT INTO sys.dm_exec_sessions VALUES (51, 2)")
    connection.execute("INSERT INTO sys.dm_exec_connections VALUES (51, 'TRUE')")


def fill_catalog(connection: sqlite3.Connection, database: str = "main") -> None:
    """Have the system views say what tables and columns there are in one database now."""
    for view in ("sys.objects", "sys.columns", "sys.default_constraints", "INFORMATION_SCHEMA.TABLES"):
        connection.execute(f"DELETE FROM {view}")
    tables = connection.execute(f"SELECT name FROM {database}.sqlite_master WHERE type = 'table' ORDER BY name")
    for number, (table,) in enumerate(tables.fetchall(), start=100):
        connection.execute("INSERT INTO sys.objects VALUES (?, ?, 1, 'U', 0)", (table, number))
        connection.execute("INSERT INTO INFORMATION_SCHEMA.TABLES VALUES (?, ?, 'BASE TABLE')", (SCHEMA, table))
        for column in connection.execute(f"PRAGMA {database}.table_info('{table}')").fetchall():
            _add_column(connection, number, column)


def _add_column(connection: sqlite3.Connection, table: int, column: tuple[Any, ...]) -> None:
    place, name, declared, not_null, default, _ = column
    kind, length, precision, scale = _facts(declared)
    collation = COLLATION if kind in _TEXTS else None
    of_default = table * 1000 + place if default is not None else 0
    row = (table, name, place + 1, _TYPES[kind], _TYPES[kind], int(not not_null), length, precision, scale, of_default)
    connection.execute(f"INSERT INTO sys.columns VALUES ({', '.join('?' * 11)})", (*row, collation))
    if of_default:
        connection.execute("INSERT INTO sys.default_constraints VALUES (?, ?, ?)", (of_default, place + 1, default))


def _facts(declared: str) -> tuple[str, int, int, int]:
    """Type, length in bytes (-1 for max), precision and scale, as sys.columns has them.

    A `TEXT` of SQLite's stands for `varchar(max)`; `OLD_TEXT` and `OLD_NTEXT` for the types that SQL Server calls so.
    """
    found = _DECLARED.match(declared.lower())
    assert found is not None, declared
    name, first, second = found.groups()
    if name in ("old_text", "old_ntext"):
        return name.removeprefix("old_"), 16, 0, 0
    if name == "text" and first is None:
        return "varchar", -1, 0, 0
    kind = _SPELLED.get(name, "varchar" if name == "text" else name)
    if kind not in _TEXTS:
        return kind, 0, int(first or 0), int(second or 0)
    if first in (None, "max"):
        return kind, -1, 0, 0
    return kind, int(first) * (2 if kind in ("nvarchar", "nchar") else 1), 0, 0
