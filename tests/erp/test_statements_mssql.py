"""The statements for SQL Server, as text: lock hints, names, parameters, what is compared and what is returned."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymssql import _mssql
from sqlalchemy import Compiled, Executable, create_engine
from sqlalchemy.dialects.mssql import pymssql
from sqlglot import exp

from efsync.erp.audit import audit_statement
from efsync.erp.layout import Audit, Layout
from efsync.erp.presets import EFACTORY, EFACTORY_PROPERTIES, PRESETS
from efsync.model.accounts import LiveAccount
from efsync.model.fields import FIELDS
from efsync.state.tables import metadata as state
from tests.mssql.columns import statements_of
from tests.mssql.translation import hinted_tables, parse

LOCKED = {"UPDLOCK", "HOLDLOCK", "ROWLOCK"}
MOST_PARAMETERS = 2100
"""https://learn.microsoft.com/sql/sql-server/maximum-capacity-specifications-for-sql-server"""

TENANTS = ["ACME      "]
ACCOUNT = LiveAccount(
    code="JPEREZ", department="VENTAS", name="", title="", active=True, fields={}, row_key=("JPEREZ    ", "ACME      "),
    property_keys={"USU-MAILSRV": ("USU-MAILSRV         ", "JPEREZ                        ")},
)  # fmt: skip
VALUES: dict[str, Any] = dict.fromkeys(FIELDS, "x") | {"port": 25, "ssl": True, "server": None}
CLEARED = frozenset({"server"})
THREE_PARTS = {"database": "Factory_Global", "schema": "dbo"}


def _compiled(statement: Executable) -> Compiled:
    dialect = pymssql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
    return statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined, no-any-return]


def compiled(statement: Executable) -> str:
    """The statement as the driver sends it, with its parameters put in."""
    made = _compiled(statement)
    return bytes(_mssql.substitute_params(str(made), made.params)).decode()


def parameters(statement: Executable) -> int:
    """How many parameters a driver gets that sends them apart."""
    return len(_compiled(statement).params)


def audited(layout: Layout, through: str) -> Layout:
    """`layout` with an audit trail."""
    return replace(layout, audit=Audit.of({"through": through}))


def every(layout: Layout) -> Iterator[Executable]:
    """One of each kind of statement that reads or writes the ERP's tables."""
    statements = statements_of(layout)
    for passwords in (True, False):
        yield statements.accounts(passwords, TENANTS)
        yield statements.accounts(passwords, TENANTS, ["JPEREZ    "], locked=True)
    yield statements.tenants()
    yield statements.shared_codes(TENANTS)
    if layout.property_fields():
        yield statements.property_rows(True)
        yield statements.property_rows(False, locked=True)
    yield from (write.statement for write in statements.writes(ACCOUNT, VALUES, CLEARED))
    for through in ("table", "procedure"):
        yield audit_statement(audited(layout, through), ACCOUNT, VALUES, "mssql")


@pytest.mark.parametrize("name", PRESETS)
def test_every_statement_is_t_sql(name: str) -> None:
    for statement in every(PRESETS[name]):
        (parsed,) = parse(compiled(statement))
        assert parsed.key in ("select", "update", "insert", "delete", "execute")


def test_a_locking_read_locks_its_table_until_the_transaction_ends() -> None:
    users = statements_of(EFACTORY).accounts(True, TENANTS, ["JPEREZ    "], locked=True)
    rows = statements_of(EFACTORY_PROPERTIES).property_rows(True, locked=True)
    assert hinted_tables(parse(compiled(users))[0]) == {"Usuarios": LOCKED}
    assert hinted_tables(parse(compiled(rows))[0]) == {"Campos_Propiedades": LOCKED}


@pytest.mark.parametrize("name", PRESETS)
def test_what_does_not_lock_has_no_hints(name: str) -> None:
    for statement in every(PRESETS[name]):
        text = compiled(statement)
        if LOCKED - set(re.findall(r"\w+", text)):
            assert set(hinted_tables(parse(text)[0]).values()) <= {frozenset()}
            assert " WITH " not in text


