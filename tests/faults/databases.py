"""Databases for one test each, and what an administrator does to those who are connected to them."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, make_url

from tests.servers.databases import SERVERS, administrator

KINDS = ("sqlite", *SERVERS)

_CONNECTED = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}
_KILL = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL CONNECTION {}"}


@contextmanager
def new_database(server: Engine) -> Iterator[str]:
    """The URL of an empty database on a server; it is dropped at the end, whoever is connected."""
    name = f"efsync_fault_{secrets.token_hex(6)}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(server.url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            force = " WITH (FORCE)" if server.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP DATABASE {name}{force}")


def kind_of(url: str) -> str:
    """Which of the databases a URL leads to."""
    return make_url(url).get_backend_name()


def connected(url: str) -> list[int]:
    """Who else is connected to a database, by the server's own numbers."""
    with administrator(url).connect() as connection:
        return list(connection.exec_driver_sql(_CONNECTED[kind_of(url)]).scalars())


def kill_connections(url: str) -> int:
    """Kill everybody who is connected to a database, and return when they are gone; how many there were."""
    with administrator(url).connect() as connection:
        victims = list(connection.exec_driver_sql(_CONNECTED[kind_of(url)]).scalars())
        for victim in victims:
            connection.exec_driver_sql(_KILL[kind_of(url)].format(victim))
    wait_until(lambda: not connected(url))
    return len(victims)


def wait_until(reached: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; an error where it does not come about."""
    ends = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > ends:
            raise TimeoutError(f"not reached within {seconds} s")
        time.sleep(0.01)
