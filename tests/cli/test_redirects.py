"""Thefts by pull request, with whole commands: whoever writes them has the accounts folder, and nothing else.

docs/security.md has the table of all ways, and which test tries each.
"""

import json
import shutil
from collections.abc import Callable
from unittest import mock

import pytest

from efsync.model.problems import Problem, Refused
from efsync.planning.document import plan_digest
from efsync.state.store import State
from efsync.views.documents import as_json
from tests.cli.inside import applied, assert_in_order, call, call_json, saved_plan
from tests.cli.tenants import Tenants
from tests.world import SETTINGS, World

EVIL = "smtp.evil.example"
DEFAULTS = "defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n"
FORGET = "on_removal: forget\n" + DEFAULTS
EVERYTHING = ("--allow-changed", "--allow-cleared")


def account(code: str, *lines: str, password: str | None = None) -> str:
    """An account as YAML; its password is `{env: MAIL_CODE}` where nothing else is said."""
    written = [f"password: {password or f'{{env: MAIL_{code}}}'}", *lines]
    return f"  {code}:\n" + "".join(f"    {line}\n" for line in written)


@pytest.fixture
def acme(world: World) -> World:
    """JPEREZ, EVE and the CEO in one file, applied; only EVE would steal."""
    for code in ("JPEREZ", "EVE", "CEO"):
        world.user(code)
        world.environment[f"MAIL_{code}"] = f"clave-{code.lower()}"
    world.secret("known", "clave-que-conoce-eve")
    world.secret("ceo", "clave-ceo")
    files(world)
    applied(world)
    return world


def files(world: World, *accounts: str, more: str = DEFAULTS) -> None:
    """Write the file: these accounts, and the others as they were."""
    written = {each.split(":", 1)[0].strip(): each for each in accounts}
    everyone = {code: account(code) for code in ("JPEREZ", "EVE", "CEO")} | written
    world.department("".join(everyone.values()), more=more)


def only(world: World, *accounts: str, more: str = DEFAULTS) -> None:
    """Write the file with no others."""
    world.department("".join(accounts), more=more)


def refused(world: World, *users: str, arguments: tuple[str, ...] = ()) -> str:
    """Plan warns of a redirect of just these users, and apply refuses it and writes nothing; what was said."""
    before = world.dump()
    warned = [each for each in call_json(world, "plan", *arguments).json["problems"] if "redirect" in each["code"]]
    assert [each["severity"] for each in warned] == ["warning"] * len(users)
    result = call_json(world, "apply", "--yes", *EVERYTHING, *arguments)
    assert (result.status, result.json["status"]) == (1, "refused"), result.out
    assert {each["code"] for each in result.json["problems"]} == {"brake-redirect"}
    assert [each["hint"].rpartition(" ")[2] for each in result.json["problems"]] == list(users)
    assert world.dump() == before
    said = " ".join(each["message"] for each in result.json["problems"])
    assert "clave" not in said
    return said


ONE_STEP = {
    "server": "server: smtp.evil.example",
    "server_of_almost_the_same_letters": "server: smtp.аcme.example",  # noqa: RUF001
    "server_with_an_invisible_letter": 'server: "smtp.acme\\u200b.example"',
    "server_with_another_dot": 'server: "smtp.acme\\u3002example"',
    "server_with_a_dot_at_its_end": "server: smtp.acme.example.",
    "server_in_punycode": "server: xn--smtp.acme.example",
    "server_as_a_number": "server: '3232235777'",
    "server_that_looks_like_a_template": "server: '{{vars.server}}'",
    "server_cleared": "server: null",
    "server_cleared_by_silence": "server:",
    "port": "port: 25",
    "port_with_a_point": "port: 25.0",
    "port_cleared": "port: null",
    "port_cleared_with_a_tilde": "port: ~",
    "ssl_off": "ssl: false",
    "ssl_cleared": "ssl: null",
    "all_three_cleared": "{server: null, port: null, ssl: null}",
}


