"""A plan without secrets, and the key that fingerprints are made with."""

from typing import Any

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import World


def _forbid_secrets(world: World) -> None:
    """Take away all that a plan with secrets needs."""
    world.environment.clear()
    (world.folder / ".efsync" / "key").unlink(missing_ok=True)


def _password(world: World, user: str) -> Any:
    changes = {change["user"]: change for change in call_json(world, "plan", "--without-secrets").json["changes"]}
    if user not in changes:
        return None
    found = [field for field in changes[user]["fields"] if field["field"] == "password"]
    return found[0] if found else None


def test_it_needs_neither_variables_nor_the_key_and_makes_none(sales: World) -> None:
    _forbid_secrets(sales)
    result = call_json(sales, "plan", "--without-secrets")
    assert result.status == 0
    assert not (sales.folder / ".efsync").exists()
    assert _password(sales, "JPEREZ") == {
        "field": "password", "before": None, "after": None, "origin": "new", "sensitive": True, "unknown": True,
    }  # fmt: skip
    assert "known at apply" in call(sales, "plan", "--without-secrets").out


def test_the_reference_that_was_applied_counts_as_unchanged(sales: World) -> None:
    applied(sales)
    _forbid_secrets(sales)
    assert call_json(sales, "plan", "--without-secrets", "--detailed-exitcode").status == 0


def test_another_reference_is_known_at_apply(sales: World) -> None:
    applied(sales)
    _forbid_secrets(sales)
    file = sales.folder / "accounts" / "ventas.yaml"
    file.write_text(file.read_text().replace("MAIL_JPEREZ", "MAIL_JPEREZ_2"))
    assert _password(sales, "JPEREZ")["unknown"]
    assert _password(sales, "MROJAS") is None


def test_a_reference_that_is_not_allowed_is_an_error_all_the_same(sales: World) -> None:
    file = sales.folder / "accounts" / "ventas.yaml"
    file.write_text(file.read_text().replace("MAIL_JPEREZ", "AWS_SECRET_ACCESS_KEY"))
    assert call_json(sales, "plan", "--without-secrets").codes == ["secret-not-allowed"]


def test_a_cleared_live_password_is_seen_as_changed(sales: World) -> None:
    applied(sales)
    sales.change("JPEREZ", password=None)
    assert _password(sales, "JPEREZ")["origin"] == "drift"


def test_a_redirect_is_warned_of_though_no_password_is_read(sales: World) -> None:
    applied(sales)
    _forbid_secrets(sales)
    file = sales.folder / "accounts" / "ventas.yaml"
    file.write_text(file.read_text().replace("smtp.acme.example", "evil.example"))
    assert call_json(sales, "plan", "--without-secrets").codes == ["brake-redirect", "brake-redirect"]


def test_missing_variables_are_all_named_at_once(sales: World) -> None:
    sales.environment.clear()
    result = call_json(sales, "plan")
    assert (result.status, result.codes) == (1, ["secret-missing", "secret-missing"])
    assert [problem["line"] for problem in result.json["problems"]] == [10, 13]


def test_another_key_stops_every_command_that_compares_passwords(sales: World) -> None:
    applied(sales)
    before = sales.dump()
    for command in (("plan",), ("apply", "--yes"), ("drift",)):
        result = call_json(sales, *command, EFSYNC_KEY="another key of some length")
        assert (result.status, result.codes) == (1, ["key-mismatch"])
    assert sales.dump() == before


def test_a_key_that_is_gone_is_not_replaced_by_a_new_one(sales: World) -> None:
    applied(sales)
    key = sales.folder / ".efsync" / "key"
    text = key.read_text()
    key.unlink()
    for command in (("plan",), ("apply", "--yes"), ("drift",)):
        assert call_json(sales, *command).codes == ["key-mismatch"]
    assert not key.exists()
    sales.environment["EFSYNC_KEY"] = text
    assert_in_order(sales)


def test_a_rotated_password_is_a_change_of_that_field_only(sales: World) -> None:
    applied(sales)
    sales.environment["MAIL_JPEREZ"] = "clave-rotada"
    (change,) = call_json(sales, "plan").json["changes"]
    (field,) = change["fields"]
    assert (field["field"], field["origin"], field["sensitive"]) == ("password", "config", True)
    assert field["before"] != field["after"]
    applied(sales)
    assert sales.live("JPEREZ")["password"] == "clave-rotada"
    assert_in_order(sales)
