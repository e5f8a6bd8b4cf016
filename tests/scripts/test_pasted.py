"""A script that is pasted at a client's prompt, where nothing stops at an error: it is all or nothing there too."""

from collections.abc import Callable

import pytest

from tests.scripts.pasting import outcomes, pasted
from tests.scripts.running import assignments, client_of, passwords, script_of, scripted
from tests.scripts.test_moved import spoiling
from tests.world import SETTINGS, World

AUDIT = '\n[targets.erp.audit]\nuser = "admin"\n'
BREAKS = {"psql": "SELECT 1/0;\n", "mysql": "SELECT nothing;\n", "sqlite3": "SELECT nothing;\n"}
ENDS = {
    "psql": "SELECT pg_terminate_backend(pg_backend_pid());\n",
    "mysql": "KILL CONNECTION_ID();\nSELECT 1;\n",
}


@pytest.fixture
def perez(world: World) -> World:
    """Two accounts that change in two fields and in their passwords, with an audit trail."""
    world.write("efsync.toml", SETTINGS.replace("[targets.erp]", "[targets.erp]\nstatement_timeout = 1") + AUDIT)
    for code in ("AMORA", "JPEREZ"):
        world.user(code, password="clave-vieja", server="smtp.acme.example", domain="acme.example")
        world.environment[f"MAIL_{code}"] = f"clave-{code}"
    world.department(
        "".join(
            f"  {code}:\n    password: {{env: MAIL_{code}}}\n    server: mail.acme.example\n    domain: otra.example\n"
            for code in ("AMORA", "JPEREZ")
        )
    )
    return world


def everything(world: World) -> list[str]:
    """All rows of the ERP: users, properties, audit trail."""
    tables = ("Usuarios", "Campos_Propiedades", "Auditorias")
    return [str(sorted(map(str, world.sql(f"SELECT * FROM {table}")))) for table in tables]


def text_of(world: World, **changed: str | None) -> str:
    """Variables and script as one text; `changed` variables are other ones, or none."""
    values = {name: value for name, value in (passwords(world, scripted(world)) | changed).items() if value is not None}
    return "".join(assignments(client_of(world), values)) + script_of(world)


def nothing_happens(world: World, text: str, message: str = "") -> None:
    """Paste `text`, which has to say so where it writes nothing."""
    before = everything(world)
    shown = pasted(world, text)
    assert message in shown
    assert outcomes(shown) == ["nothing was changed"], shown
    assert everything(world) == before


def test_a_pasted_script_does_its_work_and_says_so(perez: World) -> None:
    shown = pasted(perez, text_of(perez))
    assert outcomes(shown) == ["done: 2 accounts changed"], shown
    assert [perez.live(code)["password"] for code in ("AMORA", "JPEREZ")] == ["clave-AMORA", "clave-JPEREZ"]
    assert len(perez.sql("SELECT * FROM Auditorias")) == 2


def test_a_value_that_moved(perez: World) -> None:
    text = text_of(perez)
    perez.change("JPEREZ", domain="tercera.example")
    nothing_happens(perez, text, "JPEREZ changed in the ERP since the plan was made: domain")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("password_JPEREZ", "otra", "password_JPEREZ is not the password that was planned"),
        ("password_JPEREZ", None, "the variable password_JPEREZ is not set"),
        ("check_key", "5e" * 32, "check_key is not the key of this script"),
        ("check_key", None, "the variable check_key is not set"),
    ],
)
def test_a_variable_that_is_wrong_or_not_set(perez: World, name: str, value: str | None, message: str) -> None:
    nothing_happens(perez, text_of(perez, **{name: value}), message)


def test_a_database_that_somebody_else_holds(perez: World) -> None:
    text = text_of(perez)
    with perez.engine.connect() as connection:
        if client_of(perez) == "sqlite3":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(perez.changing("JPEREZ", footer="<p>"))
        nothing_happens(perez, text)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_reader_who_keeps_a_file_from_being_written(perez: World) -> None:
    text = text_of(perez)
    with perez.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM Usuarios").all()
        nothing_happens(perez, text, "database is locked")


def test_a_value_that_the_erp_makes_another_one(perez: World) -> None:
    text = text_of(perez)
    for statement in spoiling(perez):
        perez.sql(statement)
    nothing_happens(perez, text, "the ERP does not keep what is written to server of JPEREZ")


def test_an_entry_of_the_audit_trail_that_is_refused(perez: World) -> None:
    text = text_of(perez)
    for statement in REFUSING[client_of(perez)]("JPEREZ"):
        perez.sql(statement)
    nothing_happens(perez, text)


REFUSING: dict[str, Callable[[str], list[str]]] = {
    "sqlite3": lambda code: [
        f"CREATE TRIGGER refusing BEFORE INSERT ON Auditorias WHEN NEW.Codigo = '{code}' "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END"
    ],
    "mysql": lambda code: [
        f"CREATE TRIGGER refusing BEFORE INSERT ON Auditorias FOR EACH ROW "
        f"IF NEW.Codigo = '{code}' THEN SIGNAL SQLSTATE '45000'; END IF"
    ],
    "psql": lambda code: [f"ALTER TABLE Auditorias ADD CHECK (Codigo <> '{code}')"],
}


@pytest.mark.parametrize("place", ["begin", "middle"])
def test_a_connection_that_is_lost_and_made_anew(perez: World, place: str) -> None:
    client = client_of(perez)
    if client == "sqlite3":
        return
    text = text_of(perez)
    begin = {"psql": "DO $efsync", "mysql": "START TRANSACTION;"}[client]
    mark = begin if place == "begin" or client == "psql" else "-- == The changes."
    assert text.count(mark) == 1
    nothing_happens(perez, text.replace(mark, ENDS[client] + mark))


def test_an_error_of_somebody_elses_before_it_takes_nothing_away(perez: World) -> None:
    shown = pasted(perez, BREAKS[client_of(perez)] + text_of(perez))
    assert outcomes(shown) == ["done: 2 accounts changed"], shown


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_transaction_of_ones_own_is_left_alone(perez: World) -> None:
    before = everything(perez)
    text = text_of(perez)
    nothing_happens(perez, f"BEGIN;\nUPDATE Usuarios SET Cargo = 'x';\n{text}ROLLBACK;\n", "a transaction is open")
    nothing_happens(perez, f"PRAGMA foreign_keys = ON;\nBEGIN;\n{text}COMMIT;\n", "a transaction is open")
    assert everything(perez) == before


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_would_keep_half_of_a_change_is_refused(perez: World) -> None:
    text = text_of(perez)
    perez.sql(
        "CREATE TRIGGER failing BEFORE INSERT ON Auditorias WHEN NEW.Codigo = 'JPEREZ' "
        "BEGIN SELECT raise (fail, 'no'); END"
    )
    nothing_happens(perez, text, "a trigger of the ERP raises FAIL")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_transaction_that_has_failed_before_it(perez: World) -> None:
    nothing_happens(perez, f"BEGIN;\nSELECT 1/0;\n{text_of(perez)}")


def test_a_script_that_is_pasted_twice_says_nothing_the_second_time(perez: World) -> None:
    text = text_of(perez)
    pasted(perez, text)
    nothing_happens(perez, text, "changed in the ERP since the plan was made")
