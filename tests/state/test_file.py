"""The file of a state on SQLite, and the locks on it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from efsync.model.problems import Refused
from efsync.state.file import state_file

WRITES = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A database with a table."""
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE things (name TEXT)")
    return file


def test_a_look_at_the_file_leaves_the_lock_of_another_thread_where_it_is(state: Path) -> None:
    with closing(sqlite3.connect(state, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert state_file("sqlite:///state.db", state.parent) == state
        writing = subprocess.run([sys.executable, "-c", WRITES, str(state)], capture_output=True, text=True)
    assert "database is locked" in writing.stderr


def test_a_file_that_another_process_is_writing_is_a_database(state: Path) -> None:
    with closing(sqlite3.connect(state, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert state_file("sqlite:///state.db", state.parent) == state


@pytest.mark.parametrize("text", ["no", "no database\n" * 1000, "\0" * 100], ids=["short", "long", "zeros"])
def test_a_file_of_something_else_is_refused(state: Path, text: str) -> None:
    state.write_text(text)
    with pytest.raises(Refused, match="not a database"):
        state_file("sqlite:///state.db", state.parent)


def test_an_empty_file_and_none_at_all_may_become_a_state(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for name in ("empty.db", "none.db"):
        assert state_file(f"sqlite:///{name}", tmp_path) == tmp_path / name
    assert not (tmp_path / "none.db").exists()
