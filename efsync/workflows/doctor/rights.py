"""Whether the user of a target's URL may do what plan and apply do."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, TableClause, table
from sqlalchemy.sql.compiler import IdentifierPreparer

from efsync.database.rights import Right, denied_columns, file_is_writable, may_lock
from efsync.database.sqlite import sqlite_file
from efsync.erp.audit import AUDIT_COLUMNS
from efsync.erp.columns import ColumnFacts, mapped_columns, qualifier
from efsync.erp.connection import WHAT
from efsync.erp.layout import Layout
from efsync.erp.rights import grant
from efsync.model.checks import Check, Topic, fine, wrong
from efsync.model.language import joined, message
from efsync.settings.model import Settings, TargetSettings
from efsync.workflows.doctor.database import WRITING


def rights_checks(
    connection: Connection, settings: Settings, target: TargetSettings, there: Mapping[str, Mapping[str, ColumnFacts]]
) -> Iterator[Check]:
    """The rights to read and to write, on every table and column that is mapped and `there`, the audit table's too."""
    file = sqlite_file(target.url, settings.folder, WHAT)
    if file is not None:
        yield _file_check(file_is_writable(file), target.name)
        return
    for name, facts in there.items():
        if facts:
            yield from _table_checks(connection, target, name, frozenset(facts))
    users = table(target.layout.table, schema=qualifier(target.layout, connection.dialect.name))
    if there.get(target.layout.table) and not target.layout.user_fields() and not may_lock(connection, users):
        yield right_check(
            users, Right.UPDATE, (), (target.layout.key,), connection.dialect.identifier_preparer, target.name
        )


def right_check(
    of: TableClause,
    right: Right,
    asked: tuple[str, ...],
    denied: tuple[str, ...],
    quoted: IdentifierPreparer,
    target: str,
) -> Check:
    """One right on one table; in the remedy, names are `quoted` as the server wants them."""
    if not denied:
        return fine(Topic.RIGHTS, message("{right} on {table} is granted", right=right, table=of.name), target)
    # a right on columns is the smallest that will do; rows are deleted, and in some servers added, as a whole
    named = denied if right in (Right.SELECT, Right.UPDATE) and denied != asked else ()
    asked_for = f"{right} ({', '.join(named)})" if named else str(right)
    without = message("nothing works without") if right is Right.SELECT else WRITING
    remedy = joined("; ", (grant(right, of, named, quoted), without))
    missing = message("the right {right} on {table} is missing", right=asked_for, table=of.name)
    return wrong(Topic.RIGHTS, missing, remedy, target)


def _table_checks(connection: Connection, target: TargetSettings, name: str, there: frozenset[str]) -> Iterator[Check]:
    of = table(name, schema=qualifier(target.layout, connection.dialect.name))
    for right, columns in _needed(target.layout, name):
        asked = tuple(column for column in dict.fromkeys(columns) if column in there)
        if asked:
            denied = denied_columns(connection, of, right, asked)
            yield right_check(of, right, asked, denied, connection.dialect.identifier_preparer, target.name)


def _needed(layout: Layout, name: str) -> Iterator[tuple[Right, list[str]]]:
    """The rights that plan and apply need on one table, each with the columns that it is about."""
    if layout.audit is not None and name == layout.audit.name:
        yield Right.INSERT, list(AUDIT_COLUMNS)
        return
    mapped = [column for column, _ in mapped_columns(layout, name)]
    yield Right.SELECT, mapped
    if name == layout.table:
        yield Right.UPDATE, list(layout.user_fields().values())
        return
    values = [column for fields in layout.property_fields().values() for column in fields.values()]
    yield Right.UPDATE, values
    yield Right.INSERT, mapped
    yield Right.DELETE, mapped[:1]


def _file_check(writable: bool, target: str) -> Check:
    if writable:
        return fine(Topic.RIGHTS, message("the database file and its folder can be written"), target)
    read_only = message("the database file or its folder is read-only")
    return wrong(Topic.RIGHTS, read_only, joined("; ", (message("chmod u+w it"), WRITING)), target)
