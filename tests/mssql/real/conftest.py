"""A real SQL Server: each test gets a database of its own there, in the product's collation.

Collected only where `EFSYNC_TEST_MSSQL_URL` names a server on which databases may be made and dropped, such as
`mssql+pymssql://sa:PASSWORD@127.0.0.1/master`.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url

from tests.layouts.properties import PropertyWorld
from tests.mssql.translation import COLLATION
from tests.world import World

VARIABLE = "EFSYNC_TEST_MSSQL_URL"
HERE = Path(__file__).parent

collect_ignore_glob = [] if os.environ.get(VARIABLE) else ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, so that `-m mssql` chooses it."""
    for item in items if os.environ.get(VARIABLE) else ():
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.mssql)


@pytest.fixture
def server_url() -> Iterator[str]:
    """The URL of an empty database, dropped at the end."""
    engine = create_engine(os.environ[VARIABLE], isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"efsync_test_{secrets.token_hex(6)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} COLLATE {COLLATION}")
    yield make_url(engine.url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE")
        connection.exec_driver_sql(f"DROP DATABASE {name}")


@pytest.fixture(params=[World, PropertyWorld], ids=["columns", "properties"])
def world(request: pytest.FixtureRequest, tmp_path: Path, server_url: str) -> World:
    """An empty company whose ERP is on the server."""
    made: World = request.param(tmp_path, server_url)
    return made
