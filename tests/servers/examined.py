"""Calls `efsync doctor` on an ERP on a server, by users with passwords and rights of their own."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import NullPool, create_engine, inspect, make_url, select, text

from efsync.erp.demo.database import metadata
from tests.cli.inside import call_json
from tests.world import SETTINGS, World

PASSWORD = "clave-del-servidor"


def everything(world: World) -> dict[str, list[str]]:
    """All rows of all tables of the ERP."""
    with world.engine.connect() as connection:
        there = inspect(connection).get_table_names()
        found = (each for each in metadata.tables.values() if each.name in there)
        return {each.name: sorted(map(repr, connection.execute(select(each)))) for each in found}


def checks_of(world: World, status: int | None = None) -> list[dict[str, Any]]:
    """The checks of `doctor`, which has to leave database and folder alone."""
    before, files = everything(world), sorted(world.folder.rglob("*"))
    result = call_json(world, "doctor")
    assert (everything(world), sorted(world.folder.rglob("*"))) == (before, files)
    assert result.err == ""
    assert PASSWORD not in result.out
    assert all(check["remedy"] for check in result.json["checks"] if check["status"] != "ok")
    assert status is None or result.status == status, result.out
    checks: list[dict[str, Any]] = result.json["checks"]
    return checks


def not_ok(checks: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Status, topic, message and remedy of every check that is not ok, but for collations: a server has its own."""
    return [
        (check["status"], check["topic"], check["message"], check["remedy"] or "")
        for check in checks
        if check["status"] != "ok" and check["topic"] != "collation"
    ]


def kind_of(world: World) -> str:
    return make_url(world.url).get_backend_name()


def administer(world: World, *statements: str) -> None:
    engine = create_engine(world.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def reach_by(world: World, url: str, more: str = 'tenant = "ACME"') -> None:
    """Let the target's URL be `url`, which stands in a variable."""
    world.environment["ERP_URL"] = url
    world.write("efsync.toml", SETTINGS.replace("sqlite:///erp.db", "env:ERP_URL").replace('tenant = "ACME"', more))


@contextmanager
def new_user(world: World) -> Iterator[str]:
    """The name of a user of the server, with a password and without rights."""
    name = f"efsync_test_{secrets.token_hex(4)}"
    if kind_of(world) == "postgresql":
        administer(world, f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        drop = [f"DROP OWNED BY {name}", f"DROP ROLE {name}"]
    else:
        administer(world, f"CREATE USER {name}@'%' IDENTIFIED BY '{PASSWORD}'")
        drop = [f"DROP USER {name}@'%'"]
    try:
        yield name
    finally:
        administer(world, *drop)
