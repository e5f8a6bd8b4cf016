"""Another program holds the SQLite file that an apply needs: tried again, and then either done or given up."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import efsync.database.sqlite
from efsync.database.retry import PAUSES
from tests.cli.inside import applied, assert_in_order, call_json, saved_plan
from tests.faults.conftest import Pause
from tests.faults.tally import Tally, history
from tests.world import World

TRIES = len(PAUSES) + 1


@contextmanager
def _writing_to(file: Path) -> Iterator[sqlite3.Connection]:
    """Another program that writes to a SQLite file."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILES = pytest.mark.parametrize(
    ("file", "what"), [("erp.db", "the ERP database"), (".efsync/state.db", "the state")], ids=["erp", "state"]
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a SQLite file."""
    monkeypatch.setattr(efsync.database.sqlite, "LOCK_TIMEOUT", 0.05)


@FILES
@SQLITE_ONLY
@pytest.mark.usefixtures("impatient")
def test_a_file_that_another_program_writes_to_is_given_up_after_a_few_tries(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]], file: str, what: str
) -> None:
    saved_plan(pending)
    before = pending.dump()
    pauses = at_each_pause(lambda _pause: None)
    with _writing_to(pending.folder / file):
        result = call_json(pending, "apply", "plan.json")
    tally.fault("file locked", len(pauses) + 1)
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("busy")["message"] == f"{what}: another program holds the database file locked" + (
        f", {TRIES} times in a row" if pauses else ""
    )
    assert pending.dump() == before
    assert "started" not in history(pending)
    assert call_json(pending, "apply", "plan.json").status == 0
    assert_in_order(pending)


@FILES
@SQLITE_ONLY
@pytest.mark.usefixtures("impatient")
def test_a_file_that_is_given_back_between_two_tries_is_written_once(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]], file: str, what: str
) -> None:
    with _writing_to(pending.folder / file) as rival:
        pauses = at_each_pause(lambda _pause: rival.close())
        applied(pending)
    tally.fault("file locked")
    assert pauses == list(PAUSES[:1])
    assert history(pending) == ["applied", "applied"]
    assert_in_order(pending)


@SQLITE_ONLY
@pytest.mark.usefixtures("impatient")
def test_a_reader_that_is_in_the_way_of_the_commit_ends_the_apply_without_a_second_write(
    pending: World, tally: Tally, at_each_pause: Callable[[Pause], list[float]]
) -> None:
    before = pending.dump()
    pauses = at_each_pause(lambda _pause: None)
    reader = sqlite3.connect(pending.folder / "erp.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM Usuarios").fetchone()
    result = call_json(pending, "apply", "--yes")
    reader.close()
    tally.fault("reader holds the file")
    assert (result.status, result.json["status"], result.codes) == (1, "failed", ["busy", "rolled-back"])
    assert pauses == []
    assert pending.dump() == before
    applied(pending)
    assert_in_order(pending)
