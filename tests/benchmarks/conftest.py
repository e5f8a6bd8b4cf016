"""A tiny company as the benchmarks generate it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.company import Company
from benchmarks.databases import SQLITE, available, new_database

ACCOUNTS = 20


@pytest.fixture
def company(tmp_path: Path, kind: str) -> Iterator[Company]:
    """A company of twenty, not generated yet, on the database of that kind."""
    if kind not in available():
        pytest.skip(f"there is no {kind} server")
    with new_database(kind, tmp_path) as database:
        yield Company(tmp_path / "company", ACCOUNTS, database)


@pytest.fixture
def kind() -> str:
    """SQLite, where a test says nothing else."""
    return SQLITE
