"""`efsync rollback`: out of a mistake by one plan, through the same brakes and checks as any other."""

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import Result, World

PORT = "--allow-redirect=MROJAS"


def last_run(world: World) -> str:
    """The name of the newest run."""
    return str(call_json(world, "history", "--last", "1").json["runs"][0]["run"])


def rolled_back(world: World, run: str, *overrides: str) -> Result:
    """Roll a run back, and apply that."""
    planned = call_json(world, "rollback", run, "--out", "back.json")
    assert planned.status == 0, planned.out
    result = call_json(world, "apply", "back.json", *overrides)
    assert result.status == 0, result.out
    return planned


@pytest.fixture
def mistaken(sales: World) -> World:
    """The company of `sales`, applied, and then with a mistake: other servers, and a signature that is gone."""
    sales.department(
        "  MROJAS:\n    address: mrojas@acme.example\n    port: 587\n    signature: <p>María</p>\n"
        "  JPEREZ:\n    address: jperez@acme.example\n"
    )
    applied(sales, PORT)
    sales.department(
        "  MROJAS:\n    address: otra@acme.example\n    port: 2525\n    signature: null\n"
        "  JPEREZ:\n    address: jperez@acme.example\n"
    )
    applied(sales, PORT)
    return sales


def test_a_rollback_restores_every_field_that_the_run_replaced(mistaken: World) -> None:
    planned = rolled_back(mistaken, last_run(mistaken), PORT)
    (change,) = planned.json["changes"]
    assert [(each["field"], each["after"], each["origin"]) for each in change["fields"]] == [
        ("address", "mrojas@acme.example", "rollback"),
        ("port", 587, "rollback"),
        ("signature", "<p>María</p>", "rollback"),
    ]
    live = mistaken.live("MROJAS")
    assert (live["address"], int(live["port"]), live["signature"]) == ("mrojas@acme.example", 587, "<p>María</p>")
    assert call_json(mistaken, "drift").status == 0


def test_planning_a_rollback_writes_nothing(mistaken: World) -> None:
    before = mistaken.dump()
    result = call(mistaken, "rollback", last_run(mistaken))
    assert (result.status, mistaken.dump()) == (0, before)
    assert "~ MROJAS  as it was before the run\n" in result.out
    assert result.err.endswith("Save it with --out FILE, then: efsync apply FILE\n")
    assert len(call_json(mistaken, "history").json["runs"]) == 2


def test_what_the_files_say_is_planned_again_afterwards(mistaken: World) -> None:
    rolled_back(mistaken, last_run(mistaken), PORT)
    (change,) = call_json(mistaken, "plan").json["changes"]
    assert {each["origin"] for each in change["fields"]} == {"config"}
    applied(mistaken, PORT)
    assert_in_order(mistaken)


def test_that_the_files_want_it_again_is_said_with_the_plan_and_after_its_apply(mistaken: World) -> None:
    said = "the next plan wants again what it undoes: revert the commit that brought it"
    planned = call(mistaken, "rollback", last_run(mistaken), "--out", "back.json")
    done = call(mistaken, "apply", "back.json", PORT)
    assert (said in planned.out, said in done.out, done.status) == (True, True, 0)
    assert said in call(mistaken, "show", "back.json", "--format", "markdown").out
    assert said not in call(mistaken, "apply", "--yes", PORT).out


def test_import_brings_what_was_rolled_back_into_the_files(mistaken: World) -> None:
    rolled_back(mistaken, last_run(mistaken), PORT)
    assert call(mistaken, "import", "--write").status == 0
    assert_in_order(mistaken)


def test_a_field_that_moved_again_is_named_and_restored(mistaken: World) -> None:
    run = last_run(mistaken)
    mistaken.change("MROJAS", address="tercera@acme.example")
    planned = rolled_back(mistaken, run, PORT)
    assert planned.problem("moved-since")["message"] == "address of MROJAS changed again since that run"
    assert mistaken.live("MROJAS")["address"] == "mrojas@acme.example"


def test_a_field_that_is_back_already_is_left_alone(mistaken: World) -> None:
    run = last_run(mistaken)
    mistaken.change("MROJAS", address="mrojas@acme.example", port=587, signature="<p>María</p>")
    result = call_json(mistaken, "rollback", run)
    assert (result.status, result.json["changes"]) == (0, [])


def test_the_brakes_hold_a_rollback_too(mistaken: World) -> None:
    run = last_run(mistaken)
    result = call_json(mistaken, "rollback", run, "--out", "back.json")
    assert result.problem("brake-redirect")["severity"] == "warning"
    before = mistaken.dump()
    refused = call_json(mistaken, "apply", "back.json")
    assert (refused.status, refused.json["status"], mistaken.dump()) == (1, "refused", before)


