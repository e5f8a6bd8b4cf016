"""Empty databases on real servers, each for one test; where there is no server the test is skipped.

`EFSYNC_TEST_POSTGRES_URL` and `EFSYNC_TEST_MARIADB_URL` name servers where databases may be made and dropped.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

SERVERS = {
    "postgresql": ("EFSYNC_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("EFSYNC_TEST_MARIADB_URL", "mariadb+pymysql://root@127.0.0.1:3306/mysql"),
}

_EMPTIED = """\
DO $$
DECLARE made name;
BEGIN
    FOR made IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE 'DROP SCHEMA ' || quote_ident(made) || ' CASCADE';
    END LOOP;
    CREATE SCHEMA public AUTHORIZATION pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
END $$"""
"""What leaves a database on PostgreSQL as it was made."""

_emptied: list[Engine] = []
"""Databases on PostgreSQL that were used and are empty again: to make one takes a second."""


@cache
def answering(kind: str) -> Engine | None:
    """The server of that kind, where there is one."""
    variable, url = SERVERS[kind]
    engine = administrator(os.environ.get(variable, url))
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return None
    return engine


def administrator(url: str) -> Engine:
    """Somebody else's way to a database: every statement counts at once."""
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _run(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The URL of an empty database on a server of that kind, gone or empty again at the end."""
    server = answering(kind)
    if server is None:
        pytest.skip(f"there is no {kind} server; {SERVERS[kind][0]} names one")
    used = _emptied.pop() if kind == "postgresql" and _emptied else _made(server)
    name = used.url.database
    if kind == "postgresql":
        # no test pulls the plug of this server
        _run(server, f"ALTER DATABASE {name} SET synchronous_commit = off")
    try:
        yield used.url.render_as_string(hide_password=False)
    finally:
        if kind == "postgresql":
            _empty(server, used)
        else:
            _run(server, f"DROP DATABASE {name}")


def _empty(server: Engine, used: Engine) -> None:
    name = used.url.database
    hang_up = f"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = '{name}'"
    _run(server, f"ALTER DATABASE {name} RESET ALL", hang_up)
    _run(used, _EMPTIED)
    _emptied.append(used)


def _made(server: Engine) -> Engine:
    name = f"efsync_test_{secrets.token_hex(6)}"
    _run(server, f"CREATE DATABASE {name}")
    return administrator(server.url.set(database=name).render_as_string(hide_password=False))


def drop_emptied() -> None:
    """Drop what no test will use again."""
    while _emptied:
        server = answering("postgresql")
        assert server is not None
        _run(server, f"DROP DATABASE {_emptied.pop().url.database} WITH (FORCE)")
