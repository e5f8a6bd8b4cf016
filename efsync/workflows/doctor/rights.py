"""Whether the user of a target's URL may do what plan and apply do."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, inspect, table

from efsync.database import sqlite_file
from efsync.database.rights import Right, denied_columns, file_is_writable, may_execute
from efsync.erp.columns import ColumnFacts, mapped_columns, qualifier
from efsync.erp.connection import WHAT
from efsync.erp.layout import Layout
from efsync.model.checks import Check, Topic, fine, wrong
from efsync.settings.model import Settings, TargetSettings

_WRITING = "plan and drift work without"
_AUDITED = ("Registro", "Cod_Usu", "Detalle")
"""Some columns of the audit table that every entry fills."""


def rights_checks(
    connection: Connection, settings: Settings, target: TargetSettings, there: Mapping[str, Mapping[str, ColumnFacts]]
) -> Iterator[Check]:
    """The rights to read and to write, on every table and column that is mapped and `there`."""
    file = sqlite_file(target.url, settings.folder, WHAT)
    if file is not None:
        yield _file_check(file_is_writable(file), target.name)
        return
    for name, facts in there.items():
        if facts:
            yield from _table_checks(connection, target, name, frozenset(facts))
    yield from _audit_checks(connection, target)


def right_check(table_name: str, right: Right, asked: tuple[str, ...], denied: tuple[str, ...], target: str) -> Check:
    """One right on one table."""
    if not denied:
        return fine(Topic.RIGHTS, f"{right} on {table_name} is granted", target)
    # a right on columns is the smallest that will do; rows are deleted, and in some servers added, as a whole
    columns = f" ({', '.join(denied)})" if right in (Right.SELECT, Right.UPDATE) and denied != asked else ""
    message = f"the right {right}{columns} on {table_name} is missing"
    without = "; nothing works without" if right is Right.SELECT else f"; {_WRITING}"
    return wrong(
        Topic.RIGHTS, message, f"GRANT {right}{columns} ON {table_name} to the user of the url{without}", target
    )


def _table_checks(connection: Connection, target: TargetSettings, name: str, there: frozenset[str]) -> Iterator[Check]:
    of = table(name, schema=qualifier(target.layout, connection.dialect.name))
    for right, columns in _needed(target.layout, name):
        asked = tuple(column for column in dict.fromkeys(columns) if column in there)
        if asked:
            yield right_check(name, right, asked, denied_columns(connection, of, right, asked), target.name)


def _needed(layout: Layout, name: str) -> Iterator[tuple[Right, list[str]]]:
    """The rights that plan and apply need on one table, each with the columns that it is about."""
    mapped = [column for column, _ in mapped_columns(layout, name)]
    yield Right.SELECT, mapped
    if name == layout.table:
        yield Right.UPDATE, list(layout.user_fields().values())
        return
    values = [column for fields in layout.property_fields().values() for column in fields.values()]
    yield Right.UPDATE, values
    yield Right.INSERT, mapped
    yield Right.DELETE, mapped[:1]


def _audit_checks(connection: Connection, target: TargetSettings) -> Iterator[Check]:
    """Whether apply may note its changes in the ERP's audit trail, where the target asks for that."""
    audit = target.layout.audit
    if audit is None:
        return
    of = table(audit.name, schema=qualifier(target.layout, connection.dialect.name))
    if audit.through != "table":
        if may_execute(connection, of):
            yield fine(Topic.RIGHTS, f"EXECUTE on {audit.name} is granted", target.name)
            return
        message = f"there is no procedure {audit.name}, or the right EXECUTE on it is missing"
        yield wrong(
            Topic.RIGHTS, message, f"GRANT EXECUTE ON {audit.name} to the user of the url; {_WRITING}", target.name
        )
        return
    if not inspect(connection).has_table(audit.name, schema=of.schema):
        remedy = f"name the right one in [targets.{target.name}.audit]; {_WRITING}"
        yield wrong(Topic.TABLE, f"the database has no audit table {audit.name}", remedy, target.name)
        return
    denied = denied_columns(connection, of, Right.INSERT, _AUDITED)
    yield right_check(audit.name, Right.INSERT, _AUDITED, denied, target.name)


def _file_check(writable: bool, target: str) -> Check:
    if writable:
        return fine(Topic.RIGHTS, "the database file and its folder can be written", target)
    return wrong(Topic.RIGHTS, "the database file or its folder is read-only", f"chmod u+w it; {_WRITING}", target)
