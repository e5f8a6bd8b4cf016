"""Many bad files at once, what the terminal sees of them, and settings that are bad themselves."""

import re

import pytest

from tests.cli.inside import call, call_json
from tests.world import SETTINGS, World

USER = "version: 1\ndepartment: VENTAS\nusers:\n  JPEREZ:\n    "


def test_all_problems_of_all_files_are_told_in_one_run_in_the_order_of_the_files(world: World) -> None:
    world.user("JPEREZ")
    world.write("accounts/a.yaml", USER + "port: 0\n    ssl: si\n    prot: 1\n    password: hunter2\n")
    world.write("accounts/b.yaml", "users: [\n")
    world.write("accounts/c.yaml", b"\xff\xfea\x00")
    world.write(
        "accounts/d.yaml",
        "version: 1\ndepartment: D\nusers:\n  A:\n    header: {file: ../x}\n    footer: {template: t}\n",
    )
    world.write("accounts/sur/e.yaml", "version: 1\ndepartment: d\nusers:\n  a: {}\n  a: {}\n")
    world.write("accounts/sur/f.yaml", "version: 1\ndepartment: d\nusers:\n  a: {}\n")
    result = world.json("validate")
    assert result.status == 1
    assert [(each["file"], each["line"], each["code"]) for each in result.json["problems"]] == [
        ("accounts/a.yaml", 5, "schema"), ("accounts/a.yaml", 6, "schema"), ("accounts/a.yaml", 7, "unknown-key"),
        ("accounts/a.yaml", 8, "plain-password"), ("accounts/b.yaml", 2, "yaml-syntax"),
        ("accounts/c.yaml", 1, "encoding"),
        ("accounts/d.yaml", 5, "path-outside"), ("accounts/d.yaml", 6, "text-file"),
        ("accounts/sur/e.yaml", 5, "duplicate-key"),
        ("accounts/sur/f.yaml", 2, "duplicate-department"), ("accounts/sur/f.yaml", 4, "duplicate-user"),
    ]  # fmt: skip
    assert result.json["files"] == 6
    planned = world.json("plan")
    assert planned.status == 1
    assert {str(each) for each in result.json["problems"]} <= {str(each) for each in planned.json["problems"]}


def test_every_missing_variable_and_secret_file_is_named_in_one_run(world: World) -> None:
    users = ""
    for number in range(3):
        world.user(f"A{number}")
        users += f"  A{number}:\n    password: {{env: MAIL_A{number}}}\n"
    world.user("B")
    world.department(users + "  B:\n    password: {file: secrets/b}\n")
    result = world.json("plan")
    assert result.status == 1
    missing = [each for each in result.json["problems"] if each["code"] == "secret-missing"]
    assert [(each["file"], each["line"], each["column"]) for each in missing] == [
        ("accounts/ventas.yaml", line, 15) for line in (5, 7, 9, 11)
    ]
    for name, problem in zip(("MAIL_A0", "MAIL_A1", "MAIL_A2", "secrets/b"), missing, strict=True):
        assert name in problem["message"]
    assert world.json("validate").status == 0


ESCAPES = "\\e]0;owned\\a\\e[2J\\x9b31m\\u202e\\r\\n"


@pytest.mark.parametrize(
    "line",
    [
        f'address: "{ESCAPES}"', f'"{ESCAPES}": 1', f'ssl: "{ESCAPES}"', f'header: {{file: "{ESCAPES}"}}',
        f'header: {{file: "../{ESCAPES}"}}', f'password: {{file: "{ESCAPES}"}}', f'vars: {{"{ESCAPES}": 1}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json"])
def test_terminal_escapes_of_a_file_are_shown_harmlessly(world: World, line: str, form: str) -> None:
    world.write("accounts/ventas.yaml", f"{USER}{line}\n")
    result = call(world, "validate", "--format", form)
    assert result.status == 1
    shown = result.out + result.err
    assert shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_terminal_escapes_in_the_name_of_a_file_are_shown_harmlessly(world: World) -> None:
    world.write("accounts/ven\x1b[31m\ntas.yaml", "users: [\n")
    for form in ("text", "json"):
        result = call(world, "validate", "--format", form)
        assert result.status == 1
        assert "\x1b" not in result.out + result.err


def test_text_output_names_place_severity_and_code_of_a_problem(world: World) -> None:
    world.write("accounts/ventas.yaml", f"{USER}port: 70000\n")
    result = world.run("validate")
    assert result.status == 1
    assert "accounts/ventas.yaml:5:11: error: port: 70000 is greater than 65535 [schema]" in result.err


@pytest.mark.parametrize(
    "settings",
    [None, "x = \n", SETTINGS + "[safty]\n", SETTINGS.replace('"erp"', '"test"'), b"\xff\xfex\x00", "", "[targets]\n"],
    ids=["missing", "no toml", "unknown key", "unknown default", "utf-16", "empty", "no target"],
)
def test_bad_settings_are_told_by_every_command(world: World, settings: str | bytes | None) -> None:
    if settings is None:
        (world.folder / "efsync.toml").unlink()
    else:
        world.write("efsync.toml", settings)
    for command, kind in (("validate", "validation"), ("plan", "plan")):
        result = call_json(world, command)
        assert (result.status, result.json["kind"]) == (1, kind)
        (problem,) = result.json["problems"]
        assert (problem["code"], problem["file"]) == ("config", "efsync.toml")
    assert not (world.folder / ".efsync").exists()


def test_several_targets_and_no_default_stop_what_needs_one(world: World) -> None:
    world.write("efsync.toml", '[targets.a]\nurl = "sqlite:///erp.db"\n[targets.b]\nurl = "sqlite:///b.db"\n')
    world.department("  {}\n")
    result = world.json("plan")
    assert (result.status, result.codes) == (1, ["config"])
    assert "a, b" in result.problem("config")["hint"]
    assert world.json("validate").status == 0


def test_a_template_that_does_not_end_is_told_once_though_many_users_have_it(world: World) -> None:
    world.write(
        "accounts/_templates/t.html", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    )
    world.department(
        "".join(f"  U{number}: {{}}\n" for number in range(300)),
        more="defaults:\n  signature: {template: _templates/t.html}\n",
    )
    result = world.json("validate")
    assert (result.status, result.codes) == (1, ["template"])
    assert (result.problem("template")["line"], result.problem("template")["column"]) == (4, 14)
