"""Several applies at once on one target."""

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from efsync.state.store import State
from tests.cli.inside import applied, assert_in_order, call, call_json, saved_plan
from tests.workflows.moments import MOMENTS
from tests.world import EFSYNC, Result, World


def _at_once(world: World, count: int, *arguments: str) -> list[Result]:
    processes = [
        subprocess.Popen(
            [EFSYNC, "apply", *arguments, "--format", "json"],
            cwd=world.folder,
            env=world.clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    results = []
    for process in processes:
        out, err = process.communicate(timeout=100)
        results.append(Result(process.returncode, out, err))
    return results


@pytest.mark.parametrize("count", [2, 10])
def test_of_several_applies_of_one_plan_one_wins_and_all_others_are_refused(sales: World, count: int) -> None:
    saved_plan(sales)
    sales.sql("CREATE TABLE Writes (n INTEGER)")
    sales.sql("CREATE TRIGGER counts AFTER UPDATE ON Usuarios BEGIN INSERT INTO Writes VALUES (1); END")
    results = _at_once(sales, count, "plan.json")
    assert sorted(result.json["status"] for result in results) == ["applied", *["refused"] * (count - 1)]
    for result in results:
        assert set(result.codes) <= {"locked", "plan-applied", "plan-stale"}
        assert result.err == ""
    assert sales.sql("SELECT count(*) FROM Writes") == [(1,)]
    assert_in_order(sales)


def test_of_several_applies_that_plan_themselves_none_overlaps_and_all_is_right_afterwards(sales: World) -> None:
    sales.sql("CREATE TABLE Writes (n INTEGER)")
    sales.sql("CREATE TRIGGER counts AFTER UPDATE ON Usuarios BEGIN INSERT INTO Writes VALUES (1); END")
    results = _at_once(sales, 6, "--yes")
    assert [result.json["status"] for result in results].count("applied") == 1
    for result in results:
        assert set(result.codes) <= {"locked", "plan-stale", "run-under-way", "run-interrupted"}, result.out
    assert sales.sql("SELECT count(*) FROM Writes") == [(1,)]
    assert_in_order(sales)


def test_the_second_is_told_who_holds_the_lock_since_when_and_how_to_break_it(
    sales: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Result] = []
    with monkeypatch.context() as patched:
        MOMENTS["rows read"](patched.setattr, lambda: seen.append(call_json(sales, "apply", "--yes")))
        applied(sales)
    (second,) = seen
    assert (second.status, second.json["status"]) == (1, "refused")
    problem = second.problem("locked")
    assert re.search(r"erp is locked by \S+ on \S+ \(process \d+\) since \S+Z, last seen \S+Z", problem["message"])
    assert "efsync state unlock --target erp" in problem["hint"]
    assert_in_order(sales)


def test_during_an_apply_plan_and_drift_say_that_it_is_under_way(sales: World, monkeypatch: pytest.MonkeyPatch) -> None:
    applied(sales)
    sales.change("JPEREZ", port=25)
    seen: list[Result] = []

    def look() -> None:
        seen.extend(call_json(sales, command) for command in ("plan", "drift"))

    with monkeypatch.context() as patched:
        MOMENTS["written"](patched.setattr, look)
        applied(sales)
    for result in seen:
        assert result.problem("run-under-way")["severity"] == "warning"
    assert_in_order(sales)


def _age_lock(world: World, seconds: float, machine: str) -> None:
    """Make the lock one that was last seen that long ago, on some machine."""
    beat = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    connection = sqlite3.connect(world.folder / ".efsync" / "state.db")
    connection.execute(
        "INSERT OR REPLACE INTO locks VALUES ('erp', 'token', 'ana', 'elsewhere', 1, ?, ?, ?)", (machine, beat, beat)
    )
    connection.commit()
    connection.close()


def test_a_lock_of_another_machine_holds_for_a_minute_and_then_expires(sales: World) -> None:
    applied(sales)
    sales.change("JPEREZ", port=25)
    _age_lock(sales, 50, "elsewhere")
    assert "locked by ana on elsewhere" in call_json(sales, "apply", "--yes").problem("locked")["message"]
    _age_lock(sales, 61, "elsewhere")
    applied(sales)


def test_unlock_breaks_a_lock_and_says_whose_it_was(sales: World) -> None:
    applied(sales)
    sales.change("JPEREZ", port=25)
    _age_lock(sales, 0, "elsewhere")
    assert call(sales, "state", "unlock", typed="n\n").status == 1
    assert call_json(sales, "apply", "--yes").codes == ["locked"]
    broken = call(sales, "state", "unlock", typed="y\n")
    assert (broken.status, "ana on elsewhere" in broken.out) == (0, True)
    applied(sales)
    assert call(sales, "state", "unlock").out == "Nobody holds the lock.\n"


def test_an_apply_whose_lock_was_broken_and_taken_does_no_harm_and_says_so(
    sales: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(sales)
    sales.change("JPEREZ", port=25)
    others: list[Result] = []

    def another() -> None:
        call(sales, "state", "unlock", "--yes")
        others.append(call_json(sales, "apply", "--yes"))

    with monkeypatch.context() as patched:
        MOMENTS["after the commit"](patched.setattr, another)
        first = call_json(sales, "apply", "--yes")
    (second,) = others
    assert second.json["status"] == "nothing"
    assert (first.json["status"], first.codes) == ("applied", ["lock-lost"])
    assert_in_order(sales)


def test_a_lock_keeps_beating_while_an_apply_runs(sales: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["efsync.workflows.apply"], "BEAT", 0.02)
    beats: list[bool] = []
    real = State.beat

    def beat(state: State, target: str, token: str) -> bool:
        beats.append(real(state, target, token))
        return beats[-1]

    monkeypatch.setattr(State, "beat", beat)

    def wait() -> None:
        ends = time.monotonic() + 10
        while len(beats) < 3 and time.monotonic() < ends:
            time.sleep(0.01)

    MOMENTS["rows read"](monkeypatch.setattr, wait)
    applied(sales)
    assert len(beats) >= 3
    assert all(beats)


def test_two_targets_do_not_wait_for_each_other(sales: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(sales.folder / "erp.db", sales.folder / "other.db")
    settings = (sales.folder / "efsync.toml").read_text()
    sales.write("efsync.toml", settings + '\n[targets.other]\nurl = "sqlite:///other.db"\ntenant = "ACME"\n')
    seen: list[Result] = []
    with monkeypatch.context() as patched:
        MOMENTS["rows read"](patched.setattr, lambda: seen.append(call_json(sales, "apply", "--yes", "-t", "other")))
        applied(sales)
    assert seen[0].json["status"] == "applied"
