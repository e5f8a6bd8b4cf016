"""How an ERP's database compares user codes; reads only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, text

from efsync.database.server import kind_of
from efsync.erp.columns import ColumnFacts, qualifier
from efsync.erp.layout import Layout

_DATABASE: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "SELECT datcollate FROM pg_database WHERE datname = current_database()",
        "mysql": "SELECT @@collation_database",
        "mssql": "SELECT CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128))",
    }
)

_COLUMN = text(
    "SELECT COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLUMNS "
    "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table AND COLUMN_NAME = :column"
)

_SAME: Mapping[str, str] = MappingProxyType(
    {
        "mysql": "SELECT CONVERT(:one USING {charset}) COLLATE {collation} = CONVERT(:other USING {charset})",
        "mssql": "SELECT CASE WHEN CAST(:one AS nvarchar(10)) COLLATE {collation} = CAST(:other AS nvarchar(10)) "
        "THEN 1 ELSE 0 END",
    }
)

_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class CodeComparison:
    """How the database compares user codes: the collations of database and key column, and what they take as one.

    `folds_case` and `folds_accents` are `None` where the comparison is efsync's own.
    """

    database: str | None
    column: str | None = None
    folds_case: bool | None = None
    folds_accents: bool | None = None


def code_comparison(connection: Connection, layout: Layout, key: ColumnFacts) -> CodeComparison:
    """How codes in the column `key` compare, as the server itself answers."""
    kind = kind_of(connection)
    database = connection.execute(text(_DATABASE[kind])).scalar() if kind in _DATABASE else None
    collation, charset = _column_collation(connection, layout, key)
    if kind not in _SAME or not all(_NAME.fullmatch(name or "") for name in (collation, charset)):
        return CodeComparison(database, collation)
    question = text(_SAME[kind].format(collation=collation, charset=charset))

    def same(one: str, other: str) -> bool:
        return bool(connection.execute(question, {"one": one, "other": other}).scalar())

    return CodeComparison(database, collation, same("a", "A"), same("n", "ñ") or same("e", "é"))


def _column_collation(connection: Connection, layout: Layout, key: ColumnFacts) -> tuple[str | None, str | None]:
    """The key column's collation, and the character set that it is for; the latter means something on MariaDB only."""
    if kind_of(connection) == "mysql":
        schema = qualifier(layout, connection.dialect.name)
        named = {"schema": schema, "table": key.table, "column": key.name}
        row = connection.execute(_COLUMN, named).first()
        return (row[0], row[1]) if row else (None, None)
    return getattr(key.type, "collation", None), "nvarchar"
