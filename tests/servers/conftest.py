"""Real servers: each test gets a database of its own, and where there is no server it is skipped.

`EFSYNC_TEST_POSTGRES_URL` and `EFSYNC_TEST_MARIADB_URL` name servers where databases may be made and dropped.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from tests.world import World

SERVERS = {
    "postgresql": ("EFSYNC_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("EFSYNC_TEST_MARIADB_URL", "mariadb+pymysql://root@127.0.0.1:3306/mysql"),
}


def _server(kind: str) -> Engine:
    variable, url = SERVERS[kind]
    engine = create_engine(os.environ.get(variable, url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        engine.connect().close()
    except SQLAlchemyError:
        pytest.skip(f"there is no {kind} server; {variable} names one")
    return engine


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The URL of an empty database on a server of that kind, dropped at the end."""
    engine = _server(kind)
    name = f"efsync_test_{secrets.token_hex(6)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(engine.url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        force = " WITH (FORCE)" if kind == "postgresql" else ""
        connection.exec_driver_sql(f"DROP DATABASE {name}{force}")


@pytest.fixture(params=SERVERS)
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database on each server."""
    with empty_database(request.param) as url:
        yield url


@pytest.fixture
def world(tmp_path: Path, server_url: str) -> World:
    """An empty company whose ERP is on a server; takes the place of the one on SQLite."""
    return World(tmp_path, server_url)
