"""Ten applies at the same moment, in ten processes: each write happens once."""

import shutil
from pathlib import Path

import pytest

from tests.cli.inside import applied, assert_in_order, call_json, saved_plan
from tests.faults.at_once import at_once
from tests.faults.conftest import SERVERS_ONLY, SharedState
from tests.faults.databases import kind_of
from tests.faults.tally import Tally, history
from tests.servers.databases import administrator
from tests.world import Result, World

TEN = 10
_TRIGGERS = {
    "sqlite": "CREATE TRIGGER logs AFTER UPDATE ON Usuarios BEGIN INSERT INTO Writes VALUES (NEW.Cod_Usu); END",
    "mariadb": "CREATE TRIGGER logs AFTER UPDATE ON Usuarios FOR EACH ROW INSERT INTO Writes VALUES (NEW.Cod_Usu)",
    "postgresql": "CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN INSERT INTO Writes VALUES (NEW.Cod_Usu); RETURN NEW; END $$; "
    "CREATE TRIGGER logs AFTER UPDATE ON Usuarios FOR EACH ROW EXECUTE FUNCTION log()",
}


def _log_writes(world: World) -> list[str]:
    """Let the database itself log every row that is written from now on; the users whom the plan writes."""
    world.sql("CREATE TABLE Writes (code varchar(10))")
    world.sql(_TRIGGERS[kind_of(world.url)])
    changes = call_json(world, "plan").json["changes"]
    return sorted(change["user"] for change in changes if change["fields"])


def _writes(world: World) -> list[str]:
    """The users whose rows were written, as often as they were."""
    return sorted(code.strip() for (code,) in world.sql("SELECT code FROM Writes"))


def _assert_one_applied(results: list[Result], others: set[str]) -> None:
    assert [result.json["status"] for result in results].count("applied") == 1, [result.out for result in results]
    for result in results:
        if result.json["status"] != "applied":
            assert (result.json["status"], set(result.codes) <= others) == ("refused", True), result.out
        assert result.err == ""


def test_of_ten_applies_of_one_plan_one_writes_and_nine_are_refused(pending: World, tally: Tally) -> None:
    planned = _log_writes(pending)
    saved_plan(pending)
    results = at_once(pending, [pending.folder] * TEN, "apply", "plan.json", "--format", "json")
    tally.fault("applies at once", TEN)
    _assert_one_applied(results, {"locked", "plan-applied", "plan-stale"})
    assert _writes(pending) == planned
    assert history(pending).count("applied") == 2
    assert_in_order(pending)


def test_of_ten_applies_with_ten_states_one_writes_and_nine_are_refused(
    pending: World, tally: Tally, tmp_path_factory: pytest.TempPathFactory
) -> None:
    planned = _log_writes(pending)
    settings = pending.folder / "efsync.toml"
    settings.write_text(settings.read_text().replace("sqlite:///erp.db", pending.url))
    saved_plan(pending)
    room = tmp_path_factory.mktemp("ten")
    copies = [Path(shutil.copytree(pending.folder, room / str(number))) for number in range(TEN)]
    results = at_once(pending, copies, "apply", "plan.json", "--format", "json")
    tally.fault("applies at once, states apart", TEN)
    _assert_one_applied(results, {"locked", "plan-stale"})
    assert _writes(pending) == planned
    afterwards = at_once(pending, copies[:2], "plan", "--format", "json")
    assert [change["fields"] for result in afterwards for change in result.json["changes"] if change["fields"]] == []
    assert applied(pending).json["status"] in ("applied", "nothing")
    assert _writes(pending) == planned
    assert_in_order(pending)


@SERVERS_ONLY
def test_ten_first_applies_make_one_state_on_a_server_and_one_of_them_writes(
    shared_state: SharedState, sales: World
) -> None:
    planned = _log_writes(sales)
    results = at_once(sales, [sales.folder] * TEN, "apply", "--yes", "--format", "json")
    assert [result.json["status"] for result in results].count("applied") == 1, [result.out for result in results]
    for result in results:
        assert set(result.codes) <= {"locked", "plan-stale", "run-under-way", "run-interrupted"}, result.out
    assert _writes(sales) == planned
    assert history(sales, shared_state.url).count("applied") == 1
    assert_in_order(sales)


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
def test_a_state_whose_making_was_cut_off_is_refused_and_says_what_to_drop(
    shared_state: SharedState, sales: World
) -> None:
    with administrator(shared_state.url).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)")
        connection.exec_driver_sql("CREATE TABLE facts (name varchar(50))")
        before = sales.dump()
        result = call_json(sales, "apply", "--yes")
        assert (result.status, result.json["status"], result.codes) == (1, "failed", ["database"])
        assert "half made" in result.problem("database")["message"]
        assert "drop them" in result.problem("database")["hint"]
        assert sales.dump() == before
        connection.exec_driver_sql("DROP TABLE facts")
    applied(sales)
    assert_in_order(sales)
