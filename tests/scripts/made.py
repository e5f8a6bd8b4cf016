"""A script for any server, made without one: two accounts, in both layouts' ways."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Integer, Numeric
from sqlalchemy.dialects.mssql import NCHAR, NTEXT, NVARCHAR
from sqlalchemy.types import CHAR, Text, TypeEngine

from efsync.erp.columns import ColumnFacts, LayoutColumns
from efsync.erp.demo.database import campos_propiedades, usuarios
from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Audit, Layout
from efsync.erp.presets import EFACTORY, EFACTORY_PROPERTIES
from efsync.erp.script import Made, Place, Work, compose, find_client, header, needs_check_key, variables_of
from efsync.erp.statements import Statements
from efsync.model.accounts import LiveAccount
from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan, Selection, Source, Summary
from efsync.model.secrets import Secret, SecretReference

CHECK_KEY = "5e" * 32
LAYOUTS = {
    "columns": replace(EFACTORY, schema="dbo"),
    "properties": replace(EFACTORY_PROPERTIES, schema="dbo"),
    "audit": replace(EFACTORY, audit=Audit.of({"through": "procedure"})),
}
SIGNATURE = "<p>it's José\r\n$(x) 🙂\tfin\u200b\n"


def change_of(user: str, action: Action, **fields: tuple[object, object]) -> AccountChange:
    changes = tuple(
        FieldChange(field, before, after, Origin.CONFIG)  # type: ignore[arg-type]
        for field, (before, after) in fields.items()
    )
    reference = SecretReference("env", f"MAIL_{user}") if fields.get("password", (None, None))[1] else None
    return AccountChange(user, "VENTAS", action, changes, reference=reference)


CHANGES = (
    change_of(
        "JPEREZ", Action.UPDATE, password=("hmac-sha256:1", "hmac-sha256:2"), port=(25, 587), ssl=(None, True),
        signature=("<p>viejo", SIGNATURE),
    ),
    change_of("MROJAS", Action.CLEAR, address=("mrojas@acme.example", None)),
)  # fmt: skip
STORED: dict[str, dict[str, Any]] = {
    "JPEREZ": {"password": Secret("clave-vieja"), "server": "smtp.acme.example", "port": 25, "ssl": None}
    | {"signature": "<p>viejo  "},
    "MROJAS": {"address": "mrojas@acme.example"},
}
PLAN = Plan(
    "erp", "ACME", "1.2.3", "2026-01-02T03:04:05.678Z", Selection(), Source("0123456789abcdef", True),
    Summary(changed=1, cleared=1), CHANGES, plan_id="sha256:42",
)  # fmt: skip


def script_for(dialect: str, name: str = "columns", plan: Plan = PLAN, wait: int = 30) -> str:
    """The script of the two changes, for a server of that kind."""
    layout = LAYOUTS[name]
    columns = _columns(dialect)
    fields = FieldColumns.of(layout, columns, dialect)
    variables = variables_of(CHANGES)
    works = [
        Work(each, _live(layout, each), STORED[each.user], variables.get(each.key), Secret("clave-nueva"))
        for each in CHANGES
    ]
    client = find_client(dialect, wait)
    made = Made(plan, "2026-01-02T03:05:00.000Z", "1.2.3", Place("Factory_Global", "erp.example", 1433), "script.sql")
    keyed = needs_check_key(works, fields)
    head = header(client, made, tuple(variables.values()), keyed=keyed)
    return head + compose(client, layout, Statements(layout, columns, dialect), fields, works, CHECK_KEY)


def _columns(dialect: str) -> LayoutColumns:
    tables = [
        {each.name: ColumnFacts(table.name, each.name, _as_on(dialect, each.type)) for each in table.c}
        for table in (usuarios, campos_propiedades)
    ]
    return LayoutColumns(*tables)


def _as_on(dialect: str, kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if dialect != "mssql" or isinstance(kind, Integer | Numeric):
        return kind
    if isinstance(kind, Text):
        return NTEXT()
    return NCHAR(kind.length) if isinstance(kind, CHAR) else NVARCHAR(getattr(kind, "length", None))


def _live(layout: Layout, change: AccountChange) -> LiveAccount:
    rows = {name: (name.ljust(20), change.user) for name in layout.property_fields() if name != "USU-MAILSSL"}
    key = (change.user.ljust(10), "ACME".ljust(10))
    return LiveAccount(change.user, "VENTAS", change.user, "", True, dict(change.before), key, rows)
