"""The server stops and starts again: between plan and apply, and in the middle of an apply."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.cli.inside import applied, assert_in_order, call_json, saved_plan
from tests.faults.databases import new_database
from tests.faults.private_servers import PRIVATE, PrivateServer
from tests.faults.tally import Tally, history
from tests.workflows.moments import MOMENTS
from tests.world import World


@pytest.fixture(scope="session", params=PRIVATE)
def server(request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    """A server that belongs to these tests alone."""
    kind = PRIVATE[request.param]
    missing = [program for program in kind.needs if shutil.which(program) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"to start a server of its own needs root and {', '.join(kind.needs)}")
    with kind() as private:
        yield private


@pytest.fixture
def database_url(server: PrivateServer) -> Iterator[str]:
    """An empty database on that server."""
    with new_database(server.engine) as url:
        yield url


def test_a_saved_plan_survives_a_crash_of_the_server(pending: World, server: PrivateServer, tally: Tally) -> None:
    saved_plan(pending)
    server.stop(crash=True)
    tally.fault("server down")
    away = call_json(pending, "apply", "plan.json")
    assert (away.status, away.json["status"], away.codes) == (1, "failed", ["database"])
    server.start()
    assert call_json(pending, "apply", "plan.json").json["status"] == "applied"
    assert history(pending) == ["applied", "applied"]
    assert_in_order(pending)


@pytest.mark.parametrize(
    ("moment", "crash"), [("rows read", True), ("between two writes", False), ("before the commit", True)]
)
def test_a_restart_during_an_apply_ends_it_and_the_next_one_does_it(
    pending: World, server: PrivateServer, tally: Tally, monkeypatch: pytest.MonkeyPatch, moment: str, crash: bool
) -> None:
    before = pending.dump()
    with monkeypatch.context() as patched:
        MOMENTS[moment](patched.setattr, lambda: server.restart(crash=crash))
        result = call_json(pending, "apply", "--yes")
    tally.fault(f"server restarted: {moment}")
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["database", "rolled-back"])
    assert pending.dump() == before
    assert history(pending) == ["applied", "failed"]
    applied(pending)
    assert_in_order(pending)


def test_a_server_that_goes_down_before_the_commit_and_stays_down_leaves_the_run_open_until_it_is_back(
    pending: World, server: PrivateServer, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pending.dump()
    with monkeypatch.context() as patched:
        MOMENTS["before the commit"](patched.setattr, lambda: server.stop(crash=True))
        result = call_json(pending, "apply", "--yes")
    tally.fault("server down: before the commit")
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["database", "run-interrupted"])
    assert history(pending) == ["applied", "started"]
    server.start()
    assert pending.dump() == before
    assert call_json(pending, "plan").codes == ["run-interrupted"]
    applied(pending)
    assert history(pending) == ["applied", "interrupted", "applied"]
    assert_in_order(pending)


def test_a_server_that_crashes_right_after_the_commit_has_kept_what_was_written(
    pending: World, server: PrivateServer, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        MOMENTS["after the commit"](patched.setattr, lambda: server.restart(crash=True))
        result = call_json(pending, "apply", "--yes")
    tally.fault("server crashed: after the commit")
    assert (result.status, result.codes) == (0, [])
    assert history(pending) == ["applied", "applied"]
    assert_in_order(pending)
