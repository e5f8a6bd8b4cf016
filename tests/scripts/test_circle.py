"""From a plan to a script, through the server's client, and back to a plan that has nothing to do."""

from typing import Any

import pytest

from tests.cli.inside import applied, assert_in_order, call_json
from tests.layouts.properties import PropertyWorld
from tests.scripts.running import run, scripted
from tests.world import SETTINGS, World

EVERYTHING = (
    "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n    server: smtp.acme.example\n"
    "    port: 587\n    ssl: true\n    domain: acme.example\n    header: <html>\n    signature: <p>ñ\n"
    "    footer: </html>\n"
)
NOTHING = "  JPEREZ:\n" + "".join(
    f"    {field}: null\n"
    for field in ("address", "password", "server", "port", "ssl", "domain", "header", "signature", "footer")
)


@pytest.fixture
def perez(world: World) -> World:
    """A user all of whose fields are desired, beside one whom no file names."""
    world.user("JPEREZ")
    world.user("MROJAS", address="mrojas@acme.example", password="clave-mrojas", port=25)
    world.environment["MAIL_JPEREZ"] = "clave-jperez"
    world.department(EVERYTHING)
    return world


def changed(world: World) -> None:
    """Make a script, run it, and expect that to go well."""
    done = run(world, scripted(world))
    assert (done.status, "done: 1 account changed" in done.out) == (0, True), (done.out, done.err)


def actions(world: World) -> dict[str, str]:
    return {change["user"]: change["action"] for change in call_json(world, "plan").json["changes"]}


def test_the_next_plan_after_a_script_only_remembers_what_it_did(perez: World) -> None:
    others = perez.live("MROJAS")
    changed(perez)
    live = perez.live("JPEREZ")
    assert (int(live.pop("port")), int(live.pop("ssl"))) == (587, 1)
    assert live == {
        "address": "jperez@acme.example", "password": "clave-jperez", "server": "smtp.acme.example",
        "domain": "acme.example", "header": "<html>", "signature": "<p>ñ", "footer": "</html>",
    }  # fmt: skip
    assert perez.live("MROJAS") == others
    assert actions(perez) == {"JPEREZ": "adopt"}
    applied(perez)
    assert_in_order(perez)


def test_every_field_can_be_changed_by_a_script(perez: World) -> None:
    applied(perez)
    perez.environment["MAIL_JPEREZ"] = "otra clave"
    perez.department(
        "  JPEREZ:\n    address: perez@acme.example\n    password: {env: MAIL_JPEREZ}\n    server: mail.acme.example\n"
        "    port: 465\n    ssl: false\n    domain: otra.example\n    header: <html><body>\n    signature: <b>ñ\n"
        "    footer: </body></html>\n"
    )
    changed(perez)
    assert (perez.live("JPEREZ")["password"], int(perez.live("JPEREZ")["ssl"])) == ("otra clave", 0)
    assert actions(perez) == {"JPEREZ": "adopt"}
    applied(perez)
    assert_in_order(perez)


def test_every_field_can_be_cleared_by_a_script(perez: World) -> None:
    applied(perez)
    perez.department(NOTHING)
    changed(perez)
    assert set(perez.live("JPEREZ").values()) == {None}
    assert not isinstance(perez, PropertyWorld) or perez.rows("JPEREZ") == set()
    applied(perez)
    assert_in_order(perez)


def test_an_account_that_left_the_files_is_cleared_by_a_script_and_then_forgotten(perez: World) -> None:
    perez.user("LDIAZ")
    perez.department(EVERYTHING + "  LDIAZ:\n    address: ldiaz@acme.example\n")
    applied(perez)
    perez.department("  LDIAZ:\n    address: ldiaz@acme.example\n")
    changed(perez)
    assert set(perez.live("JPEREZ").values()) == {None}
    assert actions(perez) == {"JPEREZ": "forget"}
    applied(perez)
    assert_in_order(perez)


def test_a_script_and_an_apply_of_one_plan_write_the_same(perez: World) -> None:
    fields: dict[str, Any] = dict.fromkeys(perez.live("JPEREZ"))
    changed(perez)
    by_script = perez.dump()
    perez.change("JPEREZ", tenant="ACME", **fields)
    perez.sql("DELETE FROM Campos_Propiedades WHERE rtrim(Cod_Reg) = 'JPEREZ'")
    applied(perez)
    assert perez.dump() == by_script


def test_a_script_runs_once(perez: World) -> None:
    made = scripted(perez)
    assert run(perez, made).status == 0
    before = perez.dump()
    again = run(perez, made)
    assert again.status != 0
    assert "JPEREZ changed in the ERP since the plan was made: " in again.out + again.err
    assert perez.dump() == before


def test_an_apply_of_the_scripted_plan_is_stale_once_the_script_was_run(perez: World) -> None:
    run(perez, scripted(perez))
    assert call_json(perez, "apply", "plan.json").codes == ["plan-stale"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_schema_that_the_target_names_is_the_one_of_the_file(perez: World) -> None:
    perez.write("efsync.toml", SETTINGS.replace("[targets.erp]", '[targets.erp]\nschema = "main"'))
    changed(perez)
    assert actions(perez) == {"JPEREZ": "adopt"}


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)  # where all of it is one statement
def test_a_script_for_many_accounts_is_no_trouble_to_client_and_server(world: World) -> None:
    codes = [f"U{number}" for number in range(150)]
    for code in codes:
        world.user(code, server="smtp.acme.example", port=25)
    world.department("".join(f"  {code}:\n    server: mail.acme.example\n    port: 465\n" for code in codes))
    done = run(world, scripted(world, "--allow-changed"))
    assert (done.status, "done: 150 accounts changed" in done.out) == (0, True), (done.out, done.err)
