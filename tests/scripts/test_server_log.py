"""PostgreSQL logs the statements that fail, as it does from the beginning: no secret stands in what is logged."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.databases import new_database
from tests.faults.private_servers import PrivatePostgres
from tests.scripts.pasting import pasted
from tests.scripts.running import assignments, passwords, run, script_of, scripted
from tests.scripts.test_moved import spoiling
from tests.world import SETTINGS, World


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    """A server with the settings that it has when it is new."""
    if any(shutil.which(command) is None for command in PrivatePostgres.needs):
        pytest.skip("there is no PostgreSQL to start")
    started = PrivatePostgres()
    with started:
        yield started


@pytest.fixture
def perez(server: PrivatePostgres, tmp_path: Path) -> Iterator[World]:
    """An account that gets another password, and does not wait long."""
    with new_database(server.engine) as url:
        world = World(tmp_path, url)
        world.write("efsync.toml", SETTINGS.replace("[targets.erp]", "[targets.erp]\nstatement_timeout = 1"))
        world.user("JPEREZ", password="clave-vieja", server="smtp.acme.example")
        world.environment["MAIL_JPEREZ"] = "clave-nueva"
        world.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n    server: mail.acme.example\n")
        yield world


def _moved(world: World) -> None:
    world.change("JPEREZ", server="otro.example")


def _password_moved(world: World) -> None:
    world.change("JPEREZ", password="clave-movida")


def _spoiled(world: World) -> None:
    for statement in spoiling(world):
        world.sql(statement)


def _forbidden(world: World) -> None:
    world.sql("ALTER TABLE Usuarios ADD CHECK (Cla_Cor <> 'clave-nueva')")


def _nothing(_world: World) -> None:
    pass


FAILURES: dict[str, tuple[Callable[[World], None], dict[str, str | None], str]] = {
    "no key": (_nothing, {"check_key": None}, "the variable check_key is not set"),
    "another key": (_nothing, {"check_key": "clave-ajena"}, "check_key is not the key of this script"),
    "no password": (_nothing, {"password_JPEREZ": None}, "the variable password_JPEREZ is not set"),
    "another password": (_nothing, {"password_JPEREZ": "clave-ajena"}, "is not the password that was planned"),
    "a moved value": (_moved, {}, "JPEREZ changed in the ERP since the plan was made: server"),
    "a moved password": (_password_moved, {}, "JPEREZ changed in the ERP since the plan was made: password"),
    "what is not kept": (_spoiled, {}, "the ERP does not keep what is written to server of JPEREZ"),
    "what is forbidden": (_forbidden, {}, "violates check constraint"),
}


def typed(world: World, made: Any, **changed: str | None) -> str:
    """The whole script with its variables, of which some are others, or none."""
    values = {name: value for name, value in (passwords(world, made) | changed).items() if value is not None}
    return "".join(assignments("psql", values)) + script_of(world)


def logged(server: PrivatePostgres, made: Any, message: str) -> None:
    """The log tells of a failure, and holds no secret."""
    log = (server.folder / "log").read_text()
    assert message in log
    assert "STATEMENT:" in log
    assert "clave-" not in log
    assert made["check_key"] not in log


@pytest.mark.parametrize("failure", FAILURES)
def test_a_script_that_stops_leaves_no_secret_in_the_log(server: PrivatePostgres, perez: World, failure: str) -> None:
    prepare, changed, message = FAILURES[failure]
    made = scripted(perez)
    prepare(perez)
    values = {name: value for name, value in (passwords(perez, made) | changed).items() if value is not None}
    assert run(perez, made, variables=values).status != 0
    logged(server, made, message)
    assert message in pasted(perez, typed(perez, made, **changed))
    logged(server, made, message)


def test_a_lock_that_is_not_to_be_had(server: PrivatePostgres, perez: World) -> None:
    made = scripted(perez)
    with perez.engine.connect() as connection:
        connection.execute(perez.changing("JPEREZ", footer="<p>"))
        assert run(perez, made).status != 0
    logged(server, made, "canceling statement due to lock timeout")


def test_a_password_that_became_too_long_for_its_column(server: PrivatePostgres, perez: World) -> None:
    perez.change("JPEREZ", password=None)
    made = scripted(perez)
    perez.sql("ALTER TABLE Usuarios ALTER COLUMN Cla_Cor TYPE varchar(8)")
    assert run(perez, made).status != 0
    logged(server, made, "value too long for type")
    pasted(perez, typed(perez, made))
    logged(server, made, "value too long for type")


@pytest.mark.parametrize("before", ["BEGIN;\nSELECT 1/0;\n", "BEGIN;\nSET TRANSACTION READ ONLY;\n"])
def test_a_transaction_that_was_open_before_it(server: PrivatePostgres, perez: World, before: str) -> None:
    made = scripted(perez)
    pasted(perez, before + typed(perez, made))
    logged(server, made, "ERROR")
    assert perez.live("JPEREZ")["password"] == "clave-vieja"


def test_characters_that_the_database_does_not_know(server: PrivatePostgres, perez: World) -> None:
    made = scripted(perez)
    with server.engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS latin")
        connection.exec_driver_sql("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
    (perez.folder / "latin").mkdir()
    there = World(perez.folder / "latin", perez.engine.url.set(database="latin").render_as_string(hide_password=False))
    pasted(there, typed(perez, made, password_JPEREZ="clave-\U0001f642"))
    logged(server, made, "has no equivalent in encoding")
