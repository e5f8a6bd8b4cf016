"""`efsync secrets encrypt`: an age file, without the password anywhere else."""

import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pyrage
import pytest

from tests.cli.inside import applied, call, call_json
from tests.secrets.test_age import IDENTITY, OTHER
from tests.world import EFSYNC, SETTINGS, World

TABLE = f"""
[secrets.age]
roots = ["secrets"]
identities = ["../identity.txt"]
recipients = ["{IDENTITY.to_public()}"]
"""


@pytest.fixture
def ours(sales: World) -> World:
    """A company that may read age files, and has an identity."""
    sales.write("efsync.toml", SETTINGS + TABLE)
    sales.write("../identity.txt", str(IDENTITY))
    return sales


def decrypted(path: Path, identity: object = IDENTITY) -> str:
    return str(pyrage.decrypt(path.read_bytes(), [identity]).decode())


@pytest.mark.parametrize("typed", ["clave-nueva", "clave-nueva\n", "clave-nueva\r\n"])
def test_what_standard_input_holds_is_written_encrypted(ours: World, typed: str) -> None:
    result = call(ours, "secrets", "encrypt", "--out", "secrets/jperez.age", typed=typed)
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "Wrote secrets/jperez.age. In the department file:\n    password: {age: secrets/jperez.age}\n"
    )
    path = ours.folder / "secrets/jperez.age"
    assert decrypted(path) == "clave-nueva"
    assert path.read_text().startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert path.stat().st_mode & 0o777 == 0o666 & ~os.umask(os.umask(0o022))
    assert [each.name for each in (ours.folder / "secrets").iterdir()] == ["jperez.age"]


def test_the_line_that_is_told_works_in_a_department_file(ours: World) -> None:
    told = call(ours, "secrets", "encrypt", "--out", "secrets/d'or é.age", typed="clave-nueva").out.splitlines()[1]
    ours.department(f"  JPEREZ:\n    address: jperez@acme.example\n{told}\n")
    applied(ours)
    assert ours.live("JPEREZ")["password"] == "clave-nueva"


def test_without_a_file_it_is_printed_and_nothing_else(ours: World) -> None:
    result = call(ours, "secrets", "encrypt", typed="clave-nueva\n")
    assert (result.status, result.err) == (0, "")
    assert pyrage.decrypt(result.out.encode(), [IDENTITY]) == b"clave-nueva"


def test_recipients_of_the_command_line_take_the_place_of_those_of_the_settings(ours: World) -> None:
    result = call(ours, "secrets", "encrypt", "--out", "x.age", "-r", str(OTHER.to_public()), typed="clave")
    assert result.status == 0
    assert decrypted(ours.folder / "x.age", OTHER) == "clave"
    with pytest.raises(pyrage.DecryptError):
        decrypted(ours.folder / "x.age")


def test_a_file_that_can_not_be_read_from_there_is_warned_of(ours: World) -> None:
    result = call(ours, "secrets", "encrypt", "--out", "x.age", typed="clave")
    assert result.status == 0
    assert "warning: password: the file x.age may not be read [secret-not-allowed]" in result.err
    assert "[secrets.age] roots" in result.err


def test_another_file_is_written_over_only_where_that_is_said(ours: World) -> None:
    path = ours.write("secrets/jperez.age", "something else")
    refused = call(ours, "secrets", "encrypt", "--out", "secrets/jperez.age", typed="clave")
    assert refused.status == 1
    assert "secrets/jperez.age: error: a file of this name is there [config]" in refused.err
    assert path.read_text() == "something else"
    assert call(ours, "secrets", "encrypt", "--out", "secrets/jperez.age", "--force", typed="clave").status == 0
    assert decrypted(path) == "clave"