@pytest.mark.parametrize("through", ["table", "procedure"])
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize(
    ("where", "qualifier"),
    [
        ({"schema": "dbo"}, ("", "dbo")),
        (THREE_PARTS, ("Factory_Global", "dbo")),
        ({"database": "Otra Base"}, ("Otra Base", "dbo")),
    ],
)
def test_every_table_and_the_procedure_are_named_with_database_and_schema(
    name: str, through: str, where: dict[str, str], qualifier: tuple[str, str]
) -> None:
    layout = replace(audited(PRESETS[name], through), **where)  # type: ignore[arg-type]
    for statement in every(layout):
        for parsed in parse(compiled(statement)):
            tables = list(parsed.find_all(exp.Table))
            assert tables
            assert {(table.catalog, table.db) for table in tables} == {qualifier}


@pytest.mark.parametrize("name", PRESETS)
def test_an_insert_returns_nothing_since_a_table_with_triggers_refuses_an_output_clause(name: str) -> None:
    inserts = [text for statement in every(PRESETS[name]) if (text := compiled(statement)).startswith("INSERT")]
    assert inserts
    assert not any("OUTPUT" in text for text in inserts)


def test_a_row_of_the_state_is_inserted_without_an_output_clause() -> None:
    for table in state.sorted_tables:
        text = str(table.insert().values({column.name: None for column in table.c}).compile(dialect=pymssql.dialect()))  # type: ignore[no-untyped-call]
        assert "OUTPUT" not in text


@pytest.mark.parametrize("name", PRESETS)
def test_no_statement_has_more_parameters_than_the_server_takes(name: str) -> None:
    statements = statements_of(PRESETS[name])
    keys, spellings = [f"U{number:09}" for number in range(500)], [f"T{number:09}" for number in range(500)]
    assert parameters(statements.accounts(True, spellings, keys, locked=True)) == 1000
    assert parameters(statements.shared_codes(spellings)) == 500
    assert max(map(parameters, every(PRESETS[name]))) < 100 < MOST_PARAMETERS


def test_old_texts_are_compared_as_nvarchar_since_they_compare_with_nothing() -> None:
    statements = statements_of(EFACTORY_PROPERTIES)
    deletes = [compiled(each.statement) for each in statements.writes(ACCOUNT, VALUES, CLEARED) if not each.reaches_one]
    (delete,) = (text for text in deletes if text.startswith("DELETE"))
    assert "rtrim(CAST([Campos_Propiedades].[Val_Mem] AS NVARCHAR(max))) = N''" in delete
    assert "rtrim([Campos_Propiedades].[Val_Car]) = N''" in delete


def test_a_password_that_is_not_read_is_asked_for_in_the_server() -> None:
    asked = compiled(statements_of(EFACTORY).accounts(False, TENANTS))
    assert "CASE WHEN (rtrim([Usuarios].[Cla_Cor]) != N'') THEN 1 ELSE 0 END AS password" in asked
    assert asked.count("Cla_Cor") == 1


def test_a_yes_or_no_is_a_bit() -> None:
    (update,) = statements_of(EFACTORY).writes(ACCOUNT, {"ssl": True}, frozenset())
    assert compiled(update.statement).startswith("UPDATE [Usuarios] SET [Ssl_Cor]=1 WHERE")


def test_a_url_asks_for_encryption_in_its_query() -> None:
    engine = create_engine("mssql+pymssql://efsync@factory:1444/Factory_Global?encryption=require&tds_version=7.4")
    assert engine.dialect.create_connect_args(engine.url)[1] == {
        "host": "factory:1444", "user": "efsync", "database": "Factory_Global", "encryption": "require",
        "tds_version": "7.4",
    }  # fmt: skip
