"""A script checks what apply checks, when it is run: it names the account, and nothing is written."""

from typing import Any

import pytest

from tests.layouts.properties import PropertyWorld
from tests.scripts.running import client_of, run, scripted
from tests.world import World

MOVES: dict[str, Any] = {
    "address": "otra@acme.example",
    "password": "Clave",
    "server": "SMTP.acme.example",
    "port": 2525,
    "ssl": 0,
    "domain": "acmé.example",
    "header": "<html>\n",
    "signature": None,
}


@pytest.fixture
def perez(world: World) -> World:
    """Two accounts that change, in every field but the footer."""
    for code in ("AMORA", "JPEREZ"):
        world.user(
            code, address=f"{code}@acme.example", password="clave", server="smtp.acme.example", port=25, ssl=1,
            domain="acme.example", header="<html>", signature="<p>",
        )  # fmt: skip
        world.environment[f"MAIL_{code}"] = f"nueva-{code}"
    fields = (
        "    server: mail.acme.example\n    port: 465\n    ssl: false\n    domain: otra.example\n"
        "    header: <html><body>\n    signature: <b>\n"
    )
    world.department(
        "".join(
            f"  {code}:\n    address: nueva-{code}@acme.example\n    password: {{env: MAIL_{code}}}\n{fields}"
            for code in ("AMORA", "JPEREZ")
        )
    )
    return world


def stopped(world: World, made: Any, message: str, **values: Any) -> None:
    """Run a script that has to stop with `message` and write nothing."""
    before = world.dump()
    result = run(world, made, **values)
    assert result.status != 0
    assert message in result.out + result.err
    assert "done" not in result.out
    assert world.dump() == before


def test_a_value_that_moved_stops_the_script_with_account_and_field(perez: World) -> None:
    before = perez.live("JPEREZ")
    made = scripted(perez)
    for field, value in MOVES.items():
        perez.change("JPEREZ", **{field: value})
        stopped(perez, made, f"JPEREZ changed in the ERP since the plan was made: {field}")
        perez.change("JPEREZ", **{field: before[field]})
    assert run(perez, made).status == 0


def test_a_field_that_the_plan_does_not_change_may_move(perez: World) -> None:
    made = scripted(perez)
    perez.change("JPEREZ", footer="</html>")
    assert run(perez, made).status == 0


def test_padding_does_not_count_as_moved(perez: World) -> None:
    made = scripted(perez)
    perez.change("JPEREZ", server="smtp.acme.example   ", password="clave ")
    assert run(perez, made).status == 0


def test_a_row_that_is_gone_stops_the_script(perez: World) -> None:
    made = scripted(perez)
    perez.sql("DELETE FROM Usuarios WHERE rtrim(Cod_Usu) = 'JPEREZ'")
    stopped(perez, made, "JPEREZ is no longer a user of the ERP")


def test_a_row_that_is_there_twice_stops_the_script(perez: World) -> None:
    made = scripted(perez)
    perez.sql("INSERT INTO Usuarios (Cod_Usu, Cod_Cli) VALUES ('JPEREZ    ', 'ACME      ')")
    stopped(perez, made, "JPEREZ is no longer a user of the ERP")


@pytest.mark.parametrize("world", ["properties"], indirect=True)
def test_a_property_row_that_is_gone_or_new_stops_the_script(perez: World) -> None:
    perez.sql("DELETE FROM Campos_Propiedades WHERE rtrim(Cod_Reg) = 'JPEREZ' AND rtrim(Cod_Pro) = 'USU-MAILDOM'")
    made = scripted(perez)
    row = "INSERT INTO Campos_Propiedades (Cod_Pro, Cod_Reg, Origen) VALUES ('USU-MAILDOM', 'jperez', 'usuarios')"
    perez.sql(row)
    stopped(perez, made, "JPEREZ changed in the ERP since the plan was made: domain")
    perez.sql(
        "DELETE FROM Campos_Propiedades WHERE upper(Cod_Reg) LIKE 'JPEREZ%' "
        "AND rtrim(Cod_Pro) IN ('USU-MAILDOM', 'USU-MAILSRV')"
    )
    stopped(perez, made, "JPEREZ changed in the ERP since the plan was made: server")


def test_a_new_password_stops_where_its_server_moved_though_the_plan_does_not_change_that(world: World) -> None:
    world.user("JPEREZ", address="jperez@acme.example", server="smtp.acme.example", port=25)
    world.environment["MAIL_JPEREZ"] = "clave"
    world.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n    server: smtp.acme.example\n    port: 25\n")
    made = scripted(world)
    world.change("JPEREZ", server="smtp.ladron.example")
    stopped(world, made, "JPEREZ changed in the ERP since the plan was made: server")


def test_a_new_server_stops_where_the_password_moved_that_would_go_there(world: World) -> None:
    world.user("JPEREZ", server="smtp.acme.example")
    world.department("  JPEREZ:\n    server: mail.acme.example\n")
    made = scripted(world)
    world.change("JPEREZ", password="clave")
    stopped(world, made, "JPEREZ changed in the ERP since the plan was made: password")


def test_what_the_erp_does_not_keep_rolls_everything_back(perez: World) -> None:
    made = scripted(perez)
    for statement in spoiling(perez):
        perez.sql(statement)
    stopped(perez, made, "the ERP does not keep what is written to server of JPEREZ")


def spoiling(world: World) -> list[str]:
    """A trigger that makes something else of what is written to the server of JPEREZ."""
    client = client_of(world)
    in_rows = isinstance(world, PropertyWorld)
    table, key, column = ("Campos_Propiedades", "Cod_Reg", "Val_Car") if in_rows else ("Usuarios", "Cod_Usu", "Ser_Cor")
    spoils = f"rtrim(NEW.{key}) = 'JPEREZ' AND NEW.{column} = 'mail.acme.example'"
    head = f"CREATE TRIGGER spoiling {'AFTER' if client == 'sqlite3' else 'BEFORE'} UPDATE ON {table}"
    if client == "sqlite3":
        return [f"{head} WHEN {spoils} BEGIN UPDATE {table} SET {column} = 'otro' WHERE rowid = NEW.rowid; END"]
    if client == "mysql":
        return [f"{head} FOR EACH ROW SET NEW.{column} = IF({spoils}, 'otro', NEW.{column})"]
    body = f"BEGIN NEW.{column} = 'otro'; RETURN NEW; END"
    return [
        f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"{head} FOR EACH ROW WHEN ({spoils}) EXECUTE FUNCTION spoil()",
    ]
