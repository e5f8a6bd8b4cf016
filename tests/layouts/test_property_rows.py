"""Property rows are added, changed and deleted as needed, and nothing else in their table is touched."""

import pytest
from sqlalchemy import insert

from efsync.erp.demo.database import campos_propiedades
from tests.cli.inside import applied, assert_in_order, call, call_json, saved_plan
from tests.layouts.properties import PropertyWorld
from tests.world import SETTINGS

ALL = {
    "USU-MAILDIR", "USU-MAILCLA", "USU-MAILSRV", "USU-MAILPUE", "USU-MAILSSL", "USU-MAILDOM", "USU-MAILENC",
    "USU-MAILFIR", "USU-MAILPIE",
}  # fmt: skip


@pytest.fixture
def bodega(world: PropertyWorld) -> PropertyWorld:
    """A user without any property row, all of whose fields are desired."""
    world.user("0012")
    world.environment["MAIL_0012"] = "clave"
    world.department(
        "  0012:\n    address: bodega@acme.example\n    password: {env: MAIL_0012}\n    server: smtp.acme.example\n"
        "    port: 587\n    ssl: true\n    domain: acme.example\n    header: <html>\n    signature: <p>ñ\n"
        "    footer: </html>\n"
    )
    return world


def property_row(world: PropertyWorld, name: str, code: str, origin: str = "Usuarios", **values: object) -> None:
    with world.engine.begin() as connection:
        row = {"Cod_Pro": name, "Cod_Reg": code, "Origen": origin, "Tip_Pro": "C", **values}
        connection.execute(insert(campos_propiedades).values(row))


def test_every_field_gets_a_row_of_its_own(bodega: PropertyWorld) -> None:
    applied(bodega)
    assert bodega.rows("0012") == ALL
    assert bodega.live("0012") == {
        "address": "bodega@acme.example", "password": "clave", "server": "smtp.acme.example", "port": 587, "ssl": 1,
        "domain": "acme.example", "header": "<html>", "signature": "<p>ñ", "footer": "</html>",
    }  # fmt: skip
    assert_in_order(bodega)


def test_a_row_says_of_which_type_its_value_is(bodega: PropertyWorld) -> None:
    applied(bodega)
    kinds = {name.strip(): kind for name, kind in bodega.sql("SELECT Cod_Pro, Tip_Pro FROM Campos_Propiedades")}
    assert (kinds["USU-MAILSRV"], kinds["USU-MAILPUE"], kinds["USU-MAILSSL"], kinds["USU-MAILFIR"]) == tuple("CNLM")


def test_a_cleared_field_has_no_row_any_more(bodega: PropertyWorld) -> None:
    applied(bodega)
    bodega.department("  0012:\n    address: bodega@acme.example\n    server: null\n    signature: null\n")
    applied(bodega, "--allow-redirect", "0012")
    assert bodega.rows("0012") == ALL - {"USU-MAILSRV", "USU-MAILFIR"}
    assert_in_order(bodega)


def test_a_row_that_holds_something_else_too_stays_without_our_value(bodega: PropertyWorld) -> None:
    applied(bodega)
    bodega.sql("UPDATE Campos_Propiedades SET Val_Mem = 'nota' WHERE rtrim(Cod_Pro) = 'USU-MAILSRV'")
    bodega.department("  0012:\n    server: null\n")
    applied(bodega, "--allow-redirect", "0012")
    assert bodega.sql("SELECT Val_Car, Val_Mem FROM Campos_Propiedades WHERE rtrim(Cod_Pro) = 'USU-MAILSRV'") == [
        (None, "nota")
    ]
    assert_in_order(bodega)


def test_rows_of_other_users_properties_and_kinds_of_record_are_left_alone(bodega: PropertyWorld) -> None:
    bodega.user("MROJAS")
    property_row(bodega, "USU-MAILSRV", "MROJAS", Val_Car="smtp.viejo.example")
    property_row(bodega, "USU-DPTO", "0012", Val_Mem="BODEGA")
    property_row(bodega, "USU-MAILSRV", "0012", "Clientes", Val_Car="otra cosa")
    before = set(bodega.dump().splitlines())
    applied(bodega)
    assert before <= set(bodega.dump().splitlines())


def test_a_row_with_other_padding_and_case_is_the_same_row(bodega: PropertyWorld) -> None:
    property_row(bodega, "usu-mailsrv  ", "0012      ", "USUARIOS", Val_Car="smtp.viejo.example")
    change = call_json(bodega, "plan").json["changes"][0]
    before = {field["field"]: field["before"] for field in change["fields"]}
    assert before["server"] == "smtp.viejo.example"
    applied(bodega)
    ((count,),) = bodega.sql("SELECT count(*) FROM Campos_Propiedades WHERE lower(Cod_Pro) LIKE 'usu-mailsrv%'")
    assert count == 1
    assert_in_order(bodega)


