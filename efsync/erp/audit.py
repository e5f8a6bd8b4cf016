"""The ERP's own audit trail: one entry for each changed user, as its audit screen shows them.

Columns, parameters and the XML of Detalle are those of the product's public report code.
"""

import re
import socket
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import Connection, Executable, bindparam, column, func, insert, table, text
from sqlalchemy.dialects import mssql, mysql, postgresql

from efsync.database.rights import may_execute
from efsync.erp.columns import qualifier, table_facts
from efsync.erp.layout import Audit, Layout
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD, PlainValue
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

_SENSITIVE = "(sensitive)"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold."""

_COLUMNS = (
    "Cod_Usu", "Tipo", "Tabla", "Opcion", "Accion", "Documento", "Codigo", "Clave2", "Clave3", "Clave4", "Clave5",
    "Detalle", "Equipo", "Cod_Suc", "Cod_Obj", "Notas", "Cod_Emp",
)  # fmt: skip
"""The table's columns in the order of the procedure's parameters, which have other names."""

_DIALECTS = {"mssql": mssql, "mysql": mysql, "mariadb": mysql, "postgresql": postgresql}


def audit_statement(
    layout: Layout, account: LiveAccount, values: Mapping[str, PlainValue | Secret], dialect: str
) -> Executable:
    """What notes that `values` are written to `account`; of a password only that it changes."""
    assert layout.audit is not None
    schema = qualifier(layout, dialect)
    entry = _entry(layout, layout.audit, account, values)
    if layout.audit.through == "table":
        of = table(layout.audit.name, column("Registro"), *(column(name) for name in _COLUMNS), schema=schema)
        return insert(of).values(Registro=func.current_timestamp(), **entry)
    procedure = table(layout.audit.name, schema=schema)
    name = _DIALECTS[dialect].dialect().identifier_preparer.format_table(procedure)
    parameters = ", ".join(f":{each}" for each in _COLUMNS)
    call = f"EXEC {name} {parameters}" if dialect == "mssql" else f"CALL {name}({parameters})"
    return text(call).bindparams(*(bindparam(each, entry[each]) for each in _COLUMNS))


def check_audit(connection: Connection, layout: Layout) -> None:
    """Look whether the audit trail that `layout` asks for can be written, before anything else is.

    Raises `Refused`: `database` where table, columns or procedure are not there, `config` where a server has no
    procedures.
    """
    if layout.audit is not None:
        of = _table_problems if layout.audit.through == "table" else _procedure_problems
        if problems := list(of(connection, layout, layout.audit)):
            raise Refused(problems)


def _table_problems(connection: Connection, layout: Layout, audit: Audit) -> Iterator[Problem]:
    there = table_facts(connection, layout, audit.name)
    hint = "name the right one in [targets.NAME.audit], or take the section out"
    if not there:
        yield Problem("database", f"the database has no audit table {audit.name}", hint=hint)
        return
    for name in ("Registro", *_COLUMNS):
        if name not in there:
            yield Problem("database", f"the audit table {audit.name} has no column {name}", hint=hint)


def _procedure_problems(connection: Connection, layout: Layout, audit: Audit) -> Iterator[Problem]:
    if connection.dialect.name not in _DIALECTS:
        message = f"{connection.dialect.name} has no procedures, and the audit trail is written through {audit.name}"
        yield Problem("config", message, hint='write `through = "table"` in [targets.NAME.audit]')
    elif not may_execute(connection, table(audit.name, schema=qualifier(layout, connection.dialect.name))):
        message = f"there is no audit procedure {audit.name}, or the right EXECUTE on it is missing"
        yield Problem("database", message, hint="name the right one in [targets.NAME.audit], or have it granted")


def _entry(
    layout: Layout, audit: Audit, account: LiveAccount, values: Mapping[str, PlainValue | Secret]
) -> dict[str, Any]:
    """The entry by column, nothing longer than the procedure takes."""
    return dict.fromkeys(_COLUMNS, "") | {
        "Cod_Usu": audit.user[:10],
        "Tipo": "Datos",
        "Tabla": layout.table[:30],
        "Opcion": "efsync",
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
    return ElementTree.tostring(detail, encoding="unicode")


def _shown(field: str, value: object) -> str:
    if value is None:
        return ""
    if field == PASSWORD or isinstance(value, Secret):
        return _SENSITIVE
    return _NO_XML.sub("", str(int(value)) if isinstance(value, bool) else str(value))
