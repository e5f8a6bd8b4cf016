"""What is particular to SQL Server's sessions: counts, the lock of an apply, names, rights, messages, equal codes."""

from pathlib import Path

import pymssql
import pytest

from tests.cli.inside import applied, assert_in_order, call_json
from tests.erp.audited import AUDIT, entries, keep_trail
from tests.mssql.server import Connection, Server
from tests.mssql.translation import hinted_tables, parse
from tests.mssql.world import TranslatedWorld
from tests.world import SETTINGS, World

only_columns = pytest.mark.parametrize("world", [TranslatedWorld], indirect=True)


def test_an_apply_knows_how_many_rows_it_reached_where_a_servers_default_is_not_to_count(
    sales: TranslatedWorld,
) -> None:
    sales.server.no_counts = True
    applied(sales)
    assert_in_order(sales)


def test_an_apply_waits_for_nobody_who_applies_with_another_state(sales: TranslatedWorld) -> None:
    sales.server.locks["efsync apply"] = "somebody else"
    before = sales.dump()
    refused = call_json(sales, "apply", "--yes")
    assert (refused.status, refused.codes) == (1, ["locked"])
    assert sales.dump() == before
    del sales.server.locks["efsync apply"]
    applied(sales)


def test_the_lock_is_taken_before_anything_is_read(sales: TranslatedWorld) -> None:
    applied(sales)
    said = sales.server.said
    taken = next(number for number, batch in enumerate(said) if "sp_getapplock" in batch)
    locked = [number for number, batch in enumerate(said) if "UPDLOCK" in batch]
    written = [number for number, batch in enumerate(said) if batch.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert taken < min(locked) < min(written) <= max(written) < max(locked)


def test_what_plan_and_drift_say_neither_writes_nor_locks(sales: TranslatedWorld) -> None:
    call_json(sales, "plan")
    call_json(sales, "drift")
    kinds = {statement.key for batch in sales.server.said for statement in parse(batch)}
    assert kinds == {"select", "set"}
    hints = [hinted_tables(statement) for batch in sales.server.said for statement in parse(batch)]
    assert all(found == frozenset() for tables in hints for found in tables.values())


def test_every_session_counts_rows_speaks_english_and_waits_for_a_lock_as_long_as_settings_say(
    sales: TranslatedWorld,
) -> None:
    sales.write("efsync.toml", SETTINGS.replace("tenant =", "statement_timeout = 7\ntenant ="))
    call_json(sales, "plan")
    assert {"SET NOCOUNT OFF", "SET LANGUAGE us_english", "SET LOCK_TIMEOUT 7000"} <= set(sales.server.said)
    assert {options["timeout"] for options in sales.server.options} == {17}


def test_the_tables_are_reached_from_another_database_by_their_full_name(sales: TranslatedWorld) -> None:
    (sales.folder / "front.db").touch()
    keep_trail(sales)
    settings = (sales.folder / "efsync.toml").read_text(encoding="utf-8").replace("factory/erp", "factory/front")
    where = 'database = "erp"\nschema = "dbo"\ntenant ='
    (sales.folder / "efsync.toml").write_text(settings.replace("tenant =", where), encoding="utf-8")
    applied(sales)
    assert sales.live("JPEREZ")["address"] == "jperez@acme.example"
    assert [entry.values["Codigo"] for entry in entries(sales)] == ["JPEREZ"]
    assert_in_order(sales)
    assert any("FROM erp.dbo.[Usuarios] WITH (UPDLOCK" in batch for batch in sales.server.said)


def test_the_procedure_gets_its_parameters_in_order(sales: TranslatedWorld) -> None:
    calls: list[list[object]] = []
    sales.server.procedures["sp_GuardarAuditoria"] = lambda _connection, arguments: calls.append(arguments)
    keep_trail(sales, 'through = "procedure"\n')
    applied(sales)
    ((user, kind, table, screen, action, document, code, *keys, detail, machine, branch, _, notes, company),) = calls
    assert (user, kind, table, screen, action, document, code) == (
        "CONFIG", "Datos", "Usuarios", "efsync", "Modificar", "", "JPEREZ",
    )  # fmt: skip
    assert (keys, branch, notes, company) == ([""] * 4, "CCS", "", "FEV")
    assert str(detail).startswith("<detalle><campos><campo nombre=")
    assert machine


def test_a_procedure_that_fails_rolls_everything_back(sales: TranslatedWorld) -> None:
    def fails(connection: Connection, arguments: list[object]) -> None:
        raise pymssql.OperationalError((50000, "el año está cerrado".encode()))

    sales.server.procedures["sp_GuardarAuditoria"] = fails
    keep_trail(sales, 'through = "procedure"\n')
    before = sales.dump()
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("database")["message"] == "the audit trail of user JPEREZ: el año está cerrado"
    assert sales.dump() == before


def test_a_procedure_that_may_not_be_called_stops_before_the_first_write(sales: TranslatedWorld) -> None:
    sales.server.denied = frozenset({("[sp_GuardarAuditoria]", "EXECUTE")})
    keep_trail(sales, 'through = "procedure"\n')
    result = call_json(sales, "apply", "--yes")
    assert result.status == 1
    assert "there is no audit procedure sp_GuardarAuditoria" in result.json["problems"][0]["message"]
    assert not any(batch.startswith(("UPDATE", "INSERT")) for batch in sales.server.said)


@only_columns
def test_two_codes_that_the_collation_takes_for_one_are_never_written(world: TranslatedWorld) -> None:
    world.user("AEREO", port=1)
    world.user("ÆREO", port=1)
    before = world.dump()
    world.department("  AEREO:\n    port: 25\n")
    result = call_json(world, "apply", "--yes")
    assert result.status == 1
    assert "reached 2 rows instead of one" in result.problem("database")["message"]
    assert world.dump() == before


@only_columns
def test_two_tenants_that_the_collation_takes_for_one_are_one_as_they_are_to_the_product(
    world: TranslatedWorld,
) -> None:
    world.user("JPEREZ", tenant="ÆON")
    world.user("MROJAS", tenant="AEON")
    world.department("  JPEREZ:\n    port: 25\n  MROJAS:\n    port: 25\n")
    world.write("efsync.toml", SETTINGS.replace("ACME", "ÆON"))
    applied(world)
    assert (world.live("JPEREZ", "ÆON")["port"], world.live("MROJAS", "AEON")["port"]) == (25, 25)
    assert_in_order(world)


def test_an_accent_makes_another_user_and_case_does_not(world: TranslatedWorld) -> None:
    world.user("PENA")
    world.user("PEÑA")
    world.department("  pena:\n    port: 25\n")
    applied(world)
    assert (world.live("PENA")["port"], world.live("PEÑA")["port"]) == (25, None)


def test_what_the_tests_for_a_real_server_ask_themselves_is_t_sql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(tmp_path)
    (tmp_path / "erp.db").touch()
    monkeypatch.setattr(pymssql, "connect", server.connect)
    world = World(tmp_path, "mssql+pymssql://efsync@factory/erp")
    world.user("JPEREZ", port=25)
    world.change("JPEREZ", port=26)
    world.write("efsync.toml", SETTINGS + AUDIT)
    world.department("  JPEREZ:\n    port: 27\n    header: null\n")
    applied(world)
    assert world.live("JPEREZ")["port"] == 27
    assert "27" in world.dump()
    assert entries(world)[0].fields == {"Pue_Cor": ("26", "27")}
    assert world.sql("SELECT Correo2 FROM Usuarios WHERE rtrim(Cod_Usu) = ?", "JPEREZ") == [(None,)]
