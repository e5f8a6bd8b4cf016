"""Companies on every database that has its client here, in both layouts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.layouts.properties import PropertyWorld
from tests.scripts.running import CLIENTS
from tests.servers.databases import SERVERS, empty_database
from tests.world import World

LAYOUTS = {"columns": World, "properties": PropertyWorld}


@pytest.fixture(params=["sqlite", *SERVERS])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of each kind; empty for SQLite, where the company makes its own."""
    if shutil.which(CLIENTS[request.param]) is None:
        pytest.skip(f"there is no {CLIENTS[request.param]}")
    if request.param == "sqlite":
        yield ""
        return
    with empty_database(request.param) as made:
        yield made


@pytest.fixture(params=LAYOUTS)
def world(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> World:
    """Takes the place of the company on SQLite."""
    return LAYOUTS[request.param](tmp_path, url)