def test_two_rows_of_one_property_are_refused(bodega: PropertyWorld) -> None:
    for server in ("uno", "dos"):
        property_row(bodega, "USU-MAILSRV", "0012", Val_Car=server)
    result = call_json(bodega, "plan")
    assert (result.status, result.codes) == (1, ["database"])
    assert result.json["problems"][0]["message"] == "user 0012 has 2 rows of the property USU-MAILSRV"


def test_a_user_of_two_tenants_is_refused_since_property_rows_do_not_tell_them_apart(bodega: PropertyWorld) -> None:
    bodega.user("0012", tenant="OTRA")
    before = bodega.dump()
    result = call_json(bodega, "apply", "--yes")
    assert (result.status, set(result.codes)) == (1, {"shared-user"})
    assert result.problem("shared-user")["line"] == 4
    assert bodega.dump() == before


def test_a_user_of_two_tenants_who_is_in_no_file_is_in_nobodys_way(bodega: PropertyWorld) -> None:
    bodega.user("MROJAS")
    bodega.user("MROJAS", tenant="OTRA")
    applied(bodega)


def test_drift_is_a_row_that_was_changed_or_deleted(bodega: PropertyWorld) -> None:
    applied(bodega)
    bodega.change("0012", port=25)
    bodega.sql("DELETE FROM Campos_Propiedades WHERE rtrim(Cod_Pro) = 'USU-MAILDOM'")
    drifted = call_json(bodega, "drift")
    fields = {each["field"]: each["live"] for each in drifted.json["accounts"][0]["fields"]}
    assert (drifted.status, fields) == (2, {"port": 25, "domain": None})


def test_no_password_is_read_without_secrets(bodega: PropertyWorld) -> None:
    applied(bodega)
    del bodega.environment["MAIL_0012"]
    assert call_json(bodega, "plan", "--without-secrets").json["changes"] == []


def test_a_row_added_by_somebody_else_meanwhile_is_waited_for_and_then_the_plan_is_stale(
    bodega: PropertyWorld,
) -> None:
    if bodega.url.startswith("sqlite"):
        bodega.sql("PRAGMA journal_mode = WAL")  # a reader does not wait there
    bodega.write("efsync.toml", SETTINGS.replace("tenant =", "statement_timeout = 1\ntenant ="))
    saved_plan(bodega)
    with bodega.engine.begin() as connection:
        row = {"Cod_Pro": "USU-MAILSRV", "Cod_Reg": "0012", "Origen": "Usuarios", "Val_Car": "otro.example"}
        connection.execute(insert(campos_propiedades).values(row))
        waiting = call_json(bodega, "apply", "plan.json")
        assert (waiting.status, waiting.json["status"]) == (1, "failed")
    stale = call_json(bodega, "apply", "plan.json")
    assert (stale.status, stale.codes) == (1, ["plan-stale"])
    assert bodega.rows("0012") == {"USU-MAILSRV"}


def test_a_property_whose_code_is_too_long_for_its_column_is_refused(bodega: PropertyWorld) -> None:
    bodega.write(
        "efsync.toml",
        SETTINGS + '\n[targets.erp.columns]\nserver = {property = "USU-MAIL-SERVER-FOR-SENDING", value = "Val_Car"}\n',
    )
    result = call(bodega, "plan")
    assert result.status == 1
    assert "the property USU-MAIL-SERVER-FOR-SENDING is longer than the 20 characters of Cod_Pro" in result.err


def test_two_fields_can_share_a_row_with_a_value_column_each(bodega: PropertyWorld) -> None:
    bodega.write(
        "efsync.toml",
        SETTINGS
        + "\n[targets.erp.columns]\n"
        + 'server = {property = "USU-MAIL", value = "Val_Car"}\nport = {property = "USU-MAIL", value = "Val_Num"}\n',
    )
    applied(bodega)
    assert bodega.sql("SELECT Val_Car, Val_Num FROM Campos_Propiedades WHERE rtrim(Cod_Pro) = 'USU-MAIL'") == [
        ("smtp.acme.example", 587)
    ]
    bodega.department("  0012:\n    server: null\n")
    applied(bodega, "--allow-redirect", "0012")
    assert bodega.sql("SELECT Val_Car, Val_Num FROM Campos_Propiedades WHERE rtrim(Cod_Pro) = 'USU-MAIL'") == [
        (None, 587)
    ]
    bodega.department("  0012:\n    server: null\n    port: null\n")
    applied(bodega, "--allow-redirect", "0012")
    assert "USU-MAIL" not in bodega.rows("0012")
    assert_in_order(bodega)