UNUSABLE = [
    ("", "secret-missing"), (" \n", "secret-missing"), ("a\nb\n", "secret-value"), ("clave \n", "secret-value"),
    ("********", "secret-value"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code"), UNUSABLE)
def test_what_can_be_no_password_is_not_written(ours: World, typed: str, code: str) -> None:
    result = call(ours, "secrets", "encrypt", "--out", "x.age", typed=typed)
    assert result.status == 1
    assert f"[{code}]" in result.err
    assert not (ours.folder / "x.age").exists()


@pytest.mark.parametrize("recipient", ["clave", str(OTHER), "jperez@acme.example"])
def test_what_is_no_recipient_is_not_repeated(ours: World, recipient: str) -> None:
    result = call(ours, "secrets", "encrypt", "--out", "x.age", "--recipient", recipient, typed="x-y-z")
    assert result.status == 1
    assert "number 1 of the recipients is none [config]" in result.err
    assert recipient not in result.err + result.out
    assert not (ours.folder / "x.age").exists()


def test_without_recipients_it_is_said_where_to_name_them(sales: World) -> None:
    result = call(sales, "secrets", "encrypt", typed="clave")
    assert result.status == 1
    assert "there is nobody to encrypt it to [config]" in result.err
    assert "[secrets.age] recipients" in result.err
    assert "clave" not in result.err + result.out


def test_a_folder_that_is_not_there_is_said(ours: World) -> None:
    result = call(ours, "secrets", "encrypt", "--out", "nowhere/x.age", typed="clave")
    assert result.status == 1
    assert "nowhere/x.age: error: the file can't be written: No such file or directory [config]" in result.err


def in_a_terminal(world: World, *typed: str) -> tuple[int, str]:
    """`efsync secrets encrypt --out x.age` at a terminal where `typed` is typed, line by line; status and screen."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [EFSYNC, "secrets", "encrypt", "--out", "x.age"], cwd=world.folder, env=world.clean_environment(),
        stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    screen, lines, deadline = b"", [*typed], time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if select.select([leader], [], [], 0.2)[0]:
                screen += os.read(leader, 10_000)
        except OSError:
            break
        if lines and screen.rstrip().endswith(b":"):
            screen += b"<typed>"
            os.write(leader, lines.pop(0).encode() + b"\n")
    os.close(leader)
    return process.wait(30), screen.decode()


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(ours: World) -> None:
    status, screen = in_a_terminal(ours, "clave-nueva", "clave-nueva")
    assert status == 0, screen
    assert screen.count("<typed>") == 2
    assert "clave-nueva" not in screen
    assert "password: {age: x.age}" in screen
    assert decrypted(ours.folder / "x.age") == "clave-nueva"


def test_at_a_terminal_two_that_differ_are_asked_for_again(ours: World) -> None:
    status, screen = in_a_terminal(ours, "clave-nueva", "clave-nuevo", "clave-otra", "clave-otra")
    assert status == 0, screen
    assert "clave" not in screen
    assert decrypted(ours.folder / "x.age") == "clave-otra"


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_is_no_text_is_no_password(ours: World, errors: str) -> None:
    environment = ours.clean_environment() | {"PYTHONIOENCODING": f"utf-8:{errors}"}
    done = subprocess.run(
        [EFSYNC, "secrets", "encrypt", "--out", "x.age"], cwd=ours.folder, env=environment, input=b"clave\xff\n",
        capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")
    assert (b"standard input is not UTF-8 text" in done.stderr) == (errors == "strict")
    assert not (ours.folder / "x.age").exists()
    assert b"clave" not in done.stderr


def test_a_folder_that_is_reached_through_a_link_is_the_same_folder(ours: World) -> None:
    (ours.folder.parent / f"{ours.folder.name}-link").symlink_to(ours.folder)
    out = str(ours.folder.parent / f"{ours.folder.name}-link" / "secrets/x.age")
    assert "{age: secrets/x.age}" in call(ours, "secrets", "encrypt", "--out", out, typed="clave").out


def test_a_renewed_age_file_is_a_renewed_password(ours: World) -> None:
    call(ours, "secrets", "encrypt", "--out", "secrets/jperez.age", typed="clave-una")
    ours.department("  JPEREZ:\n    address: jperez@acme.example\n    password: {age: secrets/jperez.age}\n")
    applied(ours)
    call(ours, "secrets", "encrypt", "--out", "secrets/jperez.age", "--force", typed="clave-una")
    assert call_json(ours, "plan").json["changes"] == []
    call(ours, "secrets", "encrypt", "--out", "secrets/jperez.age", "--force", typed="clave-dos")
    assert call_json(ours, "secrets", "check").json["summary"]["renewed"] == 1
    applied(ours)
    assert ours.live("JPEREZ")["password"] == "clave-dos"
