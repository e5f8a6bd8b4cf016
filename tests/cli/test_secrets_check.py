"""`efsync secrets check`: which references resolve, and since when each password is in use."""

import time

import pytest

from efsync.views.times import time_text
from tests.cli.inside import applied, call, call_json
from tests.world import Result, World

MORE = (
    "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n"
    "  MROJAS:\n    address: mrojas@acme.example\n    password: {file: secrets/mrojas}\n"
)


def statuses(result: Result) -> dict[str, str]:
    """How each password stands."""
    return {each["user"]: each["status"] for each in result.json["secrets"]}


def since(world: World) -> dict[str, str | None]:
    """Since when each password is in use."""
    return {each["user"]: each["since"] for each in call_json(world, "secrets", "check").json["secrets"]}


def test_before_any_apply_each_password_is_there_and_not_applied(sales: World) -> None:
    result = call_json(sales, "secrets", "check")
    assert result.status == 0
    assert (result.json["format_version"], result.json["kind"], result.json["target"]) == ("1.0", "secrets", "erp")
    untouched = {"department": "VENTAS", "status": "not-applied", "since": None}
    assert result.json["secrets"] == [
        {"user": "JPEREZ", "reference": {"env": "MAIL_JPEREZ"}, **untouched},
        {"user": "MROJAS", "reference": {"env": "MAIL_MROJAS"}, **untouched},
    ]
    assert result.json["summary"] == {"in_use": 0, "renewed": 0, "not_applied": 2, "missing": 0}
    assert not (sales.folder / ".efsync").exists()


def test_a_password_is_in_use_since_the_run_that_wrote_or_adopted_it(sales: World) -> None:
    run = applied(sales).json["run"]
    listed = call_json(sales, "state", "list").json["accounts"]
    assert {each["run"] for each in listed} == {run}
    found = since(sales)
    assert found["JPEREZ"] == found["MROJAS"]
    assert (found["JPEREZ"] or "").endswith("Z")
    assert statuses(call_json(sales, "secrets", "check")) == {"JPEREZ": "in-use", "MROJAS": "in-use"}
    text = call(sales, "secrets", "check").out
    assert f"{{env: MAIL_JPEREZ}}                  the same as in use since {time_text(found['JPEREZ'] or '')}" in text
    assert text.endswith("Passwords: 2 the same as in use.\n")


def test_a_change_of_another_field_is_no_change_of_the_password(sales: World) -> None:
    applied(sales)
    before = since(sales)
    time.sleep(0.01)
    sales.department(MORE.replace("{file: secrets/mrojas}", "{env: MAIL_MROJAS}\n    domain: acme.example"))
    applied(sales)
    assert since(sales) == before


def test_a_renewed_password_is_told_and_counts_anew_once_it_is_applied(sales: World) -> None:
    applied(sales)
    before = since(sales)
    sales.environment["MAIL_JPEREZ"] = "clave-nueva"
    result = call_json(sales, "secrets", "check")
    assert (result.status, statuses(result)) == (0, {"JPEREZ": "renewed", "MROJAS": "in-use"})
    assert since(sales) == before
    assert (
        f"renewed: another one is in use since {time_text(before['JPEREZ'] or '')}"
        in call(sales, "secrets", "check").out
    )
    time.sleep(0.01)
    applied(sales)
    after = since(sales)
    assert after["MROJAS"] == before["MROJAS"]
    assert str(after["JPEREZ"]) > str(before["JPEREZ"])


def test_a_password_that_comes_back_after_it_was_cleared_counts_anew(sales: World) -> None:
    applied(sales)
    before = since(sales)
    both = (sales.folder / "accounts/ventas.yaml").read_text()
    time.sleep(0.01)
    sales.write("accounts/ventas.yaml", both.replace("password: {env: MAIL_JPEREZ}", "password: null"))
    applied(sales)
    assert list(since(sales)) == ["MROJAS"]
    sales.write("accounts/ventas.yaml", both)
    applied(sales)
    assert str(since(sales)["JPEREZ"]) > str(before["JPEREZ"])


