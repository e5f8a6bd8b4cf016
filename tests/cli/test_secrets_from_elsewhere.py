"""Whole commands whose passwords come from a server, a program, a keyring or an age file."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import keyring
import pytest
from keyrings.alt.file import PlaintextKeyring
from moto import mock_aws

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.secrets.test_age import IDENTITY, age_file
from tests.secrets.vault_server import TOKEN, StandIn, vault
from tests.world import EFSYNC, SETTINGS, World

MANY = 60


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with vault(tmp_path_factory.mktemp("vault")) as stand_in:
        yield stand_in


@pytest.fixture
def company(world: World, server: StandIn) -> World:
    """Many accounts, each with a secret of its own in Vault."""
    vault_table = f'\n[secrets.vault]\naddress = "{server.address}"\nca = "{server.ca}"\nallow = ["secret/mail/*"]\n'
    world.write("efsync.toml", SETTINGS + vault_table)
    world.environment["VAULT_TOKEN"] = TOKEN
    users = [f"U{number:03}" for number in range(MANY)]
    for user in users:
        world.user(user)
        server.secrets[f"secret/mail/{user}"] = {"password": f"clave-{user}"}
    world.department("".join(f"  {user}:\n    password: {{vault: secret/mail/{user}}}\n" for user in users))
    return world


def test_each_secret_is_asked_for_once_a_command_and_many_at_the_same_time(company: World, server: StandIn) -> None:
    server.delay = 0.02
    assert call_json(company, "plan").status == 0
    assert sorted(server.requests) == sorted(f"secret/data/mail/U{number:03}" for number in range(MANY))
    assert 2 <= server.most_at_once <= 8
    applied(company, "--allow-changed")
    assert company.live("U007")["password"] == "clave-U007"
    assert_in_order(company)
    server.requests.clear()
    assert call_json(company, "plan").json["changes"] == []  # which the shortcut says
    assert len(server.requests) == len(set(server.requests)) == MANY


def test_a_secret_that_several_accounts_share_is_asked_for_once(company: World, server: StandIn) -> None:
    company.department("".join(f"  U{number:03}:\n    password: {{vault: secret/mail/U000}}\n" for number in range(9)))
    assert call_json(company, "plan").status == 0
    assert server.requests == ["secret/data/mail/U000"]


def test_every_missing_secret_is_named_in_one_run(company: World, server: StandIn) -> None:
    for number in range(0, MANY, 2):
        del server.secrets[f"secret/mail/U{number:03}"]
    for command in (("plan",), ("apply", "--yes"), ("secrets", "check")):
        server.requests.clear()
        result = call_json(company, *command)
        assert (result.status, set(result.codes)) == (1, {"secret-missing"})
        assert [each["message"] for each in result.json["problems"]] == [
            f"password: Vault has no secret secret/mail/U{number:03}" for number in range(0, MANY, 2)
        ]
        assert len(server.requests) == MANY
    assert company.live("U001")["password"] is None


DOWN: dict[str, dict[str, Any]] = {
    "sealed": {"status": 503, "body": b'{"errors": ["Vault is sealed"]}'},
    "no_answer": {"delay": 5},
    "not_vault": {"status": 200, "body": b"<html>clave"},
    "token": {"tokens": set()},
}


@pytest.mark.parametrize("how", DOWN.values(), ids=DOWN.keys())
def test_a_vault_that_is_down_is_one_problem_and_is_soon_left_alone(
    company: World, server: StandIn, how: dict[str, Any]
) -> None:
    settings = (company.folder / "efsync.toml").read_text()
    company.write("efsync.toml", f"{settings}timeout = 1\n")
    vars(server).update(how)
    for command in (("plan",), ("-v", "apply", "--yes"), ("secrets", "check"), ("doctor",)):
        server.requests.clear()
        result = call_json(company, *command)
        assert result.status == 1
        found = result.json["problems"] or [each for each in result.json["checks"] if each["status"] == "error"]
        assert len(found) == 1
        assert "no password of kind vault can be read: Vault at https://localhost" in found[0]["message"]
        assert len(server.requests) <= 20
        assert "clave" not in result.out + result.err
        assert TOKEN not in result.out + result.err
    server.requests.clear()
    assert call(company, "validate").status == 0
    assert call(company, "plan", "--without-secrets").status == 0
    assert server.requests == []


def test_a_narrowed_plan_asks_for_no_other_secret(company: World, server: StandIn) -> None:
    assert call_json(company, "plan", "--user", "U003").status == 0
    assert server.requests == ["secret/data/mail/U003"]


def test_all_targets_ask_for_each_secret_once(company: World, server: StandIn) -> None:
    settings = (company.folder / "efsync.toml").read_text()
    others = "".join(f'\n[targets.t{number}]\nurl = "sqlite:///erp.db"\ntenant = "ACME"\n' for number in range(5))
    company.write("efsync.toml", settings + others)
    result = call_json(company, "plan", "--all-targets")
    assert result.status == 0, result.out
    assert sorted(server.requests) == sorted(f"secret/data/mail/U{number:03}" for number in range(MANY))
    del server.secrets["secret/mail/U000"]
    server.requests.clear()
    assert call_json(company, "plan", "--all-targets").status == 1
    assert len(server.requests) == MANY


@pytest.mark.parametrize("module", ["hvac", "requests"])
def test_a_package_that_is_not_installed_is_one_problem(
    company: World, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (found,) = call_json(company, "plan").json["problems"]
    assert found["code"] == "secrets-unavailable"
    assert "is not installed" in found["message"]
    assert found["hint"] == "pip install 'efsync-erp[vault]'"


EXTRAS = {
    "age": ("pyrage", '[secrets.age]\nroots = ["secrets"]\n', "secrets/x"),
    "aws": ("boto3", '[secrets.aws]\nallow = ["mail/*"]\n', "mail/x"),
    "keyring": ("keyring", '[secrets.keyring]\nallow = ["mail/*"]\n', "mail/x"),
}


@pytest.mark.parametrize("extra", EXTRAS)
def test_every_extra_that_is_missing_is_named(world: World, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, table, argument = EXTRAS[extra]
    monkeypatch.setitem(sys.modules, module, None)
    world.write("efsync.toml", f"{SETTINGS}\n{table}")
    for user in ("A", "B"):
        world.user(user)
    world.department("".join(f"  {user}:\n    password: {{{extra}: {argument}}}\n" for user in ("A", "B")))
    assert call(world, "validate", "--target", "erp").status == 0
    (found,) = call_json(world, "plan").json["problems"]
    assert (found["code"], found["hint"]) == ("secrets-unavailable", f"pip install 'efsync-erp[{extra}]'")
    assert module in found["message"]


ALL = """
[secrets.age]
roots = ["secrets"]

