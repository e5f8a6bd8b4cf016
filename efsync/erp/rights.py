"""The rights that writing to an ERP takes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, TableClause, table
from sqlalchemy.sql.compiler import IdentifierPreparer

from efsync.database.rights import Right, denied_columns, may_lock
from efsync.erp.audit import AUDIT_COLUMNS
from efsync.erp.columns import qualifier
from efsync.erp.layout import Layout
from efsync.model.language import message
from efsync.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Need:
    """A right on columns of a table."""

    right: Right
    table: TableClause
    columns: tuple[str, ...]


def missing_rights(connection: Connection, layout: Layout, fields: Collection[str]) -> Iterator[Problem]:
    """Each right that the user of `connection` lacks to write `fields`; asked, never tried."""
    for need in _needs(layout, connection.dialect.name, fields):
        if denied := denied_columns(connection, need.table, need.right, need.columns):
            yield _missing(connection, need, denied)
    users = table(layout.table, schema=qualifier(layout, connection.dialect.name))
    if not _own_columns(layout, fields) and not may_lock(connection, users):
        unlockable = message(
            "the right UPDATE on {table} is missing, without which none of its rows can be locked", table=layout.table
        )
        yield Problem("database", unlockable, hint=_granting(connection, Need(Right.UPDATE, users, ()), (layout.key,)))


def _needs(layout: Layout, dialect: str, fields: Collection[str]) -> Iterator[Need]:
    schema = qualifier(layout, dialect)
    if own := _own_columns(layout, fields):
        yield Need(Right.UPDATE, table(layout.table, schema=schema), own)
    places = (place for row in layout.property_fields().values() for place in row.items())
    if values := tuple(dict.fromkeys(column for field, column in places if field in fields)):
        keys = tuple(column for column, _ in layout.properties.columns())
        properties = table(layout.properties.table, schema=schema)
        yield Need(Right.UPDATE, properties, values)
        yield Need(Right.INSERT, properties, (*keys, *values))
        yield Need(Right.DELETE, properties, keys[:1])
    if layout.audit and layout.audit.through == "table":
        yield Need(Right.INSERT, table(layout.audit.name, schema=schema), AUDIT_COLUMNS)


def _own_columns(layout: Layout, fields: Collection[str]) -> tuple[str, ...]:
    """The columns of the user table that hold `fields`."""
    return tuple(column for field, column in layout.user_fields().items() if field in fields)


def _missing(connection: Connection, need: Need, denied: tuple[str, ...]) -> Problem:
    """What is missing; columns are named where the right on some of them is there."""
    some = denied if need.right is Right.UPDATE and denied != need.columns else ()
    named = f" ({', '.join(some)})" if some else ""
    missing = message("the right {right} on {table} is missing", right=f"{need.right}{named}", table=need.table.name)
    return Problem("database", missing, hint=_granting(connection, need, some))


def grant(right: Right, of: TableClause, columns: Sequence[str], quoted: IdentifierPreparer) -> str:
    """What gives a right on a table, or on some of its columns; names are `quoted` as the server wants them."""
    named = f" ({', '.join(map(quoted.quote, columns))})" if columns else ""
    statement = f"GRANT {right}{named} ON {quoted.format_table(of)}"
    return message("{grant} to the user of the url", grant=statement)


def _granting(connection: Connection, need: Need, columns: tuple[str, ...]) -> str:
    granted = grant(need.right, need.table, columns, connection.dialect.identifier_preparer)
    return message("{granted}; plan works without", granted=granted)
