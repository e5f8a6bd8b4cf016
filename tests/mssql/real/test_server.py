"""What is particular to SQL Server: its locks, collation, types, audit procedure, what doctor sees, a shared state."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from tests.cli.inside import applied, assert_in_order, call, call_json, saved_plan
from tests.erp.audited import COLUMNS, entries, keep_trail
from tests.world import SETTINGS, World

PROCEDURE = f"""\
CREATE PROCEDURE dbo.sp_GuardarAuditoria @usuario nvarchar(10), @tipo nvarchar(15), @tabla nvarchar(30),
  @opcion nvarchar(100), @accion nvarchar(10), @documento nvarchar(10), @codigo nvarchar(30), @clave2 nvarchar(100),
  @clave3 nvarchar(100), @clave4 nvarchar(100), @clave5 nvarchar(100), @detalle nvarchar(max), @equipo nvarchar(30),
  @sucursal nvarchar(10), @objeto nvarchar(100), @notas nvarchar(max), @empresa nvarchar(10)
AS INSERT INTO Auditorias ({", ".join(COLUMNS)}) VALUES (@usuario, @tipo, @tabla, @opcion, @accion, @documento, @codigo,
  @clave2, @clave3, @clave4, @clave5, @detalle, @equipo, @sucursal, @objeto, @notas, @empresa)
"""


@contextmanager
def other_program(world: World) -> Iterator[Connection]:
    """Another program in the middle of a transaction."""
    with create_engine(world.url, poolclass=NullPool).begin() as connection:
        yield connection


def run(world: World, *statements: str) -> None:
    """Run statements that no test of another database knows."""
    with other_program(world) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_doctor_finds_a_company_in_order_and_reads_only(sales: World) -> None:
    before = sales.dump()
    result = call_json(sales, "doctor")
    assert result.status == 0, result.out
    assert any(check["message"].startswith("the server is SQL Server ") for check in result.json["checks"])
    assert sales.dump() == before


def test_two_applies_with_two_states_do_not_overlap(sales: World) -> None:
    before = sales.dump()
    lock = "EXEC sp_getapplock @Resource = N'efsync apply', @LockMode = 'Exclusive', @LockOwner = 'Transaction'"
    with other_program(sales) as connection:
        connection.execute(text(lock))
        refused = call_json(sales, "apply", "--yes")
        assert (refused.status, refused.codes) == (1, ["locked"])
    assert sales.dump() == before
    applied(sales)


def test_a_row_that_somebody_else_is_editing_is_waited_for_and_then_the_plan_is_stale(sales: World) -> None:
    applied(sales)
    sales.environment["MAIL_JPEREZ"] = "clave-nueva"
    sales.write("efsync.toml", SETTINGS.replace("tenant =", "statement_timeout = 1\ntenant ="))
    saved_plan(sales)
    with other_program(sales) as connection:
        connection.execute(sales.changing("JPEREZ", password="otra"))
        waiting = call_json(sales, "apply", "plan.json")
        assert (waiting.status, waiting.json["status"]) == (1, "failed")
    stale = call_json(sales, "apply", "plan.json")
    assert (stale.status, stale.codes) == (1, ["plan-stale"])
    assert sales.live("JPEREZ")["password"] == "otra"


def test_a_code_in_another_case_is_the_same_user_and_one_with_an_accent_is_another(world: World) -> None:
    world.user("PENA")
    world.user("PEÑA")
    world.department("  pena:\n    port: 25\n")
    applied(world)
    assert (world.live("PENA")["port"], world.live("PEÑA")["port"]) == (25, None)
    assert_in_order(world)


def test_two_codes_that_the_collation_takes_for_one_are_never_written(world: World) -> None:
    world.user("AEREO", port=1)
    world.user("ÆREO", port=1)
    before = world.dump()
    world.department("  AEREO:\n    port: 25\n")
    assert call_json(world, "apply", "--yes").status == 1
    assert world.dump() == before


def test_a_table_with_triggers_that_count_rows_of_their_own_is_written(sales: World) -> None:
    run(
        sales,
        "CREATE TABLE Noted (code varchar(30))",
        "CREATE TRIGGER noted ON Usuarios AFTER UPDATE AS "
        "BEGIN INSERT INTO Noted SELECT name FROM sys.objects; UPDATE Noted SET code = 'x' END",
        "CREATE TRIGGER added ON Campos_Propiedades AFTER INSERT, UPDATE AS INSERT INTO Noted VALUES ('x')",
    )
    applied(sales)
    assert_in_order(sales)


@pytest.mark.parametrize("world", [World], indirect=True, ids=["columns"])
def test_old_texts_and_bits_and_unicode_are_kept_as_they_are(sales: World) -> None:
    for name, kind in {"Fir_Cor": "ntext", "Pie_Cor": "text", "Ssl_Cor": "bit", "Enc_Cor": "nvarchar(max)"}.items():
        run(sales, f"ALTER TABLE Usuarios DROP COLUMN {name}", f"ALTER TABLE Usuarios ADD {name} {kind}")
    html = "<p>ñandú 😀</p>" + "x" * 70_000
    sales.write("accounts/long.html", html)
    sales.department("  JPEREZ:\n    ssl: true\n    signature: {file: long.html}\n    header: {file: long.html}\n")
    applied(sales)
    assert sales.live("JPEREZ")["signature"] == sales.live("JPEREZ")["header"] == html
    assert_in_order(sales)
    sales.department("  JPEREZ:\n    ssl: null\n    signature: null\n    header: null\n")
    applied(sales)
    assert_in_order(sales)


@pytest.mark.parametrize("through", ["table", "procedure"])
def test_the_trail_is_kept(sales: World, through: str) -> None:
    run(sales, PROCEDURE)
    keep_trail(sales, f'through = "{through}"\n')
    applied(sales)
    assert [entry.values["Codigo"] for entry in entries(sales)] == ["JPEREZ"]
    assert "clave" not in repr(entries(sales))


def test_the_tables_are_reached_from_another_database_by_their_full_name(sales: World) -> None:
    url = make_url(sales.url)
    sales.url, home = url.set(database="master").render_as_string(hide_password=False), sales.url
    where = f'database = "{url.database}"\nschema = "dbo"\ntenant ='
    sales.write("efsync.toml", SETTINGS.replace("tenant =", where))
    sales.url = home
    applied(sales)
    assert sales.live("JPEREZ")["address"] == "jperez@acme.example"
    assert_in_order(sales)


def test_the_state_can_live_there_too(sales: World, server_url: str) -> None:
    name = f"{make_url(server_url).database}_state"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
        sales.write("efsync.toml", SETTINGS + f'\n[state]\nurl = "{url}"\n')
        applied(sales)
        assert_in_order(sales)
        assert len(call_json(sales, "state", "list").json["accounts"]) == 2
        assert call(sales, "state", "forget", "JPEREZ", "--yes").status == 0
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
