"""`efsync state`: what is remembered, and how it is forgotten."""

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import World


@pytest.fixture
def done(sales: World) -> World:
    """Both accounts applied."""
    applied(sales)
    return sales


def test_list_names_every_applied_account_with_its_run_and_time(done: World) -> None:
    run = call_json(done, "plan")
    assert run.status == 0
    document = call_json(done, "state", "list").json
    assert (document["format_version"], document["kind"]) == ("1.0", "state")
    assert [(each["user"], each["department"]) for each in document["accounts"]] == [
        ("JPEREZ", "VENTAS"), ("MROJAS", "VENTAS"),
    ]  # fmt: skip
    assert all(each["applied_at"].endswith("Z") and each["run"] for each in document["accounts"])
    text = call(done, "state", "list").out
    assert "JPEREZ" in text
    assert document["accounts"][0]["run"] in text


def test_list_follows_a_selection(done: World) -> None:
    accounts = call_json(done, "state", "list", "--user", "mrojas").json["accounts"]
    assert [each["user"] for each in accounts] == ["MROJAS"]
    assert call_json(done, "state", "list", "--user", "NOBODY").codes == ["selection"]


def test_before_any_apply_the_list_is_empty_and_no_state_is_made(sales: World) -> None:
    assert call_json(sales, "state", "list").json["accounts"] == []
    assert call(sales, "state", "list").status == 0
    assert not (sales.folder / ".efsync").exists()


def test_show_has_every_field_and_of_the_password_where_it_comes_from(done: World) -> None:
    document = call_json(done, "state", "show", "jperez").json
    fields = {each["field"]: each for each in document["fields"]}
    assert fields["port"] == {"field": "port", "applied": 587, "sensitive": False}
    assert fields["password"]["sensitive"]
    assert fields["password"]["applied"].startswith("hmac-sha256:")
    assert document["password_reference"] == {"env": "MAIL_JPEREZ"}
    text = call(done, "state", "show", "JPEREZ").out
    assert "smtp.acme.example" in text
    assert "MAIL_JPEREZ" in text
    assert "hmac-sha256" not in text


@pytest.mark.parametrize("command", [("show", "NOBODY"), ("forget", "NOBODY", "--yes")])
def test_an_account_that_was_never_applied_is_an_error(done: World, command: tuple[str, ...]) -> None:
    result = call(done, "state", *command)
    assert (result.status, result.out) == (1, "")
    assert "the state knows no user NOBODY [selection]" in result.err


def test_a_failed_show_as_json_is_a_document(done: World) -> None:
    result = call_json(done, "state", "show", "NOBODY")
    assert (result.status, result.codes) == (1, ["selection"])


def test_forget_asks_first(done: World) -> None:
    refused = call(done, "state", "forget", "JPEREZ", typed="n\n")
    assert refused.status == 1
    assert len(call_json(done, "state", "list").json["accounts"]) == 2
    agreed = call(done, "state", "forget", "jperez", typed="y\n")
    assert (agreed.status, agreed.out) == (0, "Forgot JPEREZ.\n")


def test_a_forgotten_account_stays_in_the_erp_and_is_adopted_by_the_next_apply(done: World) -> None:
    before = done.dump()
    assert call(done, "state", "forget", "JPEREZ", "--yes").status == 0
    done.change("JPEREZ", port=587)
    assert done.dump() == before
    assert [each["user"] for each in call_json(done, "state", "list").json["accounts"]] == ["MROJAS"]
    assert [change["action"] for change in call_json(done, "plan").json["changes"]] == ["adopt"]
    applied(done)
    assert_in_order(done)


def test_a_forgotten_account_that_is_in_no_file_is_left_alone(done: World) -> None:
    call(done, "state", "forget", "MROJAS", "--yes")
    done.department(
        "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n",
        more="defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n",
    )
    planned = call_json(done, "plan")
    assert (planned.json["changes"], planned.json["summary"]["unmanaged"]) == ([], 1)


def test_another_target_has_a_state_of_its_own(done: World) -> None:
    settings = (done.folder / "efsync.toml").read_text()
    done.write("efsync.toml", settings + '\n[targets.other]\nurl = "sqlite:///erp.db"\ntenant = "ACME"\n')
    assert call_json(done, "state", "list", "--target", "other").json["accounts"] == []
    assert call_json(done, "state", "list", "--target", "nowhere").codes == ["config"]


def test_the_state_is_read_though_the_erp_is_away(done: World) -> None:
    (done.folder / "erp.db").unlink()
    assert len(call_json(done, "state", "list").json["accounts"]) == 2


def test_tenants_do_not_see_each_others_accounts(done: World) -> None:
    done.user("JPEREZ", tenant="GLOBEX")
    done.write("efsync.toml", (done.folder / "efsync.toml").read_text().replace("ACME", "GLOBEX"))
    assert call_json(done, "state", "list").json["accounts"] == []
    assert call_json(done, "drift").json["accounts"] == []
