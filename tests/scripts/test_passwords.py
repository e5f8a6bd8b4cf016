"""Passwords are variables of the client, and stand in no script and no output."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.cli.inside import applied, call_json
from tests.scripts.running import passwords, run, script_of, scripted
from tests.scripts.test_moved import stopped
from tests.world import SETTINGS, World

STRANGE = [
    "it's \"quoted\"", "back\\slash\\", "'", "''", "\\'", "50%s %(x)s %%", "$(ls) ${HOME} `id`", ":name :'x' @v ?",
    "a;b -- c /* d", "ñandú 🙂", "E'\\n'", "{{ x }}", "#!", "a  b", "0012", "1e5", "NULL",
]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, url: str) -> World:
    """Passwords in columns only: what is said here of variables is the same in both layouts."""
    return World(tmp_path, url)


@pytest.fixture
def perez(world: World) -> World:
    """An account whose password is renewed."""
    world.user("JPEREZ", password="clave-vieja")
    world.environment["MAIL_JPEREZ"] = "clave-nueva"
    world.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n")
    return world


def test_a_password_may_hold_anything_the_old_one_and_the_new_one(world: World) -> None:
    codes = {f"U{number}": password for number, password in enumerate(STRANGE)}
    for code, password in codes.items():
        world.user(code, password=f"{password[::-1]}x")
        world.environment[f"MAIL_{code}"] = password
    world.department("".join(f"  {code}:\n    password: {{env: MAIL_{code}}}\n" for code in codes))
    done = run(world, scripted(world, "--allow-changed"))
    assert done.status == 0, (done.out, done.err)
    assert {code: world.live(code)["password"] for code in codes} == codes
    assert {change["action"] for change in call_json(world, "plan").json["changes"]} == {"adopt"}


def test_no_password_stands_in_the_script_or_in_what_is_printed(perez: World) -> None:
    made = scripted(perez)
    done = run(perez, made)
    assert done.status == 0
    for text in (script_of(perez), str(made), done.out, done.err):
        assert "clave-" not in text
    assert made["check_key"] not in script_of(perez) + done.out + done.err


def test_no_password_is_printed_where_the_script_stops(perez: World) -> None:
    made = scripted(perez)
    perez.change("JPEREZ", password="clave-distinta")
    done = run(perez, made)
    assert "JPEREZ changed in the ERP since the plan was made: password" in done.out + done.err
    assert "clave-" not in done.out + done.err
    assert made["check_key"] not in done.out + done.err


@pytest.mark.parametrize("missing", ["password_JPEREZ", "check_key"])
def test_a_variable_that_is_not_set_stops_the_script_with_its_name(perez: World, missing: str) -> None:
    made = scripted(perez)
    values = passwords(perez, made)
    del values[missing]
    stopped(perez, made, f"the variable {missing} is not set", variables=values)


@pytest.mark.parametrize("empty", ["password_JPEREZ", "check_key"])
def test_a_variable_that_is_empty_counts_as_not_set(perez: World, empty: str) -> None:
    made = scripted(perez)
    stopped(perez, made, f"the variable {empty} is not set", variables=passwords(perez, made) | {empty: "  "})


def test_another_password_than_the_planned_one_stops_the_script(perez: World) -> None:
    made = scripted(perez)
    values = passwords(perez, made) | {"password_JPEREZ": "clave-nuevA"}
    stopped(perez, made, "password_JPEREZ is not the password that was planned", variables=values)


def test_the_key_of_another_script_stops_the_script(perez: World) -> None:
    other = scripted(perez)
    made = scripted(perez)
    assert made["check_key"] != other["check_key"]
    values = passwords(perez, made) | {"check_key": other["check_key"]}
    stopped(perez, made, "check_key is not the key of this script", variables=values)


def test_two_codes_that_make_one_name_get_two_variables(world: World) -> None:
    codes = ["A.B", "A-B", "a_b", "Ñ"]
    for number, code in enumerate(codes):
        world.user(code)
        world.environment[f"MAIL_{number}"] = f"clave-{number}"
    world.department(
        "".join(f"  '{code}':\n    password: {{env: MAIL_{number}}}\n" for number, code in enumerate(codes))
    )
    made = scripted(world)
    assert {each["user"]: each["name"] for each in made["variables"]} == {
        "A.B": "password_A_B", "A-B": "password_A_B_2", "a_b": "password_a_b_3", "Ñ": "password__",
    }  # fmt: skip
    assert run(world, made).status == 0
    assert [world.live(code)["password"] for code in codes] == ["clave-0", "clave-1", "clave-2", "clave-3"]


def test_a_script_without_passwords_needs_no_variables(world: World) -> None:
    world.user("JPEREZ", domain="acme.example")
    world.department("  JPEREZ:\n    domain: otra.example\n")
    made = scripted(world)
    assert (made["variables"], made["check_key"]) == ([], None)
    assert "passwords.sql" not in script_of(world) + str(made["commands"])
    assert run(world, made).status == 0


def test_a_password_that_stays_but_goes_elsewhere_is_checked_with_the_key(world: World) -> None:
    world.user("JPEREZ", password="clave", server="smtp.acme.example")
    world.environment["MAIL_JPEREZ"] = "clave"
    world.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n    server: smtp.acme.example\n")
    applied(world)
    world.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n    server: mail.acme.example\n")
    made = scripted(world, "--allow-redirect", "JPEREZ")
    assert (made["variables"], len(made["check_key"])) == ([], 64)
    assert run(world, made).status == 0


KEY = Fernet.generate_key().decode()


def with_codec(world: World, name: str) -> None:
    """Has the ERP's passwords written by a codec."""
    world.write("efsync.toml", f'{SETTINGS}\n[targets.erp.columns]\npassword = {{codec = "{name}"}}\n')
    world.environment["EFSYNC_FERNET_KEY"] = KEY


def test_with_a_codec_that_writes_the_same_each_time_the_variable_has_to_be_that(perez: World) -> None:
    with_codec(perez, "base64")
    perez.change("JPEREZ", password="Y2xhdmUtdmllamE=")
    made = scripted(perez)
    assert "as the codec base64 writes it" in script_of(perez)
    plain = passwords(perez, made)
    stopped(perez, made, "password_JPEREZ is not the password that was planned", variables=plain)
    done = run(perez, made, variables=plain | {"password_JPEREZ": "Y2xhdmUtbnVldmE="})
    assert done.status == 0, (done.out, done.err)
    assert {change["action"] for change in call_json(perez, "plan").json["changes"]} == {"adopt"}
    assert "Y2xhdmUt" not in script_of(perez) + done.out + done.err


def test_with_a_codec_that_writes_otherwise_each_time_the_variable_is_taken_as_it_is(perez: World) -> None:
    with_codec(perez, "fernet")
    perez.change("JPEREZ", password=Fernet(KEY).encrypt(b"clave-vieja").decode())
    made = scripted(perez)
    token = Fernet(KEY).encrypt(b"clave-nueva").decode()
    done = run(perez, made, variables=passwords(perez, made) | {"password_JPEREZ": token})
    assert done.status == 0, (done.out, done.err)
    assert perez.live("JPEREZ")["password"] == token
    assert {change["action"] for change in call_json(perez, "plan").json["changes"]} == {"adopt"}
    again = run(perez, made, variables=passwords(perez, made) | {"password_JPEREZ": token})
    assert "JPEREZ changed in the ERP since the plan was made: password" in again.out + again.err
