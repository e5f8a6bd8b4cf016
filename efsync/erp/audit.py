"""The ERP's own audit trail: one entry for each changed user, as its audit screen shows them.

Columns, parameters and the XML of Detalle are those of the product's public report code.
"""

import difflib
import re
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import (
    BindParameter,
    Connection,
    Date,
    DateTime,
    Executable,
    Integer,
    String,
    bindparam,
    column,
    func,
    insert,
    inspect,
    table,
    text,
)
from sqlalchemy.dialects import registry

from efsync.database.rights import may_execute
from efsync.erp.codecs import PlainCodec
from efsync.erp.columns import ColumnFacts, qualifier, table_facts
from efsync.erp.field_columns import FieldColumn
from efsync.erp.inspection import Routine, routines
from efsync.erp.layout import Audit, Layout, Place
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD, PlainValue
from efsync.model.language import joined, message
from efsync.model.problems import Problem, refuse_errors
from efsync.model.secrets import Secret

OPTION = "efsync"
"""What an entry of ours has where the product names an option of its menu."""

_SENSITIVE = "(sensitive)"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold."""

_COLUMNS = (
    "Cod_Usu", "Tipo", "Tabla", "Opcion", "Accion", "Documento", "Codigo", "Clave2", "Clave3", "Clave4", "Clave5",
    "Detalle", "Equipo", "Cod_Suc", "Cod_Obj", "Notas", "Cod_Emp",
)  # fmt: skip
"""The table's columns in the order of the procedure's parameters, which have other names."""

_ANYBODY = LiveAccount("X" * 10, "", "", "", True, {}, ())
"""A user whose code is as long as one may be."""

AUDIT_COLUMNS = ("Registro", *_COLUMNS)
"""Every column of the table that an entry fills; the first takes the time."""

_WITH_PROCEDURES = ("mssql", "mysql", "postgresql")

_OTHER_TABLE = message("in [targets.NAME.audit], name another table, or take the section out")
_OTHER_WAY = message(
    'in [targets.NAME.audit], write `through = "procedure"`, name another table, or take the section out'
)
_RIGHT_ONE = message("name the right one in [targets.NAME.audit], or take the section out")
_RIGHT_ONE_OR_GRANT = message("name the right one in [targets.NAME.audit], have it granted, or take the section out")


def audit_statement(
    layout: Layout, account: LiveAccount, values: Mapping[str, PlainValue | Secret], dialect: str
) -> Executable:
    """What notes that `values` are written to `account`; of a password only that it changes."""
    return _noting(layout, audit_entry(layout, account, values), dialect)


def audit_of_many(layout: Layout, dialect: str) -> Executable:
    """What notes any entry, whose values are its parameters."""
    return _noting(layout, {name: bindparam(name, type_=String()) for name in _COLUMNS}, dialect)


def audit_entry(
    layout: Layout, account: LiveAccount, values: Mapping[str, PlainValue | Secret]
) -> dict[str, PlainValue]:
    """The entry, by column, that `values` are written to `account`; of a password only that it changes."""
    assert layout.audit is not None
    return _entry(layout, layout.audit, account, values)


def _noting(layout: Layout, entry: Mapping[str, Any], dialect: str) -> Executable:
    assert layout.audit is not None
    schema = qualifier(layout, dialect)
    if layout.audit.through == "table":
        of = table(layout.audit.name, column("Registro"), *(column(name) for name in _COLUMNS), schema=schema)
        return insert(of).values(Registro=func.current_timestamp(), **entry)
    procedure = table(layout.audit.name, schema=schema)
    name = registry.load(dialect)().identifier_preparer.format_table(procedure)
    parameters = ", ".join(f":{each}" for each in _COLUMNS)
    call = f"EXEC {name} {parameters}" if dialect == "mssql" else f"CALL {name}({parameters})"
    values = (each if isinstance(each, BindParameter) else bindparam(key, each) for key, each in entry.items())
    return text(call).bindparams(*values)


def check_audit(connection: Connection, layout: Layout, *, by_others: bool = False) -> None:
    """Look whether the audit trail that `layout` asks for can be written, before anything else is.

    Raises `Refused` with what `audit_problems` finds.
    """
    refuse_errors(audit_problems(connection, layout, by_others=by_others))


def audit_problems(connection: Connection, layout: Layout, *, by_others: bool = False) -> Iterator[Problem]:
    """What keeps the audit trail that `layout` asks for from being written: `by_others`, who may do more than we.

    The code is `database` where table, columns or procedure are not there or are others, and `config` where the
    server has no procedures.
    """
    if layout.audit is not None:
        if layout.audit.through == "table":
            yield from _table_problems(connection, layout, layout.audit)
        else:
            yield from _procedure_problems(connection, layout, layout.audit, by_others)


def audit_misfit(layout: Layout, facts: ColumnFacts, dialect: str, detail: str = "") -> str | None:
    """Why a column of the audit table can't hold what every entry has there, or in Detalle a `detail`."""
    assert layout.audit is not None
    if facts.name == "Registro":
        takes_time = facts.lenient or isinstance(facts.type, DateTime | Date | String)
        return None if takes_time else message("the column Registro ({kind}) takes no time", kind=facts.described)
    value = _entry(layout, layout.audit, _ANYBODY, {}) | {"Detalle": detail}
    return FieldColumn(Place(facts.name), facts, PlainCodec(), dialect).misfit(value[facts.name])


def unfilled_columns(there: Mapping[str, ColumnFacts]) -> tuple[str, ...]:
    """The columns of the audit table that no entry fills, that have no default, and that may not be NULL."""
    return tuple(
        name
        for name, facts in there.items()
        if not (name in AUDIT_COLUMNS or facts.nullable or facts.has_default or _numbers_itself(facts))
    )


