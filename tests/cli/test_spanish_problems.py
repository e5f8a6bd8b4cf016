"""Problems as people read them with EFSYNC_LANG=es, and as programs do."""

import sqlite3
from collections.abc import Callable

import pytest

from tests.mail.mail_servers import free_port
from tests.world import SETTINGS, World

JPEREZ = "  JPEREZ:\n    address: jperez@acme.example\n"
MROJAS = "  MROJAS:\n    address: mrojas@acme.example\n"


@pytest.fixture
def two(world: World) -> World:
    """JPEREZ and MROJAS, applied; whoever reads wants Spanish."""
    for code in ("JPEREZ", "MROJAS"):
        world.user(code)
    world.department(JPEREZ + MROJAS)
    world.apply()
    world.environment["EFSYNC_LANG"] = "es"
    return world


def _no_column(world: World) -> None:
    world.write("efsync.toml", f'{SETTINGS}\n[targets.erp.columns]\nport = "Puerto"\n')


def _no_database(world: World) -> None:
    world.write("efsync.toml", SETTINGS.replace("erp.db", "otra.db"))


def _newer_state(world: World) -> None:
    with sqlite3.connect(world.folder / ".efsync" / "state.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _open_element(world: World) -> None:
    world.department(f"{JPEREZ}    signature: <b>José\n")


@pytest.mark.parametrize(
    ("break_it", "command", "code", "english", "spanish", "remedy"),
    [
        pytest.param(
            _no_column,
            "plan",
            "database",
            "the table Usuarios has no column Puerto, which is mapped to port",
            "la tabla Usuarios no tiene la columna Puerto, asignada a port",
            "",
            id="erp",
        ),
        pytest.param(
            _no_database,
            "plan",
            "database",
            "the ERP database: there is no database file otra.db",
            "la base de datos del ERP: no existe el archivo de base de datos otra.db",
            "revise la url en efsync.toml; `efsync demo` crea el ERP de demostración",
            id="database",
        ),
        pytest.param(
            _newer_state,
            "plan",
            "state-version",
            "the state is of a newer efsync (revision 9999; this one knows",
            "el estado es de un efsync más nuevo (revisión 9999; este conoce",
            "use el efsync más nuevo",
            id="state",
        ),
        pytest.param(
            _open_element,
            "validate",
            "html-unclosed",
            "signature: <b> is not closed",
            "signature: <b> no se cierra",
            "ciérrelo en el mismo texto; lo que queda abierto se traga lo que sigue",
            id="mail",
        ),
    ],
)
def test_what_is_wrong_is_said_in_spanish_to_people_and_in_english_to_programs(
    two: World, break_it: Callable[[World], None], command: str, code: str, english: str, spanish: str, remedy: str
) -> None:
    break_it(two)
    assert two.json(command).problem(code)["message"].startswith(english)
    shown = two.run(command)
    assert shown.status == 1
    said = " ".join((shown.out + shown.err).split())
    assert spanish in said
    assert remedy in said


def test_a_saved_plan_says_its_warnings_in_the_language_of_whoever_looks_at_it(two: World) -> None:
    two.department(JPEREZ)
    two.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'MROJAS%'")
    two.run("plan", "--out", "plan.json")
    plan = (two.folder / "plan.json").read_text(encoding="utf-8")
    english = "MROJAS is in no file any more and the ERP has no such user: it will be forgotten"
    spanish = "MROJAS ya no está en ningún archivo y el ERP no tiene tal usuario: se olvidará"
    assert english in plan
    assert spanish not in plan
    shown = [two.run("show", "plan.json", EFSYNC_LANG=language) for language in ("es", "en")]
    assert [spanish in " ".join(each.err.split()) for each in shown] == [True, False]
    assert [english in " ".join(each.err.split()) for each in shown] == [False, True]
    assert two.json("show", "plan.json").out == two.json("show", "plan.json", EFSYNC_LANG="en").out == plan
    assert two.run("apply", "plan.json", "--yes").status == 0


def test_a_plan_as_json_is_the_same_in_every_language(two: World) -> None:
    two.department(JPEREZ)
    two.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'MROJAS%'")
    one, other = (two.json("plan", EFSYNC_LANG=language).json for language in ("es", "en"))
    varying = {"created_at": None, "plan_id": None}
    assert one["problems"]
    assert one | varying == other | varying


def test_a_probe_says_in_spanish_why_a_server_can_not_be_reached(two: World) -> None:
    port = free_port()
    two.write("efsync.toml", f'{SETTINGS}\n[probe]\nservers = ["localhost"]\n')
    two.department(JPEREZ, more=f"defaults:\n  server: localhost\n  port: {port}\n  ssl: true\n")
    (result,) = two.json("probe").json["results"]
    assert result["message"] == f"refuses connections to port {port}"
    assert f"rechaza conexiones al puerto {port}" in two.run("probe").out
