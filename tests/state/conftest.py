"""A state of its own for each test."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from efsync.database.access import Access
from efsync.state.store import State, open_state

URL = "sqlite:///.efsync/state.db"


class StateFolder:
    """A folder with a state in it, and what a test does to the file behind efsync's back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / ".efsync" / "state.db"

    def open(self, access: Access = Access.CREATE) -> Any:
        """The state, opened anew."""
        return open_state(URL, self.folder, access)

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement on the file."""
        self.file.parent.mkdir(exist_ok=True)
        connection = sqlite3.connect(self.file)
        try:
            with connection:
                return connection.execute(statement, parameters).fetchall()
        finally:
            connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """A folder in which there is no state yet."""
    return StateFolder(tmp_path)


@pytest.fixture
def state(folder: StateFolder) -> Iterator[State]:
    """A new state, open."""
    with folder.open() as opened:
        yield opened
