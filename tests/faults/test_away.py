"""One of the two databases can't be reached: from the start, or from some moment of an apply on."""

import pytest

from tests.cli.inside import applied, assert_in_order, call_json, saved_plan
from tests.faults.conftest import SERVERS_ONLY, SharedState
from tests.faults.databases import connected, wait_until
from tests.faults.forwarder import Forwarder
from tests.faults.struck import struck_at
from tests.faults.tally import Tally, history
from tests.workflows.moments import MOMENTS
from tests.world import World

pytestmark = SERVERS_ONLY


def test_a_state_that_is_away_from_the_start_stops_every_command(
    shared_state: SharedState, pending: World, tally: Tally
) -> None:
    saved_plan(pending)
    before = pending.dump()
    shared_state.line.cut()
    for command in ("plan", "drift", "apply --yes", "apply plan.json", "state list"):
        result = call_json(pending, *command.split())
        tally.fault(f"state away: {command}")
        assert (result.status, result.codes) == (1, ["database"])
        assert result.problem("database")["message"].startswith("the state: ")
    assert pending.dump() == before
    shared_state.line.mend()
    assert call_json(pending, "apply", "plan.json").json["status"] == "applied"
    assert_in_order(pending)


def test_a_state_that_goes_away_after_the_journal_stops_the_apply_and_nothing_is_written(
    shared_state: SharedState, pending: World, tally: Tally
) -> None:
    before = pending.dump()
    result = struck_at(pending, "after the journal", shared_state.line.cut)
    tally.fault("state away: after the journal")
    assert (result.status, result.codes) == (1, ["database", "run-interrupted"])
    assert "which is nothing" in result.problem("run-interrupted")["message"]
    assert pending.dump() == before
    shared_state.line.mend()
    assert call_json(pending, "plan").codes == ["run-interrupted"]
    applied(pending)
    assert history(pending, shared_state.url) == ["applied", "interrupted", "applied"]
    assert_in_order(pending)


@pytest.mark.parametrize("moment", ["between two writes", "after the commit"])
def test_a_state_that_goes_away_later_does_not_stop_the_erp_and_is_brought_up_to_date_by_the_next_apply(
    shared_state: SharedState, pending: World, tally: Tally, moment: str
) -> None:
    result = struck_at(pending, moment, shared_state.line.cut)
    tally.fault(f"state away: {moment}")
    assert (result.status, result.codes) == (1, ["database", "run-interrupted"])
    assert "wrote, if anything, is not recorded yet" in result.problem("run-interrupted")["message"]
    assert pending.live("JPEREZ")["address"] == "jperez@new.example"
    shared_state.line.mend()
    assert history(pending, shared_state.url) == ["applied", "started"]
    planned = call_json(pending, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"], planned.codes) == (0, [], ["run-interrupted"])
    assert applied(pending).json["status"] == "nothing"
    assert history(pending, shared_state.url)[:2] == ["applied", "recovered"]
    assert_in_order(pending)


def test_a_journal_whose_answer_was_lost_is_a_run_that_wrote_nothing(
    shared_state: SharedState, pending: World, tally: Tally
) -> None:
    before = pending.dump()
    lose = lambda: shared_state.line.lose_answer_to(b"COMMIT", after=b"INSERT INTO runs")  # noqa: E731
    result = struck_at(pending, "before the journal", lose)
    assert shared_state.line.lost.is_set()
    tally.fault("answer lost: the journal")
    assert (result.status, result.codes) == (1, ["database"])
    assert pending.dump() == before
    assert history(pending, shared_state.url) == ["applied", "started"]
    applied(pending)
    assert history(pending, shared_state.url) == ["applied", "interrupted", "applied"]
    assert_in_order(pending)


def test_a_record_whose_answer_was_lost_is_looked_up_and_counts(
    shared_state: SharedState, pending: World, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose = lambda: shared_state.line.lose_answer_to(b"COMMIT", after=b"UPDATE runs")  # noqa: E731
    with monkeypatch.context() as patched:
        MOMENTS["after the commit"](patched.setattr, lose)
        result = call_json(pending, "apply", "--yes")
    assert shared_state.line.lost.is_set()
    tally.fault("answer lost: the record")
    assert (result.status, result.json["status"]) == (0, "applied")
    assert {problem["severity"] for problem in result.json["problems"]} == {"warning"}
    assert history(pending, shared_state.url) == ["applied", "applied"]
    assert_in_order(pending)


def test_an_erp_that_is_away_from_the_start_stops_apply_before_there_is_a_run_and_leaves_the_plan_good(
    pending: World, erp_line: Forwarder, tally: Tally
) -> None:
    saved_plan(pending)
    before = pending.dump()
    erp_line.cut()
    tally.fault("ERP away: from the start", 3)
    for command in ("plan", "drift"):
        looked = call_json(pending, command)
        assert (looked.status, looked.codes) == (1, ["database"])
    result = call_json(pending, "apply", "plan.json")
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["database"])
    assert history(pending) == ["applied"]
    assert pending.dump() == before
    erp_line.mend()
    assert call_json(pending, "apply", "plan.json").json["status"] == "applied"
    assert_in_order(pending)


@pytest.mark.parametrize("moment", ["between two writes", "before the commit"])
def test_an_erp_that_goes_away_before_the_commit_is_as_it_was(
    pending: World, erp_line: Forwarder, tally: Tally, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    before = pending.dump()
    with monkeypatch.context() as patched:
        MOMENTS[moment](patched.setattr, erp_line.cut)
        result = call_json(pending, "apply", "--yes")
    tally.fault(f"ERP away: {moment}")
    unknown = moment == "before the commit"
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.codes == ["database", "run-interrupted" if unknown else "rolled-back"]
    wait_until(lambda: not connected(pending.url))
    assert pending.dump() == before
    assert history(pending) == ["applied", "started" if unknown else "failed"]
    erp_line.mend()
    applied(pending)
    assert history(pending) == ["applied", "interrupted" if unknown else "failed", "applied"]
    assert_in_order(pending)


def test_an_erp_that_goes_away_after_the_commit_does_not_matter(
    pending: World, erp_line: Forwarder, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        MOMENTS["after the commit"](patched.setattr, erp_line.cut)
        result = call_json(pending, "apply", "--yes")
    tally.fault("ERP away: after the commit")
    assert (result.status, result.json["status"], result.codes) == (0, "applied", [])
    erp_line.mend()
    assert_in_order(pending)