def called_routines(there: Iterable[Routine], audit: Audit, dialect: str) -> tuple[Routine, ...]:
    """Those that a call of the audit procedure may mean: on PostgreSQL, case counts in a name."""
    spelled = str if dialect == "postgresql" else str.casefold
    return tuple(each for each in there if spelled(each.name) == spelled(audit.name))


def _numbers_itself(facts: ColumnFacts) -> bool:
    """Whether a column is perhaps one of SQLite's that counts up, which it does not say."""
    return facts.lenient and isinstance(facts.type, Integer)


def _table_problems(connection: Connection, layout: Layout, audit: Audit) -> Iterator[Problem]:
    there = table_facts(connection, layout, audit.name)
    if not there:
        names = inspect(connection).get_table_names(schema=qualifier(layout, connection.dialect.name))
        missing = message("the database has no audit table {name}", name=audit.name)
        yield Problem("database", missing, hint=_named(audit.name, names))
        return
    dialect = connection.dialect.name
    hint = _OTHER_WAY if dialect in _WITH_PROCEDURES else _OTHER_TABLE
    for name in AUDIT_COLUMNS:
        if name not in there:
            lacking = message("the audit table {table} has no column {name}", table=audit.name, name=name)
            yield Problem("database", lacking, hint=hint)
        elif misfit := audit_misfit(layout, there[name], dialect):
            unfit = message("no entry fits into the audit table {table}: {reason}", table=audit.name, reason=misfit)
            yield Problem("database", unfit, hint=hint)


def _procedure_problems(connection: Connection, layout: Layout, audit: Audit, by_others: bool) -> Iterator[Problem]:
    dialect, name = connection.dialect.name, audit.name
    if dialect not in _WITH_PROCEDURES:
        without = message(
            "{server} has no procedures, and the audit trail is written through {name}", server=dialect, name=name
        )
        yield Problem("config", without, hint=message('write `through = "table"` in [targets.NAME.audit]'))
        return
    there = routines(connection, layout)
    found = called_routines(there, audit, dialect)
    procedures = [each for each in found if each.is_procedure]
    given = len(_COLUMNS)
    procedure = table(name, schema=qualifier(layout, dialect))
    may_be_called = by_others or may_execute(connection, procedure)
    # a server does not show what one may not call, and a synonym of SQL Server is no routine
    is_hidden = by_others or (dialect == "mssql" and may_be_called)
    if not found and not is_hidden:
        missing = message("there is no audit procedure {name}, or the right EXECUTE on it is missing", name=name)
        names = {each.name for each in there if each.is_procedure}
        yield Problem("database", missing, hint=_named(name, names, _RIGHT_ONE_OR_GRANT))
    elif found and not procedures:
        function = message("{name} is a function, and the audit trail is written through a procedure", name=name)
        hint = message("make it a procedure, or name another in [targets.NAME.audit]")
        yield Problem("database", function, hint=hint)
    elif procedures and not any(each.needs <= given <= each.takes for each in procedures):
        takes = joined(message(" or "), (str(each.takes) for each in procedures))
        other = message(
            "the audit procedure {name} takes {takes} parameters, and efsync gives it the product's {given}",
            name=name,
            takes=takes,
            given=given,
        )
        yield Problem("database", other, hint=message("name the right one in [targets.NAME.audit]"))
    elif not may_be_called:
        of = connection.dialect.identifier_preparer.format_table(procedure)
        kind = "" if dialect == "mssql" else "PROCEDURE "
        hint = message("{grant} to the user of the url", grant=f"GRANT EXECUTE ON {kind}{of}")
        denied = message("the right EXECUTE on the audit procedure {name} is missing", name=name)
        yield Problem("database", denied, hint=hint)


def _named(name: str, names: Collection[str], otherwise: str = _RIGHT_ONE) -> str:
    """What to do where there is nothing of that name."""
    folded = {each.casefold(): each for each in sorted(names)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    if near:
        return message("there is {name}: name it in [targets.NAME.audit]", name=folded[near[0]])
    return otherwise


def _entry(
    layout: Layout, audit: Audit, account: LiveAccount, values: Mapping[str, PlainValue | Secret]
) -> dict[str, Any]:
    """The entry by column, nothing longer than the procedure takes."""
    return dict.fromkeys(_COLUMNS, "") | {
        "Cod_Usu": audit.user[:10],
        "Tipo": "Datos",
        "Tabla": layout.table[:30],
        "Opcion": OPTION,
        "Accion": "Modificar",
        "Codigo": account.code[:30],
        "Detalle": _detail(layout, account, values),
        "Equipo": socket.gethostname()[:30],
        "Cod_Suc": audit.branch[:10],
        "Cod_Emp": audit.company[:10],
    }


def _detail(layout: Layout, account: LiveAccount, values: Mapping[str, PlainValue | Secret]) -> str:
    """`detalle/campos/campo[@nombre]` with the children `antes` and `despues`."""
    detail = ElementTree.Element("detalle")
    fields = ElementTree.SubElement(detail, "campos")
    for field, after in values.items():
        place = layout.fields[field]
        each = ElementTree.SubElement(fields, "campo", nombre=place.property or place.column)
        for name, value in (("antes", account.fields.get(field)), ("despues", after)):
            ElementTree.SubElement(each, name).text = _shown(field, value)
    # a reader of XML takes a CR as it stands for LF
    return ElementTree.tostring(detail, encoding="unicode").replace("\r", "&#13;")


def _shown(field: str, value: object) -> str:
    if value is None:
        return ""
    if field == PASSWORD or isinstance(value, Secret):
        return _SENSITIVE
    return _NO_XML.sub("", str(int(value)) if isinstance(value, bool) else str(value))