@pytest.mark.parametrize("line", ONE_STEP.values(), ids=ONE_STEP.keys())
def test_a_password_that_stays_goes_to_no_other_place(acme: World, line: str) -> None:
    lines = line[1:-1].split(", ") if line.startswith("{") else [line]
    files(acme, account("JPEREZ", *lines))
    said = refused(acme, "JPEREZ")
    assert "the password of JPEREZ, which stays the same, would go to" in said
    assert "until now it went to smtp.acme.example, port 587, with SSL" in said


@pytest.mark.parametrize("line", ["server: SMTP.ACME.Example", "port: 587.0", "domain: evil.example"])
def test_another_spelling_of_the_same_place_is_no_redirect_and_the_domain_is_none(acme: World, line: str) -> None:
    files(acme, account("JPEREZ", line))
    assert "brake-redirect" not in call_json(acme, "plan").codes
    applied(acme)


@pytest.mark.parametrize(
    "written",
    [
        "server: {template: _templates/server.html}", "server: {file: _templates/server.html}", "server: {env: MAIL_X}",
        "server: [smtp.acme.example, smtp.evil.example]", "server: ' smtp.acme.example'",
        "server: smtp.evil.example:25", "server: user@smtp.evil.example", "server: smtp.acme.example/x",
        'server: "smtp.acme.example\\tx"',
        "port: '587'", "ssl: 'true'", "port: true", "port: 0x19", "port: 2_5",
    ],
)  # fmt: skip
def test_a_place_is_plain_text_without_template_variable_or_list(acme: World, written: str) -> None:
    acme.write("accounts/_templates/server.html", EVIL)
    files(acme, account("JPEREZ", written))
    assert set(call_json(acme, "plan").codes) == {"schema"}