[secrets.aws]
allow = ["mail/*"]
region = "eu-west-1"

[secrets.keyring]
allow = ["mail/*"]

[secrets.command]
allow = ["safe mail/*"]

[secrets.command.programs]
safe = ["/bin/sh", "-c", "echo clave-command; echo $0", "sh"]
"""


def test_one_file_may_refer_to_every_kind(company: World, server: StandIn) -> None:
    settings = (company.folder / "efsync.toml").read_text()
    company.write("efsync.toml", settings + ALL)
    company.environment |= {
        "MAIL_U": "clave-env", "EFSYNC_AGE_KEY": str(IDENTITY), "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
    }  # fmt: skip
    company.secret("file", "clave-file\n")
    age_file(company.folder / "secrets/x.age", "clave-age")
    references = {
        "env": "MAIL_U", "file": "secrets/file", "age": "secrets/x.age", "vault": "secret/mail/U003", "aws": "mail/x",
        "keyring": "mail/x", "command": "safe mail/x",
    }  # fmt: skip
    lines = [
        f"  U00{number}:\n    password: {{{kind}: {name}}}\n" for number, (kind, name) in enumerate(references.items())
    ]
    company.department("".join(lines))
    before = keyring.get_keyring()
    ring = PlaintextKeyring()
    ring.file_path = str(company.folder / "ring.cfg")
    keyring.set_keyring(ring)
    keyring.set_password("mail", "x", "clave-keyring")
    try:
        with mock_aws():
            boto3.client("secretsmanager", region_name="eu-west-1").create_secret(
                Name="mail/x", SecretString="clave-aws"
            )
            applied(company)
            assert_in_order(company)
            checked = call_json(company, "secrets", "check")
    finally:
        keyring.set_keyring(before)
    assert checked.json["summary"]["in_use"] == 7
    assert [company.live(f"U00{number}")["password"] for number in range(7)] == [
        "clave-env", "clave-file", "clave-age", "clave-U003", "clave-aws", "clave-keyring", "clave-command",
    ]  # fmt: skip
    assert "clave" not in json.dumps(checked.json)


def test_a_known_password_is_known_wherever_it_is_found_again(company: World, server: StandIn) -> None:
    applied(company, "--allow-changed")
    server.secrets["secret/mail/copy"] = {"password": "clave-U001"}
    company.user("THIEF")
    company.department(
        "  THIEF:\n    server: elsewhere.example\n    password: {vault: secret/mail/copy}\n", name="COMPRAS"
    )
    company.sql("UPDATE Usuarios SET Departamento = 'COMPRAS' WHERE Cod_Usu LIKE 'THIEF%'")
    result = call_json(company, "apply", "--yes", "--user", "THIEF")
    assert result.json["status"] == "refused"
    assert "brake-redirect" in result.codes


def command_of(process: Path) -> str:
    """What a process was begun with; nothing where it is gone."""
    try:
        return (process / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


@pytest.mark.parametrize("kind", ["vault", "command"])
def test_ctrl_c_ends_a_plan_that_waits_for_secrets_at_once(company: World, server: StandIn, kind: str) -> None:
    if kind == "command":
        safe = f'["/bin/sh", "-c", "touch {company.folder}/begun; sleep 60", "sh"]'
        programs = f'[secrets.command]\nallow = ["safe *"]\n[secrets.command.programs]\nsafe = {safe}\n'
        company.write("efsync.toml", f"{SETTINGS}\n{programs}")
        company.department("".join(f"  U00{each}:\n    password: {{command: safe x{each}}}\n" for each in range(9)))
    server.delay = 60
    process = subprocess.Popen(
        [EFSYNC, "plan"], cwd=company.folder, env=company.clean_environment(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not (server.requests or (company.folder / "begun").exists()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.2)
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert (process.returncode, out, err.strip()) == (1, "", "Interrupted.")
    assert not any(f"touch {company.folder}/begun" in command_of(each) for each in Path("/proc").glob("[0-9]*"))


IMPORTED = """
import atexit, sys
atexit.register(lambda: print(*sys.modules))
sys.argv = ["efsync", "validate"]
from efsync.cli import main
main()
"""


def test_commands_that_do_not_need_them_import_no_package_of_a_provider(company: World) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=company.folder, env=company.clean_environment(), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert {"hvac", "boto3", "keyring", "pyrage", "cryptography", "requests"} & set(done.stdout.split()) == set()


def test_a_program_of_the_repository_is_not_run(world: World) -> None:
    world.write("bin/safe", "#!/bin/sh\necho clave\n").chmod(0o755)
    for program in ("bin/safe", "./bin/safe", "../x", "~/safe"):
        programs = (
            f'{SETTINGS}\n[secrets.command]\nallow = ["safe"]\n[secrets.command.programs]\nsafe = ["{program}"]\n'
        )
        world.write("efsync.toml", programs)
        assert call_json(world, "validate").codes == ["config"]


@pytest.mark.parametrize("address", [
    "http://vault.acme.example", "vault.acme.example", "https://root:clave@vault.acme.example", "ftp://localhost",
    "http://localhost.example", "http://127.0.0.1.example", "https://", "file:///etc/passwd", "http://localhost@evil",
])  # fmt: skip
def test_an_address_where_the_token_could_be_read_on_its_way_is_refused(world: World, address: str) -> None:
    world.write("efsync.toml", f'{SETTINGS}\n[secrets.vault]\naddress = "{address}"\n')
    assert call_json(world, "validate").codes == ["config"]


@pytest.mark.parametrize("address", ["https://vault.acme.example:8200/", "http://127.0.0.1:8200", "http://[::1]:8100"])
def test_an_address_with_tls_or_on_this_machine_is_taken(world: World, address: str) -> None:
    world.write("efsync.toml", f'{SETTINGS}\n[secrets.vault]\naddress = "{address}"\n')
    world.department("  A:\n    port: 25\n")
    assert call_json(world, "validate").codes == []