def test_an_account_that_is_forgotten_is_not_applied(sales: World) -> None:
    applied(sales)
    assert call(sales, "state", "forget", "JPEREZ", "--yes").status == 0
    assert statuses(call_json(sales, "secrets", "check")) == {"JPEREZ": "not-applied", "MROJAS": "in-use"}


def test_every_password_that_can_not_be_had_is_named_with_its_place(sales: World) -> None:
    sales.department(MORE)
    del sales.environment["MAIL_JPEREZ"]
    result = call_json(sales, "secrets", "check")
    assert (result.status, statuses(result)) == (1, {"JPEREZ": "missing", "MROJAS": "missing"})
    assert [(each["code"], each["file"], each["line"]) for each in result.json["problems"]] == [
        ("secret-missing", "accounts/ventas.yaml", 6), ("secret-missing", "accounts/ventas.yaml", 9),
    ]  # fmt: skip
    shown = call(sales, "secrets", "check")
    assert shown.status == 1
    assert (
        "accounts/ventas.yaml:6:15: error: password: the variable MAIL_JPEREZ is not set [secret-missing]" in shown.err
    )
    assert shown.out.endswith("Passwords: 2 missing.\n")


def test_what_is_missing_now_and_was_applied_is_in_use_all_the_same(sales: World) -> None:
    applied(sales)
    before = since(sales)
    del sales.environment["MAIL_JPEREZ"]
    assert since(sales) == before


def test_a_selection_reads_nothing_else(sales: World) -> None:
    del sales.environment["MAIL_JPEREZ"]
    result = call_json(sales, "secrets", "check", "--user", "mrojas", "--department", "ventas")
    assert (result.status, statuses(result)) == (0, {"MROJAS": "not-applied"})
    assert call_json(sales, "secrets", "check", "--user", "NOBODY").codes == ["selection"]


def test_an_error_in_a_file_is_told_and_nothing_else(sales: World) -> None:
    sales.department("  X:\n    port: 70000\n", name="COMPRAS")
    result = call_json(sales, "secrets", "check")
    assert (result.status, result.codes, result.json["secrets"]) == (1, ["schema"], [])
    assert result.json["kind"] == "secrets"


def test_another_key_than_the_states_is_told(sales: World) -> None:
    applied(sales)
    result = call_json(sales, "secrets", "check", EFSYNC_KEY="another-key-of-enough-letters")
    assert (result.status, result.codes) == (1, ["key-mismatch"])


def test_it_writes_nothing_and_shows_no_password_nor_what_stands_for_it(sales: World) -> None:
    applied(sales)
    before = {path: path.read_bytes() for path in sales.folder.rglob("*") if path.is_file()}
    for arguments in (("secrets", "check"), ("-v", "secrets", "check", "--format", "json")):
        result = call(sales, *arguments)
        for hidden in ("clave", "hmac-sha256", "fingerprint"):
            assert hidden not in result.out + result.err
    assert {path: path.read_bytes() for path in sales.folder.rglob("*") if path.is_file()} == before


def test_no_account_with_a_password_is_said(world: World) -> None:
    world.department("  {}\n")
    world.write("accounts/ventas.yaml", "version: 1\ndepartment: VENTAS\nusers: {}\n")
    assert call(world, "secrets", "check").out == "No account refers to a password.\n"


@pytest.mark.parametrize("options", [("--no-such-option",), ("--target", "nobody")])
def test_a_command_that_can_not_begin_prints_a_document_too(sales: World, options: tuple[str, ...]) -> None:
    result = call_json(sales, "secrets", "check", *options)
    assert (result.status, result.json["kind"], result.json["secrets"]) == (1, "secrets", [])
    assert result.json["problems"]


def test_how_a_password_stands_is_in_one_column_however_long_a_reference_is(sales: World) -> None:
    long = "secrets/mail/of/everybody/who/works/in/the/sales/department/mrojas"
    sales.department(MORE.replace("secrets/mrojas", long))
    sales.secret(long.removeprefix("secrets/"), "clave-mrojas")
    jperez, mrojas, _ = call(sales, "secrets", "check").out.splitlines()
    assert jperez.index("not applied yet") == mrojas.index("not applied yet") > len(long)
