"""An apply that is struck at any moment: the next commands see what happened, and repair it."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from efsync.model.problems import Problem, Refused
from efsync.state.store import State
from tests.cli.inside import applied, assert_in_order, call, call_json, saved_plan
from tests.workflows import moments
from tests.workflows.moments import MOMENTS, RECORDED, UNWRITTEN, WRITTEN
from tests.world import World

LONG = "<p>" + "lorem ipsum " * 2000 + "</p>"
TEMPLATE = """\
  JPEREZ:
    address: jperez@{domain}
    password: {{env: MAIL_JPEREZ}}
    header: {{file: long.html}}
  MROJAS:
    address: mrojas@{domain}
    password: {{env: MAIL_MROJAS}}
    header: {{file: long.html}}
"""
LDIAZ = "  LDIAZ:\n    address: ldiaz@acme.example\n"


@pytest.fixture
def pending(world: World) -> World:
    """Three accounts were applied; now two change, password and long text included, and one has left."""
    for code in ("JPEREZ", "MROJAS", "LDIAZ", "RSOTO"):
        world.user(code)
    world.environment |= {"MAIL_JPEREZ": "clave-1", "MAIL_MROJAS": "clave-2"}
    world.write("accounts/long.html", LONG)
    world.department(TEMPLATE.format(domain="old.example") + LDIAZ)
    applied(world)
    world.environment |= {"MAIL_JPEREZ": "clave-3"}
    world.write("accounts/long.html", LONG.replace("lorem", "dolor"))
    world.department(TEMPLATE.format(domain="new.example") + "  RSOTO:\n    domain: null\n")
    return world


def kill_at(world: World, moment: str, *arguments: str) -> None:
    """Run a command line in a process of its own that kill -9 ends at `moment`."""
    done = subprocess.run(
        [sys.executable, moments.__file__, moment, *(arguments or ("apply", "--yes"))],
        cwd=world.folder,
        env=world.clean_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == -9, (done.stdout, done.stderr)


def _runs(world: World) -> list[str]:
    connection = sqlite3.connect(world.folder / ".efsync" / "state.db")
    rows = connection.execute("SELECT status FROM runs ORDER BY rowid").fetchall()
    connection.close()
    return [status for (status,) in rows]


@pytest.mark.parametrize("moment", UNWRITTEN)
def test_a_kill_before_the_commit_leaves_the_erp_as_it_was_and_the_next_apply_does_it(
    pending: World, moment: str
) -> None:
    before = pending.dump()
    planned = call_json(pending, "plan").json
    kill_at(pending, moment)
    again = call_json(pending, "plan")
    assert again.status == 0
    assert again.json["changes"] == planned["changes"]
    began = moment != "before the journal"
    assert again.codes == (["run-interrupted"] if began else [])
    assert call_json(pending, "drift").status == 0
    assert pending.dump() == before
    assert applied(pending).json["status"] == "applied"
    assert _runs(pending) == ["applied", *(["interrupted"] if began else []), "applied"]
    assert_in_order(pending)


@pytest.mark.parametrize("moment", WRITTEN)
def test_a_kill_after_the_commit_is_seen_as_applied_and_recorded_by_the_next_apply(pending: World, moment: str) -> None:
    kill_at(pending, moment)
    written = pending.dump()
    planned = call_json(pending, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"], planned.codes) == (0, [], ["run-interrupted"])
    drifted = call_json(pending, "drift")
    assert (drifted.status, drifted.codes) == (0, ["run-interrupted"])
    assert _runs(pending) == ["applied", "started"]
    repaired = applied(pending)
    assert (repaired.json["status"], repaired.codes) == ("nothing", ["run-interrupted"])
    assert _runs(pending)[:2] == ["applied", "recovered"]
    assert pending.dump() == written
    assert call_json(pending, "plan").codes == []
    assert_in_order(pending)
    remembered = call_json(pending, "state", "list").json["accounts"]
    assert [account["user"] for account in remembered] == ["JPEREZ", "MROJAS", "RSOTO"]


@pytest.mark.parametrize("moment", RECORDED)
def test_a_kill_after_the_record_is_no_more_than_a_lock_that_nobody_holds(pending: World, moment: str) -> None:
    kill_at(pending, moment)
    planned = call_json(pending, "plan", "--detailed-exitcode")
    assert (planned.status, planned.codes) == (0, [])
    pending.change("JPEREZ", port=None, address="moved@acme.example")
    assert applied(pending).json["status"] == "applied"
    assert _runs(pending) == ["applied", "applied", "applied"]
    assert_in_order(pending)


def test_what_the_erp_changed_after_the_crash_is_drift(pending: World) -> None:
    kill_at(pending, "after the commit")
    pending.change("JPEREZ", address="by-hand@acme.example")
    (drifted,) = call_json(pending, "drift").json["accounts"]
    assert (drifted["user"], drifted["fields"]) == (
        "JPEREZ",
        [{"field": "address", "applied": "jperez@new.example", "live": "by-hand@acme.example", "sensitive": False}],
    )
    (change,) = call_json(pending, "plan").json["changes"]
    assert [field["origin"] for field in change["fields"]] == ["drift"]
    applied(pending)
    assert_in_order(pending)


def test_one_crash_after_another_ends_well(pending: World) -> None:
    kill_at(pending, "between two writes")
    kill_at(pending, "after the commit")
    pending.change("MROJAS", domain="by-hand.example")
    pending.department(TEMPLATE.format(domain="newest.example"))
    kill_at(pending, "after the commit")
    applied(pending)
    assert {"started"}.isdisjoint(_runs(pending))
    assert_in_order(pending)
    assert pending.live("JPEREZ")["address"] == "jperez@newest.example"


def test_a_saved_plan_that_was_written_before_a_crash_is_not_applied_twice(pending: World) -> None:
    saved_plan(pending)
    kill_at(pending, "after the commit", "apply", "plan.json")
    result = call_json(pending, "apply", "plan.json")
    assert (result.status, result.json["status"]) == (1, "refused")
    assert result.problem("plan-applied")
    assert _runs(pending) == ["applied", "recovered", "refused"]
    assert_in_order(pending)


def test_a_saved_plan_that_was_not_written_before_a_crash_can_be_applied(pending: World) -> None:
    saved_plan(pending)
    kill_at(pending, "before the commit", "apply", "plan.json")
    assert call_json(pending, "apply", "plan.json").json["status"] == "applied"
    assert_in_order(pending)


# between the journal and the first step that is guarded only the end of the process frees the lock
@pytest.mark.parametrize("name", [name for name in MOMENTS if name != "after the journal"])
def test_an_interrupt_at_any_moment_is_settled_at_once(
    pending: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    before = pending.dump()
    with monkeypatch.context() as patched:
        MOMENTS[name](patched.setattr, interrupt)
        result = call(pending, "apply", "--yes")
    # what was committed before the interrupt is done, and said to be
    assert (result.status, "Traceback" in result.err) == (1 if name in UNWRITTEN else 0, False)
    assert (pending.dump() == before) == (name in UNWRITTEN)
    assert "started" not in _runs(pending)
    assert call(pending, "plan").status == 0
    applied(pending)
    assert_in_order(pending)


def test_an_interrupt_that_can_not_be_settled_does_not_claim_to_be_applied(
    pending: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    def away(*_arguments: object, **_options: object) -> None:
        raise Refused(Problem("database", "the state: it is away"))

    with monkeypatch.context() as patched:
        MOMENTS["before the first write"](patched.setattr, interrupt)
        patched.setattr(State, "finish", away)
        result = call_json(pending, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.codes == ["interrupted", "run-interrupted"]
    applied(pending)
    assert_in_order(pending)


def _failing_finish(folder: Path) -> None:
    connection = sqlite3.connect(folder / ".efsync" / "state.db")
    connection.execute("CREATE TRIGGER full BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    connection.execute("CREATE TRIGGER kept BEFORE DELETE ON locks BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    connection.commit()
    connection.close()


def _working_finish(folder: Path) -> None:
    connection = sqlite3.connect(folder / ".efsync" / "state.db")
    connection.execute("DROP TRIGGER full")
    connection.execute("DROP TRIGGER kept")
    connection.execute("DELETE FROM locks")
    connection.commit()
    connection.close()


def test_a_state_that_fails_after_the_commit_is_said_and_repaired_by_the_next_apply(pending: World) -> None:
    _failing_finish(pending.folder)
    result = call_json(pending, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert "disk full" in result.problem("database")["message"]
    assert "not recorded yet" in result.problem("run-interrupted")["message"]
    assert pending.live("JPEREZ")["address"] == "jperez@new.example"
    _working_finish(pending.folder)
    assert call_json(pending, "plan", "--detailed-exitcode").status == 0
    applied(pending)
    assert "recovered" in _runs(pending)
    assert_in_order(pending)


@pytest.mark.parametrize("command", [("plan",), ("drift",)])
def test_looking_at_a_crash_writes_nothing(pending: World, command: tuple[str, ...]) -> None:
    kill_at(pending, "after the commit")
    state = pending.folder / ".efsync" / "state.db"
    before = state.read_bytes()
    call_json(pending, *command)
    assert state.read_bytes() == before


def test_a_plan_without_secrets_sees_a_crash_as_a_plan_with_secrets_does(pending: World) -> None:
    kill_at(pending, "after the commit")
    planned = call_json(pending, "plan", "--without-secrets")
    assert planned.json["changes"] == []


def test_the_journal_holds_no_password(pending: World) -> None:
    kill_at(pending, "after the commit")
    data = (pending.folder / ".efsync" / "state.db").read_bytes()
    assert b"hmac-sha256" in data
    assert not any(f"clave-{number}".encode() in data for number in (1, 2, 3))


def test_another_key_after_a_crash_stops_before_it_repairs(pending: World) -> None:
    kill_at(pending, "after the commit")
    pending.environment["EFSYNC_KEY"] = "another key of some length"
    assert call_json(pending, "apply", "--yes").codes == ["key-mismatch"]
    assert _runs(pending) == ["applied", "started"]


HALF_MADE = """
import os, signal, sqlite3
os.makedirs(".efsync", exist_ok=True)
connection = sqlite3.connect(".efsync/state.db", isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
for name in ("alembic_version", "facts", "runs", "applied_accounts"):
    connection.execute(f"CREATE TABLE {name} (text)")
    connection.executemany(f"INSERT INTO {name} VALUES (?)", [("x" * 500,)] * 200)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_state_that_was_being_made_at_the_kill_is_none_yet(pending: World) -> None:
    for file in (pending.folder / ".efsync").glob("state.db*"):
        file.unlink()
    subprocess.run([sys.executable, "-c", HALF_MADE], cwd=pending.folder, check=False)
    assert (pending.folder / ".efsync" / "state.db").stat().st_size > 0
    assert call(pending, "drift").status == 0
    assert call_json(pending, "plan").status == 0
    applied(pending)
    assert_in_order(pending)
