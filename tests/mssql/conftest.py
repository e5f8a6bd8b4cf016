"""A company on what stands for SQL Server, with the fields in columns of the user table or in property rows."""

from pathlib import Path

import pymssql
import pytest

from tests.mssql.world import TranslatedPropertyWorld, TranslatedWorld


@pytest.fixture(params=[TranslatedWorld, TranslatedPropertyWorld], ids=["columns", "properties"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TranslatedWorld:
    """Takes the place of the company on SQLite."""
    made: TranslatedWorld = request.param(tmp_path)
    monkeypatch.setattr(pymssql, "connect", made.server.connect)
    return made
