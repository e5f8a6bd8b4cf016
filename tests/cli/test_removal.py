"""Accounts that leave the files."""

from typing import Any

import pytest

from tests.cli.inside import applied, assert_in_order, call_json
from tests.world import World

JPEREZ = "  JPEREZ:\n    address: jperez@acme.example\n    port: 587\n"
MROJAS = "  MROJAS:\n    address: mrojas@acme.example\n"


@pytest.fixture
def two(world: World) -> World:
    """JPEREZ and MROJAS, applied; each also has a domain that efsync does not manage."""
    world.user("JPEREZ", domain="kept.example")
    world.user("MROJAS", domain="kept.example")
    world.department(JPEREZ + MROJAS)
    applied(world)
    return world


def _remove(world: World, more: str = "") -> None:
    world.department(JPEREZ, more=more)


def _fields(world: World, code: str) -> dict[str, Any]:
    return {field: value for field, value in world.live(code).items() if value is not None}


def test_a_user_taken_out_of_its_file_is_cleared_of_what_was_applied_and_of_nothing_else(two: World) -> None:
    _remove(two)
    (change,) = call_json(two, "plan").json["changes"]
    assert (change["action"], change["user"], change["location"]) == ("clear", "MROJAS", None)
    assert change["fields"] == [
        {"field": "address", "before": "mrojas@acme.example", "after": None, "origin": "config", "sensitive": False}
    ]
    assert applied(two).json["summary"]["cleared"] == 1
    assert _fields(two, "MROJAS") == {"domain": "kept.example"}
    assert _fields(two, "JPEREZ")["address"] == "jperez@acme.example"
    assert_in_order(two)


def test_a_deleted_file_clears_its_accounts(two: World) -> None:
    (two.folder / "accounts" / "ventas.yaml").unlink()
    assert applied(two).json["summary"]["cleared"] == 2
    assert _fields(two, "JPEREZ") == _fields(two, "MROJAS") == {"domain": "kept.example"}
    assert_in_order(two)


def test_on_removal_forget_leaves_the_erp_as_it_is(two: World) -> None:
    two.department(JPEREZ + MROJAS, more="on_removal: forget\n")
    applied(two)
    _remove(two, more="on_removal: forget\n")
    before = two.dump()
    planned = call_json(two, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"][0]["action"]) == (2, "forget")
    assert applied(two).json["summary"]["forgotten"] == 1
    assert two.dump() == before
    assert_in_order(two)


def test_a_changed_on_removal_counts_once_it_was_applied_even_if_the_file_is_deleted(two: World) -> None:
    two.department(JPEREZ + MROJAS, more="on_removal: forget\n")
    assert applied(two).json["summary"]["adopted"] == 2
    (two.folder / "accounts" / "ventas.yaml").unlink()
    before = two.dump()
    assert applied(two).json["summary"]["forgotten"] == 2
    assert two.dump() == before


def test_an_on_removal_that_changes_together_with_the_removal_is_the_one_that_was_applied(two: World) -> None:
    two.department(JPEREZ, more="on_removal: forget\n")
    assert applied(two).json["summary"]["cleared"] == 1


def test_a_user_that_left_the_file_and_the_erp_is_forgotten_with_a_warning(two: World) -> None:
    _remove(two)
    two.sql("DELETE FROM Usuarios WHERE rtrim(Cod_Usu) = 'MROJAS'")
    planned = call_json(two, "plan")
    assert planned.problem("unknown-user")["severity"] == "warning"
    assert [change["action"] for change in planned.json["changes"]] == ["forget"]
    applied(two)
    assert [account["user"] for account in call_json(two, "state", "list").json["accounts"]] == ["JPEREZ"]
    assert_in_order(two)


def test_a_user_that_left_the_erp_but_not_the_file_is_an_error(two: World) -> None:
    two.sql("DELETE FROM Usuarios WHERE rtrim(Cod_Usu) = 'MROJAS'")
    planned = call_json(two, "plan")
    assert (planned.status, planned.problem("unknown-user")["severity"]) == (1, "error")
    assert planned.problem("unknown-user")["line"] == 7
    drifted = call_json(two, "drift")
    assert (drifted.status, drifted.problem("unknown-user")["severity"]) == (2, "warning")
    (gone,) = drifted.json["accounts"]
    assert gone["user"] == "MROJAS"
    assert all(field["live"] is None for field in gone["fields"])


def test_a_selection_clears_nothing_that_it_leaves_out(two: World) -> None:
    _remove(two)
    for selection in (("--user", "JPEREZ"), ("--department", "VENTAS", "--user", "JPEREZ")):
        assert call_json(two, "plan", *selection).json["changes"] == []
    two.user("LDIAZ", department="COMPRAS")
    assert call_json(two, "plan", "--department", "COMPRAS").json["changes"] == []
    assert [change["user"] for change in call_json(two, "plan", "-u", "mrojas").json["changes"]] == ["MROJAS"]


def test_a_selection_that_names_nobody_is_an_error(two: World) -> None:
    result = call_json(two, "plan", "--user", "MROJA", "--department", "VENTSA")
    assert (result.status, result.codes) == (1, ["selection", "selection"])


def test_an_account_that_was_never_applied_is_only_counted(two: World) -> None:
    two.user("LDIAZ", address="ldiaz@acme.example")
    planned = call_json(two, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["summary"]["unmanaged"]) == (0, 1)


def test_what_is_empty_already_is_only_forgotten(two: World) -> None:
    _remove(two)
    two.change("MROJAS", address="   ")
    assert [change["action"] for change in call_json(two, "plan").json["changes"]] == ["forget"]
    applied(two)
    assert two.live("MROJAS")["address"] == "   "


def test_a_value_that_the_erp_changed_is_cleared_with_both_named_as_origin(two: World) -> None:
    _remove(two)
    two.change("MROJAS", address="by-hand@acme.example")
    (change,) = call_json(two, "plan").json["changes"]
    assert change["fields"][0]["origin"] == "both"
    applied(two)
    assert_in_order(two)


def test_an_account_that_comes_back_is_new(two: World) -> None:
    _remove(two)
    applied(two)
    two.department(JPEREZ + MROJAS)
    (change,) = call_json(two, "plan").json["changes"]
    assert {field["origin"] for field in change["fields"]} == {"new"}
    applied(two)
    assert_in_order(two)


def test_a_field_taken_out_of_an_account_stays_and_is_no_longer_watched(two: World) -> None:
    two.department("  JPEREZ:\n    address: jperez@acme.example\n" + MROJAS)
    applied(two)
    assert two.live("JPEREZ")["port"] == 587
    two.change("JPEREZ", port=25)
    assert_in_order(two)


def test_a_password_that_leaves_is_cleared_though_no_secret_is_read_for_it(sales: World) -> None:
    applied(sales)
    sales.department(
        "  MROJAS:\n    address: mrojas@acme.example\n    password: {env: MAIL_MROJAS}\n",
        more="defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n",
    )
    del sales.environment["MAIL_JPEREZ"]
    applied(sales)
    assert set(sales.live("JPEREZ").values()) == {None}
    assert_in_order(sales)
