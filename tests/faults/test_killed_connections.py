"""The server ends efsync's connection, at any moment of the transaction."""

import pytest

from tests.cli.inside import applied, assert_in_order, call_json
from tests.faults.conftest import SERVERS_ONLY
from tests.faults.databases import connected, kill_connections, wait_until
from tests.faults.forwarder import Forwarder
from tests.faults.tally import Tally, history
from tests.workflows.moments import MOMENTS
from tests.world import World

COMMIT = b"COMMIT"
SLOW_COMMIT = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON Usuarios DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION slowly()
"""
"""The server takes a third of a second for each row that a commit has to write."""


@SERVERS_ONLY
@pytest.mark.parametrize("moment", ["rows read", "between two writes", "before the commit"])
def test_a_connection_killed_before_the_commit_ends_the_apply_and_nothing_is_written(
    pending: World, tally: Tally, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    before, planned = pending.dump(), call_json(pending, "plan").json["changes"]
    killed: list[int] = []
    with monkeypatch.context() as patched:
        MOMENTS[moment](patched.setattr, lambda: killed.append(kill_connections(pending.url)))
        result = call_json(pending, "apply", "--yes")
    tally.fault(f"killed: {moment}", sum(killed))
    assert killed == [1]
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.codes == ["database", "rolled-back"]
    assert "the network holds" in result.problem("database")["hint"]
    assert pending.dump() == before
    assert history(pending) == ["applied", "failed"]
    assert call_json(pending, "plan").json["changes"] == planned
    assert applied(pending).json["status"] == "applied"
    assert history(pending) == ["applied", "failed", "applied"]
    assert_in_order(pending)


@SERVERS_ONLY
def test_a_commit_whose_answer_was_lost_counts_as_applied_because_it_is_live(
    pending: World, erp_line: Forwarder, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        MOMENTS["before the commit"](patched.setattr, lambda: erp_line.lose_answer_to(COMMIT))
        result = call_json(pending, "apply", "--yes")
    assert erp_line.lost.is_set()
    tally.fault("answer to the commit lost")
    assert pending.live("JPEREZ")["address"] == "jperez@new.example"
    assert (result.status, result.json["status"]) == (0, "applied")
    assert result.codes == ["database", "run-interrupted"]
    assert {problem["severity"] for problem in result.json["problems"]} == {"warning"}
    assert history(pending) == ["applied", "recovered"]
    assert_in_order(pending)
    assert applied(pending).json["status"] == "nothing"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_commit_that_is_still_under_way_when_the_line_breaks_is_waited_for(
    pending: World, erp_line: Forwarder, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending.sql(SLOW_COMMIT)
    committing = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    seen: list[str | None] = []

    def broken() -> None:
        wait_until(lambda: bool(pending.sql(committing)))
        seen.append(pending.live("JPEREZ")["address"])

    with monkeypatch.context() as patched:
        blow = lambda: erp_line.lose_answer_to(COMMIT, as_soon_as=broken)  # noqa: E731
        MOMENTS["before the commit"](patched.setattr, blow)
        result = call_json(pending, "apply", "--yes")
    assert (erp_line.lost.is_set(), seen) == (True, ["jperez@old.example"])
    tally.fault("line broken during the commit")
    assert pending.live("JPEREZ")["address"] == "jperez@new.example"
    assert (result.status, result.json["status"], result.codes) == (0, "applied", ["database", "run-interrupted"])
    assert history(pending) == ["applied", "recovered"]
    assert_in_order(pending)


@SERVERS_ONLY
def test_a_commit_that_never_arrived_counts_as_failed_because_nothing_is_live(
    pending: World, erp_line: Forwarder, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pending.dump()

    def cut() -> None:
        erp_line.cut()
        wait_until(lambda: not connected(pending.url))
        erp_line.mend()

    with monkeypatch.context() as patched:
        MOMENTS["before the commit"](patched.setattr, cut)
        result = call_json(pending, "apply", "--yes")
    tally.fault("line cut before the commit")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.codes == ["database", "rolled-back"]
    assert pending.dump() == before
    assert history(pending) == ["applied", "failed"]
    applied(pending)
    assert_in_order(pending)
