"""A killed apply whose connection lives on: what a plan says while the server may still commit, and afterwards."""

import subprocess

import pytest
from sqlalchemy import Connection

from efsync.erp.locks import lock_statement
from tests.cli.inside import applied, assert_in_order, call_json
from tests.faults.conftest import SERVERS_ONLY
from tests.faults.databases import connected, kind_of, wait_until
from tests.faults.tally import Tally, history
from tests.workflows.test_crash import kill_at
from tests.world import EFSYNC, World

GATE = 4242
"""The number of an advisory lock at which a commit waits."""

GATED_COMMIT = f"""
CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER gate AFTER UPDATE ON Usuarios DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION pass_gate()
"""
WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted"


def _hold_the_lock_of_an_apply(connection: Connection, world: World) -> None:
    statement = lock_statement({"mariadb": "mysql"}.get(kind_of(world.url), kind_of(world.url)))
    assert connection.exec_driver_sql(str(statement)).scalar()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_kill_inside_the_commit_is_said_to_be_writing_until_the_server_has_committed(
    pending: World, tally: Tally
) -> None:
    pending.sql(GATED_COMMIT)
    with pending.engine.connect() as gate:
        gate.exec_driver_sql(f"SELECT pg_advisory_xact_lock({GATE})")
        killed = subprocess.Popen(
            [EFSYNC, "apply", "--yes"], cwd=pending.folder, env=pending.clean_environment(), stdout=subprocess.DEVNULL
        )
        wait_until(lambda: bool(pending.sql(WAITING)[0][0]))
        killed.kill()
        killed.wait()
        tally.fault("killed inside the commit")
        for command in ("plan", "drift"):
            looked = call_json(pending, command)
            assert looked.codes == ["run-under-way"]
            assert "was interrupted, and may still be writing" in looked.problem("run-under-way")["message"]
        refused = call_json(pending, "apply", "--yes")
        assert (refused.status, refused.codes) == (1, ["locked"])
        assert "an apply that was killed" in refused.problem("locked")["message"]
    wait_until(lambda: not connected(pending.url))
    planned = call_json(pending, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"], planned.codes) == (0, [], ["run-interrupted"])
    applied(pending)
    assert sorted(history(pending)) == ["applied", "applied", "recovered", "refused"]
    assert_in_order(pending)


@SERVERS_ONLY
def test_a_run_is_not_said_to_have_written_nothing_while_a_connection_of_its_may_live(
    pending: World, tally: Tally
) -> None:
    kill_at(pending, "before the commit")
    wait_until(lambda: not connected(pending.url))
    tally.fault("killed before the commit")
    with pending.engine.connect() as connection:
        _hold_the_lock_of_an_apply(connection, pending)
        assert call_json(pending, "plan").codes == ["run-under-way"]
    wait_until(lambda: not connected(pending.url))
    interrupted = call_json(pending, "plan").problem("run-interrupted")
    assert interrupted["message"].endswith("was interrupted, and nothing of it is in the ERP")
    applied(pending)
    assert_in_order(pending)


@SERVERS_ONLY
def test_somebody_elses_lock_says_nothing_of_a_run_that_ended(pending: World, tally: Tally) -> None:
    with pending.engine.connect() as connection:
        _hold_the_lock_of_an_apply(connection, pending)
        assert call_json(pending, "plan").codes == []
        tally.fault("lock held by another")
    applied(pending)
