"""The statements for SQL Server, translated for PostgreSQL, do there what efsync's own for PostgreSQL do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymssql import _mssql
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.mssql import pymssql
from sqlglot import exp

from efsync.erp.audit import audit_statement
from efsync.erp.columns import read_columns
from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Audit, Layout
from efsync.erp.presets import EFACTORY, EFACTORY_PROPERTIES
from efsync.erp.statements import Statements
from efsync.erp.users import UserTable
from efsync.model.accounts import LiveAccount
from efsync.model.secrets import Secret
from tests.layouts.properties import PropertyWorld
from tests.mssql.columns import columns_of
from tests.mssql.translation import parse
from tests.servers.databases import empty_database
from tests.world import World

TENANTS = ["ACME      "]
VALUES: list[dict[str, Any]] = [
    {"address": "a@acme.example", "password": Secret("clave-'ñ%s"), "port": 587, "ssl": True},
    {"server": None, "port": None, "header": "<p>50% :a 'b'</p>\n", "ssl": False},
    {"server": "smtp.acme.example", "domain": None, "signature": "ñ 😀", "footer": None},
    dict.fromkeys(("address", "password", "server", "port", "ssl", "domain", "header", "signature", "footer")),
]


@pytest.fixture(params=[World, PropertyWorld], ids=["columns", "properties"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A company on PostgreSQL with users of two tenants."""
    with empty_database("postgresql") as url:
        made: World = request.param(tmp_path, url)
        made.user("JPEREZ", server="old.example", port=25, ssl=1, footer="</html>")
        made.user("MROJAS", password="clave-1", domain="acme.example")
        made.user("AJENO", tenant="GLOBEX", server="kept.example")
        yield made


@pytest.fixture
def layout(world: World) -> Layout:
    """The preset of that company."""
    return EFACTORY_PROPERTIES if isinstance(world, PropertyWorld) else EFACTORY


def translated(statement: Executable) -> str:
    """A statement for SQL Server as the driver sends it, in the words of PostgreSQL."""
    dialect = pymssql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
    made = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
    processed = {name: _as_number(value) for name, value in made.params.items()}
    (parsed,) = parse(bytes(_mssql.substitute_params(str(made), processed)).decode())
    return parsed.transform(_plain).sql(dialect="postgres")


def _as_number(value: Any) -> Any:
    """A yes or no as the dialect's bit is sent; the demo's columns are integers."""
    return int(value) if isinstance(value, bool) else value


def _plain(node: exp.Expression) -> exp.Expression:
    """A text without N before it, a type without `max`."""
    if isinstance(node, exp.National):
        return exp.Literal.string(node.this)
    if isinstance(node, exp.DataType) and any(each.name.upper() == "MAX" for each in node.expressions):
        return exp.DataType.build("text", dialect="postgres")
    return node


def run(connection: Connection, statement: Executable | str) -> Any:
    """Run a statement; one that is text has no parameters."""
    if isinstance(statement, str):
        return connection.exec_driver_sql(statement.replace("%", "%%"))
    return connection.execute(statement)


def rows(connection: Connection, statement: Executable | str) -> list[tuple[Any, ...]]:
    """What a statement returns, sorted."""
    return sorted(map(tuple, run(connection, statement).fetchall()), key=repr)


def test_what_is_read_is_the_same(world: World, layout: Layout) -> None:
    with world.engine.begin() as connection:
        native = Statements(layout, read_columns(connection, layout), "postgresql")
        other = Statements(layout, columns_of(layout), "mssql")
        asked: list[tuple[str, tuple[Any, ...]]] = [("tenants", ()), ("shared_codes", (TENANTS,))]
        asked += [("accounts", (True, TENANTS)), ("accounts", (False, TENANTS, ["JPEREZ    "]))]
        if layout.property_fields():
            asked += [("property_rows", (True,)), ("property_rows", (False,))]
        for name, arguments in asked:
            found = rows(connection, translated(getattr(other, name)(*arguments)))
            assert found == rows(connection, getattr(native, name)(*arguments))
            assert found


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("code", ["JPEREZ", "MROJAS"])
def test_what_is_written_is_the_same(world: World, layout: Layout, code: str, values: dict[str, Any]) -> None:
    with world.engine.connect() as connection:
        account = UserTable(connection, layout, "ACME").read(None)[code.casefold()]
        native, other = (_writes(connection, layout, account, values, dialect) for dialect in ("postgresql", "mssql"))
        connection.rollback()
        outcomes = []
        for statements in (native, [translated(each) for each in other]):
            for each in statements:
                run(connection, each)
            outcomes.append(_everything(connection))
            connection.rollback()
        assert outcomes[0] == outcomes[1] != _everything(connection)


def _writes(
    connection: Connection, layout: Layout, account: LiveAccount, values: dict[str, Any], dialect: str
) -> list[Executable]:
    columns = read_columns(connection, layout) if dialect == "postgresql" else columns_of(layout)
    stored = FieldColumns.of(layout, columns, dialect).stored(values)
    cleared = frozenset(field for field, value in values.items() if value is None)
    made = [each.statement for each in Statements(layout, columns, dialect).writes(account, stored, cleared)]
    return [*made, audit_statement(_audited(layout), account, values, dialect)]


def _audited(layout: Layout) -> Layout:
    return replace(layout, audit=Audit.of({}))


def _everything(connection: Connection) -> list[list[tuple[Any, ...]]]:
    tables = ('"Usuarios"', '"Campos_Propiedades"')
    return [rows(connection, f"SELECT * FROM {name}") for name in tables] + [
        rows(connection, 'SELECT "Cod_Usu", "Codigo", "Detalle" FROM "Auditorias"')
    ]