def test_a_rollback_that_went_stale_is_refused(mistaken: World) -> None:
    call_json(mistaken, "rollback", last_run(mistaken), "--out", "back.json")
    mistaken.change("MROJAS", address="tercera@acme.example")
    refused = call_json(mistaken, "apply", "back.json", PORT)
    assert (refused.status, refused.codes) == (1, ["plan-stale"])
    assert call_json(mistaken, "drift").status == 2


def test_a_rollback_can_be_rolled_back(mistaken: World) -> None:
    rolled_back(mistaken, last_run(mistaken), PORT)
    rolled_back(mistaken, last_run(mistaken), PORT)
    assert mistaken.live("MROJAS")["address"] == "otra@acme.example"
    assert_in_order(mistaken)


def test_an_account_that_a_run_cleared_comes_back(sales: World) -> None:
    applied(sales)
    cleared = sales.live("MROJAS")
    sales.department("  JPEREZ:\n    address: jperez@acme.example\n")
    sales.department("  OTRO:\n    address: x@acme.example\n", name="COMPRAS")
    sales.user("OTRO", department="COMPRAS")
    applied(sales)
    assert sales.live("MROJAS")["address"] is None
    rolled_back(sales, last_run(sales), PORT)
    assert sales.live("MROJAS") == cleared
    account = call_json(sales, "state", "show", "MROJAS").json
    assert account["password_reference"] == {"env": "MAIL_MROJAS"}
    (planned,) = (each for each in call_json(sales, "plan").json["changes"] if each["user"] == "MROJAS")
    assert planned["action"] == "clear"


def renewed(world: World) -> str:
    """Give MROJAS a new password from another reference; the run that did it."""
    applied(world)
    world.environment["MAIL_NUEVA"] = "clave-nueva"
    world.department("  MROJAS:\n    password: {env: MAIL_NUEVA}\n  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n")
    applied(world)
    return last_run(world)


def test_a_password_comes_back_from_the_reference_of_the_time(sales: World) -> None:
    run = renewed(sales)
    planned = rolled_back(sales, run)
    (change,) = planned.json["changes"]
    assert change["password_reference"] == {"env": "MAIL_MROJAS"}
    assert sales.live("MROJAS")["password"] == "clave-mrojas"
    assert "clave-mrojas" not in planned.out


@pytest.mark.parametrize(
    ("now", "why"),
    [("otra-clave", "has another one now"), ("", "can't be read")],
)
def test_a_password_that_the_reference_has_no_more_stays_and_the_warning_names_the_commit(
    sales: World, now: str, why: str
) -> None:
    run = renewed(sales)
    sales.environment["MAIL_MROJAS"] = now
    result = call_json(sales, "rollback", run)
    assert (result.status, result.json["changes"]) == (0, [])
    first = call_json(sales, "history").json["runs"][-1]["run"]
    message = result.problem("not-restored")["message"]
    assert message.startswith("the password of MROJAS does not come back: env MAIL_MROJAS, where it was in ")
    assert message.endswith(f"run {first}, {why}")


def test_a_password_that_was_clicked_in_does_not_come_back(sales: World) -> None:
    sales.change("MROJAS", password="clave-de-la-pantalla")
    applied(sales)
    result = call_json(sales, "rollback", last_run(sales))
    message = result.problem("not-restored")["message"]
    assert message == "the password of MROJAS does not come back: efsync never had it"
    assert "clave-de-la-pantalla" not in result.out


def test_a_user_who_is_gone_is_named(mistaken: World) -> None:
    run = last_run(mistaken)
    mistaken.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'MROJAS%'")
    result = call_json(mistaken, "rollback", run)
    assert result.problem("not-restored")["message"].startswith("MROJAS is no longer a user of the ERP")
    assert result.json["changes"] == []


def test_a_run_that_changed_nothing_in_the_erp_is_refused(mistaken: World) -> None:
    mistaken.sql("CREATE TRIGGER keeps AFTER UPDATE ON Usuarios BEGIN UPDATE Usuarios SET Dir_Cor = 1; END")
    mistaken.department("  MROJAS:\n    address: nueva@acme.example\n")
    call(mistaken, "apply", "--yes")
    result = call_json(mistaken, "rollback", last_run(mistaken))
    assert (result.status, result.codes, result.json["changes"]) == (1, ["not-applied"], [])


def test_a_run_whose_changes_were_pruned_is_refused(mistaken: World) -> None:
    call(mistaken, "history", "--prune-before", "2999-01-01", "--yes")
    assert call_json(mistaken, "rollback", last_run(mistaken)).codes == ["not-applied"]


def test_a_run_that_is_not_there_is_refused(mistaken: World) -> None:
    assert call_json(mistaken, "rollback", "1999").codes == ["selection"]
