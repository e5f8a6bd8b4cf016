"""People who leave: accounts whose user is inactive or suspended in the ERP."""

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import SETTINGS, World


@pytest.fixture
def leaver(sales: World) -> World:
    """The company of `sales`, applied; MROJAS is inactive since, and her secret is gone."""
    applied(sales)
    sales.sql("UPDATE Usuarios SET Status = 'I' WHERE Cod_Usu LIKE 'MROJAS%'")
    return sales


def test_plan_and_drift_list_them(leaver: World) -> None:
    planned = call_json(leaver, "plan")
    assert (planned.json["changes"], planned.codes) == ([], ["inactive-user"])
    assert planned.problem("inactive-user")["line"] == 11
    drifted = call_json(leaver, "drift")
    assert (drifted.status, drifted.codes) == (0, ["inactive-user"])
    assert "plan --inactive clear" in drifted.problem("inactive-user")["hint"]


@pytest.mark.parametrize("status", ["I", "S"])
def test_clearing_empties_what_the_file_manages_and_nothing_is_left_to_do(leaver: World, status: str) -> None:
    leaver.sql("UPDATE Usuarios SET Status = ? WHERE Cod_Usu LIKE 'MROJAS%'", status)
    leaver.environment.pop("MAIL_MROJAS")
    text = call(leaver, "plan", "--inactive", "clear").out
    assert "  - MROJAS  not active in the ERP: cleared  accounts/ventas.yaml:11\n" in text
    applied(leaver, "--inactive", "clear")
    live = leaver.live("MROJAS")
    assert [live[field] for field in ("address", "password", "server", "port")] == [None] * 4
    again = call_json(leaver, "plan", "--inactive", "clear", "--detailed-exitcode")
    assert (again.status, again.json["changes"]) == (0, [])
    assert call_json(leaver, "state", "show", "MROJAS").status == 1


def test_the_setting_does_the_same_and_the_option_wins(leaver: World) -> None:
    leaver.write("efsync.toml", SETTINGS + '\n[safety]\ninactive = "clear"\n')
    assert [change["action"] for change in call_json(leaver, "plan").json["changes"]] == ["clear"]
    assert call_json(leaver, "plan", "--inactive", "keep").json["changes"] == []


def test_who_comes_back_gets_the_account_again(leaver: World) -> None:
    applied(leaver, "--inactive", "clear")
    leaver.sql("UPDATE Usuarios SET Status = 'A' WHERE Cod_Usu LIKE 'MROJAS%'")
    applied(leaver, "--inactive", "clear")
    assert leaver.live("MROJAS")["address"] == "mrojas@acme.example"
    assert_in_order(leaver)


def test_an_account_that_was_emptied_by_hand_is_only_forgotten(leaver: World) -> None:
    leaver.change("MROJAS", address=None, password=None, server=None, port=None, ssl=None)
    (change,) = call_json(leaver, "plan", "--inactive", "clear").json["changes"]
    assert change["action"] == "forget"
    assert "MROJAS  not active in the ERP: forgotten" in call(leaver, "plan", "--inactive", "clear").out


def test_the_brake_on_cleared_accounts_counts_them(leaver: World) -> None:
    leaver.write("efsync.toml", SETTINGS + "\n[safety]\nmax_cleared_accounts = 0\n")
    result = call_json(leaver, "apply", "--yes", "--inactive", "clear")
    assert (result.status, "brake-cleared" in result.codes) == (1, True)
    assert leaver.live("MROJAS")["address"] == "mrojas@acme.example"


def test_an_account_that_was_never_applied_is_emptied_of_what_its_file_manages_only(sales: World) -> None:
    sales.change("MROJAS", signature="<p>la suya</p>")
    sales.sql("UPDATE Usuarios SET Status = 'I' WHERE Cod_Usu LIKE 'MROJAS%'")
    applied(sales, "--inactive", "clear")
    live = sales.live("MROJAS")
    assert (live["address"], live["signature"]) == (None, "<p>la suya</p>")


def test_one_word_for_all_targets_is_the_settings(leaver: World) -> None:
    assert call(leaver, "plan", "--all-targets", "--inactive", "clear").status == 1
    assert call(leaver, "plan", "--out", "plan.json").status == 0
    assert call(leaver, "apply", "plan.json", "--inactive", "clear").status == 1


def test_without_secrets_the_password_is_cleared_all_the_same(leaver: World) -> None:
    (change,) = call_json(leaver, "plan", "--inactive", "clear", "--without-secrets").json["changes"]
    assert "password" in [field["field"] for field in change["fields"]]