SHARED = {
    "defaults": (DEFAULTS.replace("smtp.acme.example", EVIL), {}),
    "anchor_and_alias": (
        DEFAULTS.replace("server: smtp.acme.example", f"server: &place {EVIL}"), {"JPEREZ": ["domain: *place"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("more", "lines"), SHARED.values(), ids=SHARED.keys())
def test_a_server_in_the_defaults_is_one_for_each_account(acme: World, more: str, lines: dict[str, list[str]]) -> None:
    files(acme, *(account(code, *each) for code, each in lines.items()), more=more)
    refused(acme, "JPEREZ", "EVE", "CEO")


def test_a_server_that_is_merged_in_is_seen_or_the_merge_is_refused(acme: World) -> None:
    files(acme, account("EVE", f"server: {EVIL}").replace("EVE:", "EVE: &eve"), account("JPEREZ", "<<: *eve"))
    result = call_json(acme, "apply", "--yes")
    assert result.status == 1
    assert set(result.codes) <= {"brake-redirect", "yaml-syntax", "unknown-key", "duplicate-key"}


def test_a_user_in_the_file_of_another_department_takes_its_password_along_and_is_seen(acme: World) -> None:
    only(acme, account("EVE"), account("CEO"))
    acme.department(account("JPEREZ"), name="COMPRAS", more=DEFAULTS.replace("smtp.acme.example", EVIL))
    assert call_json(acme, "plan").codes == ["department-mismatch"]
    acme.sql("UPDATE Usuarios SET Departamento = 'COMPRAS' WHERE rtrim(Cod_Usu) = 'JPEREZ'")
    refused(acme, "JPEREZ")


def test_a_department_that_was_renamed_keeps_what_is_known_of_its_accounts(acme: World) -> None:
    acme.sql("UPDATE Usuarios SET Departamento = 'VENTAS SUR'")
    (acme.folder / "accounts" / "ventas.yaml").unlink()
    acme.department(
        account("JPEREZ", f"server: {EVIL}") + account("EVE") + account("CEO"), name="VENTAS SUR", more=DEFAULTS,
        file="otro.yaml",
    )  # fmt: skip
    refused(acme, "JPEREZ")


@pytest.mark.parametrize("reference", ["{env: MAIL_CEO}", "{file: secrets/ceo}", "{file: ./secrets//ceo}"])
def test_another_account_gets_no_password_of_others_by_whatever_reference(acme: World, reference: str) -> None:
    files(acme, account("EVE", f"server: {EVIL}", password=reference))
    assert "EVE would get a password that belongs to another account, CEO" in refused(acme, "EVE")


def test_a_password_behind_the_reference_of_another_is_theirs_though_it_is_renewed(acme: World) -> None:
    acme.environment["MAIL_CEO"] = "clave-renovada"
    files(acme, account("EVE", password="{env: MAIL_CEO}"))
    refused(acme, "EVE")
    refused(acme, "EVE", arguments=("--user", "EVE"))


def test_a_copy_of_a_secret_that_is_renewed_in_the_same_plan_is_its_owners(acme: World) -> None:
    acme.environment["MAIL_CEO"] = "clave-renovada"
    acme.secret("ceo", "clave-renovada")
    files(acme, account("EVE", password="{file: secrets/ceo}"))
    refused(acme, "EVE")


def test_a_secret_of_their_own_that_holds_the_password_of_another_is_theirs_too(acme: World) -> None:
    acme.environment["MAIL_EVE"] = "clave-ceo"
    assert "belongs to another account, CEO" in refused(acme, "EVE")


def test_two_accounts_that_swap_their_passwords_are_both_refused(acme: World) -> None:
    files(acme, account("EVE", password="{env: MAIL_CEO}"), account("CEO", password="{env: MAIL_EVE}"))
    refused(acme, "EVE", "CEO")


def test_a_new_password_does_not_go_to_two_servers(acme: World) -> None:
    acme.user("NUEVO")
    acme.user("EVE2")
    acme.environment["MAIL_NUEVO"] = "clave-nueva"
    files(acme, account("NUEVO"), account("EVE2", f"server: {EVIL}", password="{env: MAIL_NUEVO}"))
    said = refused(acme, "NUEVO", "EVE2")
    assert f"the new password of EVE2 would go to {EVIL}, port 587, with SSL, and for another account to smtp" in said


def test_a_mailbox_that_two_new_accounts_share_goes_to_its_one_server(acme: World) -> None:
    acme.user("UNO")
    acme.user("DOS")
    acme.environment["MAIL_VENTAS"] = "clave-comun"
    files(acme, *(account(code, password="{env: MAIL_VENTAS}") for code in ("UNO", "DOS")))
    applied(acme)
    acme.environment["MAIL_VENTAS"] = "clave-comun-renovada"
    applied(acme, "--user", "UNO")
    applied(acme)
    assert_in_order(acme)


def test_a_password_that_efsync_does_not_manage_stays_and_goes_nowhere_else(acme: World) -> None:
    acme.user("MROJAS", password="clave-a-mano", server="smtp.acme.example", port=587, ssl=1)
    files(acme, f"  MROJAS:\n    server: {EVIL}\n    port: 587\n    ssl: true\n")
    refused(acme, "MROJAS")
    files(acme, "  MROJAS:\n    server: null\n    port: null\n    ssl: null\n")
    refused(acme, "MROJAS")


def test_a_column_without_a_yes_or_no_is_not_the_same_as_a_no(acme: World) -> None:
    acme.user("MROJAS", password="clave-a-mano", server="smtp.acme.example", port=587)
    files(acme, "  MROJAS:\n    server: smtp.acme.example\n    port: 587\n    ssl: false\n")
    assert "until now it went to smtp.acme.example, port 587, SSL not set" in refused(acme, "MROJAS")
    files(acme, "  MROJAS:\n    server: smtp.acme.example\n    port: 587\n    ssl: true\n")
    applied(acme)


TWO_STEPS: dict[str, Callable[[World], None]] = {
    "left_out_of_the_file": lambda world: only(world, account("EVE"), account("CEO")),
    "left_out_and_forgotten": lambda world: only(world, account("EVE"), account("CEO"), more=FORGET),
    "password_cleared": lambda world: files(world, account("JPEREZ", f"server: {EVIL}", password="null")),
    "password_not_managed": lambda world: files(world, "  JPEREZ:\n    address: j@acme.example\n"),
    "another_password_that_eve_knows": lambda world: files(
        world, account("JPEREZ", f"server: {EVIL}", password="{file: secrets/known}")
    ),
}


@pytest.mark.parametrize("first", TWO_STEPS.values(), ids=TWO_STEPS.keys())
def test_what_one_pull_request_may_not_do_two_may_not_either(acme: World, first: Callable[[World], None]) -> None:
    files(acme, more=FORGET if first is TWO_STEPS["left_out_and_forgotten"] else DEFAULTS)
    applied(acme)
    first(acme)
    applied(acme)
    files(acme, account("JPEREZ", f"server: {EVIL}"))
    refused(acme, "JPEREZ")
    files(acme, account("JPEREZ", f"server: {EVIL}", password="{env: MAIL_EVE}"))
    assert "belongs to another account, EVE" in refused(acme, "JPEREZ")
    files(acme, account("JPEREZ"))
    applied(acme)
    assert_in_order(acme)


@pytest.mark.parametrize("way", ["forgotten", "not_managed"])
def test_the_reference_of_an_account_is_its_own_though_its_file_does_not_name_it_any_more(
    acme: World, way: str
) -> None:
    files(acme, more=FORGET)
    applied(acme)
    left = [] if way == "forgotten" else ["  CEO:\n    address: ceo@acme.example\n"]
    only(acme, account("JPEREZ"), account("EVE"), *left, more=FORGET)
    applied(acme)
    acme.environment["MAIL_CEO"] = "clave-renovada"
    only(acme, account("JPEREZ"), account("EVE", password="{env: MAIL_CEO}"), *left, more=FORGET)
    refused(acme, "EVE")


def test_a_reference_that_an_account_had_once_is_of_the_one_that_has_it_now(acme: World) -> None:
    files(acme, account("EVE", password="{file: secrets/known}"))
    applied(acme)
    files(acme, account("CEO", password="{env: MAIL_EVE}"), account("EVE", password="{file: secrets/known}"))
    applied(acme, "--allow-redirect", "CEO")
    acme.environment["MAIL_EVE"] = "clave-renovada"
    files(acme, account("CEO", password="{env: MAIL_EVE}"), account("EVE"))
    refused(acme, "EVE")


def test_equal_passwords_are_no_reason_to_take_the_reference_of_another(acme: World) -> None:
    acme.change("EVE", password="clave-ceo")
    acme.environment["MAIL_EVE"] = "clave-ceo"
    applied(acme, "--allow-redirect", "EVE")
    files(acme, account("EVE", password="{env: MAIL_CEO}"))
    assert call_json(acme, "plan").json["summary"]["adopted"] == 1
    refused(acme, "EVE")


def test_a_plan_without_secrets_warns_of_the_reference_and_of_the_server_of_others(acme: World) -> None:
    files(acme, account("JPEREZ", f"server: {EVIL}"), account("EVE", password="{env: MAIL_CEO}"))
    acme.environment.clear()
    result = call_json(acme, "plan", "--without-secrets", "--out", "p.json")
    assert (result.status, result.codes) == (0, ["brake-redirect"] * 2)
    assert set(call_json(acme, "apply", "p.json").codes) == {"plan-target"}


def test_a_narrowed_plan_knows_the_passwords_of_those_that_it_leaves_out(acme: World) -> None:
    acme.user("LDIAZ", department="COMPRAS", password="clave-de-ldiaz", server="smtp.acme.example", port=587, ssl=1)
    acme.secret("ldiaz", "clave-de-ldiaz")
    files(acme, account("EVE", password="{file: secrets/ldiaz}"), account("JPEREZ", f"server: {EVIL}"))
    for arguments in (("--user", "EVE"), ("--department", "VENTAS", "--user", "eve")):
        assert "LDIAZ" in refused(acme, "EVE", arguments=arguments)
    refused(acme, "JPEREZ", arguments=("--user", "JPEREZ"))


def test_a_saved_plan_is_refused_at_its_apply_and_as_a_script(acme: World) -> None:
    files(acme, account("JPEREZ", f"server: {EVIL}"))
    saved_plan(acme)
    before = acme.dump()
    for arguments in (("apply", "plan.json"), ("script", "plan.json", "--out", "s.sql")):
        result = call_json(acme, *arguments, "--allow-redirect", "EVE")
        assert (result.status, result.codes) == (1, ["brake-redirect"])
    assert acme.dump() == before
    assert not (acme.folder / "s.sql").exists()


def test_a_saved_plan_that_was_edited_with_its_digest_is_refused_for_what_it_would_do(acme: World) -> None:
    acme.environment["MAIL_JPEREZ"] = "clave-nueva"
    files(acme, account("JPEREZ", "domain: acme.example"))
    path = saved_plan(acme)
    document = json.loads(path.read_text())
    server = {"field": "server", "before": "smtp.acme.example", "after": EVIL, "origin": "config", "sensitive": False}
    (change,) = document["changes"]
    del change["unchanged"]["server"]
    change["fields"] = [server, *(each for each in change["fields"] if each["field"] == "domain")]
    path.write_text(as_json(document) + "\n")
    assert call_json(acme, "apply", "plan.json").codes == ["plan-edited"]
    document["plan_id"] = plan_digest(document)
    path.write_text(as_json(document) + "\n")
    before = acme.dump()
    assert call_json(acme, "apply", "plan.json").codes == ["brake-redirect"]
    assert acme.dump() == before


@pytest.mark.parametrize("lost", ["state", "state_and_key"])
def test_what_is_live_is_known_on_a_fresh_machine_too(acme: World, lost: str) -> None:
    (acme.folder / ".efsync" / "state.db").unlink()
    if lost == "state_and_key":
        shutil.rmtree(acme.folder / ".efsync")
    files(acme, account("JPEREZ", f"server: {EVIL}"), account("EVE", password="{env: MAIL_CEO}"))
    refused(acme, "JPEREZ", "EVE")


def test_another_key_stops_instead_of_taking_every_password_for_a_new_one(acme: World) -> None:
    files(acme, account("JPEREZ", f"server: {EVIL}"))
    before = acme.dump()
    for command in (("plan",), ("apply", "--yes")):
        assert call_json(acme, *command, EFSYNC_KEY="another key of some length").codes == ["key-mismatch"]
    assert acme.dump() == before


def test_a_password_that_a_run_replaced_which_was_cut_off_is_known(acme: World) -> None:
    files(acme, account("JPEREZ", f"server: {EVIL}", password="{file: secrets/known}"))
    lost = Refused(Problem("database", "the state is away"))
    with mock.patch.object(State, "finish", side_effect=lost):
        call_json(acme, "apply", "--yes")
    assert acme.live("JPEREZ")["server"] == EVIL
    files(acme, account("JPEREZ", f"server: {EVIL}"))
    planned = call_json(acme, "plan", "--out", "p.json")
    assert {"run-interrupted", "brake-redirect"} <= set(planned.codes)
    assert "brake-redirect" in call_json(acme, "script", "p.json", "--out", "s.sql").codes
    before = acme.dump()
    assert "brake-redirect" in call_json(acme, "apply", "--yes").codes
    assert acme.dump() == before


def test_a_layout_that_leaves_the_password_out_does_not_mean_that_there_is_none(acme: World) -> None:
    acme.write("efsync.toml", SETTINGS + "\n[targets.erp.columns]\npassword = false\n")
    (acme.folder / ".efsync" / "state.db").unlink()
    acme.user("MROJAS")
    place = "\n    server: {}\n    port: 587\n    ssl: true\n"
    only(acme, "  MROJAS:" + place.format(EVIL), "  JPEREZ:" + place.format(EVIL), more="")
    assert "which the layout leaves out, if there is one" in refused(acme, "JPEREZ")
    applied(acme, "--allow-redirect", "JPEREZ")


def test_a_password_of_one_target_is_known_in_the_others(acme: World) -> None:
    tenants = Tenants(acme, ("a", "b"))
    assert call(acme, "apply", "--target", "tenant-a", "--yes").status == 0
    for name in ("a", "b"):
        tenants.erp(name).user("EVE2")
    acme.secret("mine", "clave-propia")
    erp = tenants.erp("b")
    for code in ("JPEREZ", "EVE", "CEO"):
        erp.change(code, password=None, server=None, port=None, ssl=None)
    files(acme, account("EVE2", f"server: {EVIL}", password="{env: MAIL_CEO}"), account("JPEREZ", f"server: {EVIL}"))
    before = erp.dump()
    for arguments in (("--target", "tenant-b"), ("--all-targets",)):
        result = call_json(acme, "apply", *arguments, "--yes")
        assert result.status == 1
        shown = result.json if "targets" not in result.json else result.json["targets"][1]
        said = [each["message"] for each in shown["problems"] if each["code"] == "brake-redirect"]
        assert [each.split()[0] for each in said if "belongs to another account, CEO" in each] == ["EVE2"]
        assert any("JPEREZ" in each and "until now it went to smtp.acme.example" in each for each in said)
    assert erp.dump() == before
    files(acme)
    assert call(acme, "apply", "--target", "tenant-b", "--yes").status == 0


@pytest.mark.parametrize(
    "named", ["EVE", "JPERE", "JPEREZ2", "*", "JPERE?", "", "VENTAS", " JPEREZ", "JPÉREZ", "jperez@acme.example"]
)
def test_a_word_for_another_user_is_none_for_this_one(acme: World, named: str) -> None:
    files(acme, account("JPEREZ", f"server: {EVIL}"))
    refused(acme, "JPEREZ", arguments=())
    before = acme.dump()
    assert call_json(acme, "apply", "--yes", "--allow-redirect", named).status == 1
    assert acme.dump() == before


@pytest.mark.parametrize("named", ["JPEREZ", "jperez", "JPerez   "])
def test_a_word_is_for_the_user_as_the_database_compares_codes_and_for_nobody_else(acme: World, named: str) -> None:
    files(acme, account("JPEREZ", f"server: {EVIL}"), account("CEO", f"server: {EVIL}"))
    result = call_json(acme, "apply", "--yes", "--allow-redirect", named)
    assert [each["hint"].rpartition(" ")[2] for each in result.json["problems"]] == ["CEO"]
    files(acme, account("JPEREZ", f"server: {EVIL}"))
    applied(acme, "--allow-redirect", named)
    assert acme.live("JPEREZ")["server"] == EVIL
    files(acme, account("JPEREZ", "server: smtp.third.example"))
    refused(acme, "JPEREZ")


def test_a_word_does_not_send_a_new_password_where_the_plan_did_not_see_it_go(acme: World) -> None:
    acme.environment["MAIL_JPEREZ"] = "clave-nueva"
    saved_plan(acme)
    acme.change("JPEREZ", server=EVIL)
    before = acme.dump()
    for arguments in (("apply", "plan.json"), ("script", "plan.json", "--out", "s.sql")):
        result = call_json(acme, *arguments, "--allow-redirect", "JPEREZ")
        assert (result.status, result.codes) == (1, ["brake-redirect"])
        assert "changed in the ERP since the plan was made" in result.problem("brake-redirect")["message"]
    assert acme.dump() == before


def test_a_password_that_is_renewed_with_its_server_goes_there_and_its_old_one_does_not(acme: World) -> None:
    acme.environment["MAIL_JPEREZ"] = "clave-nueva"
    files(acme, account("JPEREZ", "server: smtp.nuevo.example", "port: 465"))
    applied(acme)
    assert_in_order(acme)
    acme.environment["MAIL_JPEREZ"] = "clave-jperez"
    assert "a password that is known already would be that of JPEREZ" in refused(acme, "JPEREZ")
