"""Each test gets a database of its own on a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.databases import SERVERS, empty_database
from tests.world import World


@pytest.fixture(params=SERVERS)
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database on each server."""
    with empty_database(request.param) as url:
        yield url


@pytest.fixture
def world(tmp_path: Path, server_url: str) -> World:
    """An empty company whose ERP is on a server; takes the place of the one on SQLite."""
    return World(tmp_path, server_url)
