"""The company whose ERP keeps all mail fields as property rows, on every database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.layouts.properties import PropertyWorld
from tests.servers.databases import SERVERS, empty_database


@pytest.fixture(params=["sqlite", *SERVERS])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PropertyWorld]:
    """Takes the place of the company whose ERP keeps them in columns."""
    if request.param == "sqlite":
        yield PropertyWorld(tmp_path)
        return
    with empty_database(request.param) as url:
        yield PropertyWorld(tmp_path, url)
