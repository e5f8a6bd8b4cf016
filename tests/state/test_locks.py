"""Two applies on one target never overlap."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from efsync.database.access import Access
from efsync.model.problems import Problem, Refused
from efsync.state.holder import EXPIRY, is_abandoned, this_process
from efsync.state.store import State
from tests.planning.sides import comparison, plan_of
from tests.state.conftest import URL, StateFolder

PLAN = plan_of(comparison([], []))

TAKE = f"""
import sys, time
from pathlib import Path
from efsync.database.access import Access
from efsync.model.problems import Refused
from efsync.state.store import open_state
folder = Path(sys.argv[1])
(folder / sys.argv[2]).touch()
while not (folder / "go").exists():
    time.sleep(0.001)
with open_state({URL!r}, folder, Access.CREATE) as state:
    try:
        state.lock("erp")
        print("taken")
        sys.stdout.flush()
        time.sleep(float(sys.argv[3]))
    except Refused as refused:
        print(refused.problems[0].code)
"""


def refusal(state: State, target: str = "erp") -> Problem:
    """What the second one is told."""
    with pytest.raises(Refused) as raised:
        state.lock(target)
    (problem,) = raised.value.problems
    return problem


def ago(seconds: float) -> str:
    """A time in the past as the state writes it."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def dead_process() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_the_second_is_told_who_holds_the_lock_since_when_and_how_to_break_it(state: State) -> None:
    holder = state.lock("erp")
    problem = refusal(state)
    assert problem.code == "locked"
    for said in (holder.who, holder.host, f"process {os.getpid()}", holder.since, holder.beat, "erp"):
        assert said in problem.message
    assert problem.hint is not None
    assert "efsync state unlock --target erp" in problem.hint


def test_a_run_that_can_not_have_the_lock_is_not_journalled(state: State) -> None:
    state.lock("erp")
    with pytest.raises(Refused):
        state.begin(PLAN)
    assert state.unfinished_runs("erp") == ()


def test_a_run_takes_the_lock_and_the_holder_is_seen_by_readers(folder: StateFolder) -> None:
    with folder.open() as state:
        _, holder = state.begin(PLAN)
        assert refusal(state).code == "locked"
    with folder.open(Access.READ) as state:
        assert state.holder("erp") == holder
        assert state.holder("test") is None


def test_a_lock_that_was_given_back_can_be_taken_again(state: State) -> None:
    first = state.lock("erp")
    state.release("erp", first.token)
    assert state.holder("erp") is None
    assert state.lock("erp").token != first.token


def test_nobody_gives_back_or_keeps_alive_the_lock_of_another(state: State) -> None:
    holder = state.lock("erp")
    state.release("erp", "another token")
    state.release("test", holder.token)
    assert state.holder("erp") == holder
    assert not state.beat("erp", "another token")
    assert not state.beat("test", holder.token)
    assert state.holder("erp") == holder


def test_targets_are_locked_apart(state: State) -> None:
    state.lock("erp")
    state.lock("test")
    assert refusal(state, "test").code == "locked"


def test_a_lock_expires_after_its_last_beat(folder: StateFolder, state: State) -> None:
    first = state.lock("erp")
    folder.sql("UPDATE locks SET beat = ?", ago(EXPIRY.total_seconds() - 5))
    assert refusal(state).code == "locked"
    folder.sql("UPDATE locks SET beat = ?", ago(EXPIRY.total_seconds() + 1))
    second = state.lock("erp")
    assert second.token != first.token
    assert not state.beat("erp", first.token)
    state.release("erp", first.token)
    assert state.holder("erp") == second


def test_a_beat_keeps_a_lock_alive(folder: StateFolder, state: State) -> None:
    holder = state.lock("erp")
    folder.sql("UPDATE locks SET beat = ?", ago(3600))
    assert state.beat("erp", holder.token)
    assert refusal(state).code == "locked"


def test_the_lock_of_a_process_that_ended_on_this_machine_is_taken_over_at_once(
    folder: StateFolder, state: State
) -> None:
    state.lock("erp")
    folder.sql("UPDATE locks SET process = ?", dead_process())
    assert state.lock("erp").process == os.getpid()


def test_a_process_of_another_machine_is_not_looked_for_on_this_one(folder: StateFolder, state: State) -> None:
    state.lock("erp")
    folder.sql("UPDATE locks SET process = ?, machine = 'another machine', host = 'erp-2'", dead_process())
    assert "erp-2" in refusal(state).message


def test_a_process_of_another_user_is_alive(folder: StateFolder, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_process: int, _signal: int) -> None:
        raise PermissionError

    holder = this_process()
    monkeypatch.setattr(os, "kill", forbidden)
    assert not is_abandoned(holder)


def test_a_lock_is_broken_and_whose_it_was_is_said(state: State) -> None:
    holder = state.lock("erp")
    assert state.break_lock("test") is None
    assert state.break_lock("erp") == holder
    assert state.break_lock("erp") is None
    state.lock("erp")


def test_whoever_lost_a_lock_does_not_give_back_the_one_of_the_next(state: State) -> None:
    first = state.lock("erp")
    state.break_lock("erp")
    second = state.lock("erp")
    state.release("erp", first.token)
    assert state.holder("erp") == second


def test_of_many_threads_at_once_exactly_one_gets_the_lock(folder: StateFolder) -> None:
    with folder.open():
        pass
    barrier = threading.Barrier(6)
    outcomes: list[str] = []

    def take() -> None:
        with folder.open() as state:
            barrier.wait()
            try:
                state.begin(PLAN)
                outcomes.append("began")
            except Refused as refused:
                outcomes.append(refused.problems[0].code)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["began", *["locked"] * 5]
    with folder.open() as state:
        assert len(state.unfinished_runs("erp")) == 1


def start(folder: Path, name: str, seconds: float) -> "subprocess.Popen[str]":
    """A process that takes the lock once there is a file `go`, and holds it for some seconds."""
    return subprocess.Popen(
        [sys.executable, "-c", TAKE, str(folder), name, str(seconds)], stdout=subprocess.PIPE, text=True
    )


def test_of_many_processes_that_make_the_state_at_once_exactly_one_gets_the_lock(tmp_path: Path) -> None:
    processes = [start(tmp_path, name, 30) for name in "abc"]
    while not all((tmp_path / name).exists() for name in "abc"):
        assert all(process.poll() is None for process in processes)
    (tmp_path / "go").touch()
    outcomes = [process.stdout.readline().strip() for process in processes if process.stdout]
    for process in processes:
        process.kill()
        process.communicate()
    assert sorted(outcomes) == ["locked", "locked", "taken"]


def test_the_lock_of_a_process_that_was_killed_is_free(folder: StateFolder) -> None:
    killed = start(folder.folder, "a", 60)
    (folder.folder / "go").touch()
    assert killed.stdout is not None
    assert killed.stdout.readline() == "taken\n"
    with folder.open() as state:
        assert refusal(state).code == "locked"
        killed.kill()
        killed.communicate()
        assert state.lock("erp").process == os.getpid()
