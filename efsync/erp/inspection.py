"""What an ERP's database says of itself: how it compares user codes, which routines it has; reads only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, Executable, String, bindparam, cast, select, text

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

_ROUTINES: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "SELECT proname, prokind = 'p', pronargs - pronargdefaults, pronargs FROM pg_proc "
        "JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = CAST(:schema AS text) "
        "OR CAST(:schema AS text) IS NULL AND pg_function_is_visible(pg_proc.oid) "
        "AND nspname NOT IN ('pg_catalog', 'information_schema')",
        "mysql": "SELECT ROUTINE_NAME, ROUTINE_TYPE = 'PROCEDURE', counted, counted FROM "
        "(SELECT ROUTINE_NAME, ROUTINE_TYPE, (SELECT COUNT(*) FROM information_schema.PARAMETERS "
        "WHERE SPECIFIC_SCHEMA = ROUTINE_SCHEMA AND PARAMETERS.SPECIFIC_NAME = ROUTINES.SPECIFIC_NAME "
        "AND PARAMETERS.ROUTINE_TYPE = ROUTINES.ROUTINE_TYPE AND ORDINAL_POSITION > 0) AS counted "
        "FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = COALESCE(:schema, DATABASE())) AS found",
        # which parameters have a default value is told of no procedure in T-SQL
        "mssql": "SELECT o.name, CASE WHEN o.type IN ('P', 'PC', 'X') THEN 1 ELSE 0 END, 0, "
        "(SELECT COUNT(*) FROM {database}sys.parameters AS p WHERE p.object_id = o.object_id AND p.parameter_id > 0) "
        "FROM {database}sys.objects AS o JOIN {database}sys.schemas AS s ON s.schema_id = o.schema_id "
        "WHERE s.name IN (COALESCE(:schema, SCHEMA_NAME()), COALESCE(:schema, 'dbo')) "
        "AND o.type IN ('P', 'PC', 'X', 'FN', 'FS', 'FT', 'IF', 'TF')",
    }
)


@dataclass(frozen=True, slots=True)
class CodeComparison:
    """How the database compares user codes: the collations of database and key column, and what they take as one.

    `folds_case` and `folds_accents` are `None` where the comparison is efsync's own.
    """

    database: str | None
    column: str | None = None
    folds_case: bool | None = None
    folds_accents: bool | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """A procedure or function of the database, and how many parameters it needs and takes."""

    name: str
    is_procedure: bool
    needs: int
    takes: int


def routines(connection: Connection, layout: Layout) -> tuple[Routine, ...]:
    """The procedures and functions beside the layout's tables, as far as the server shows them; SQLite has none."""
    kind = kind_of(connection)
    if kind not in _ROUTINES:
        return ()
    database = f"{connection.dialect.identifier_preparer.quote(layout.database)}." if layout.database else ""
    statement = text(_ROUTINES[kind].format(database=database))
    schema = layout.database if kind == "mysql" and layout.database else layout.schema
    rows = connection.execute(statement, {"schema": schema})
    return tuple(Routine(name, bool(is_procedure), needs, takes) for name, is_procedure, needs, takes in rows)


def code_comparison(connection: Connection, layout: Layout, key: ColumnFacts) -> CodeComparison:
    """How codes in the column `key` compare, as the server itself answers."""
    kind = kind_of(connection)
    database = connection.execute(text(_DATABASE[kind])).scalar() if kind in _DATABASE else None
    collation, charset = _column_collation(connection, layout, key)
    question = _question(kind, key, collation, charset)
    if question is None:
        return CodeComparison(database, collation)

    def same(one: str, other: str) -> bool:
        """Whether the database takes one text for another."""
        return bool(connection.execute(question, {"one": one, "other": other}).scalar())

    return CodeComparison(database, collation, same("a", "A"), same("n", "ñ") or same("e", "é"))


def _question(kind: str, key: ColumnFacts, collation: str | None, charset: str | None) -> Executable | None:
    """What asks a server whether it takes the texts `one` and `other` as the same code; `None` where it can't be."""
    if kind == "postgresql" and isinstance(key.type, String):
        one, other = (cast(bindparam(name, type_=String()), key.type) for name in ("one", "other"))
        return select(one == other)
    if kind in _SAME and all(_NAME.fullmatch(name or "") for name in (collation, charset)):
        return text(_SAME[kind].format(collation=collation, charset=charset))
    return None


def _column_collation(connection: Connection, layout: Layout, key: ColumnFacts) -> tuple[str | None, str | None]:
    """The key column's collation, and the character set that it is for; the latter means something on MariaDB only."""
    if kind_of(connection) == "mysql":
        schema = qualifier(layout, connection.dialect.name)
        named = {"schema": schema, "table": key.table, "column": key.name}
        row = connection.execute(_COLUMN, named).first()
        return (row[0], row[1]) if row else (None, None)
    return getattr(key.type, "collation", None), "nvarchar"
