"""No password of the run stands in any output, nor in any file that efsync wrote."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.erp.users import UserTable
from efsync.secrets.env import EnvironmentProvider
from tests.cli.inside import call
from tests.world import EFSYNC, World

ACCOUNTS = (
    "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n"
    "  MROJAS:\n    address: mrojas@acme.example\n    password: {file: secrets/mrojas}\n"
)
COMMANDS = [
    ("validate",),
    ("validate", "--target", "erp"),
    ("validate", "--format", "github"),
    ("plan",),
    ("plan", "--out", "plan.json"),
    ("plan", "--without-secrets"),
    ("plan", "--format", "markdown"),
    ("show", "plan.json"),
    ("show", "plan.json", "--format", "markdown"),
    ("script", "plan.json", "--out", "script.sql"),
    ("doctor",),
    ("apply", "plan.json"),
    ("apply", "plan.json"),
    ("apply", "--yes"),
    ("drift",),
    ("drift", "--format", "markdown"),
    ("state", "list"),
    ("secrets", "check"),
    ("state", "show", "JPEREZ"),
]

_LETTERS = st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=["Cc", "Cf", "Zs"])
passwords = st.lists(
    st.text(_LETTERS, min_size=8, max_size=20).map("¿{}".format),  # a sign that nothing else has
    min_size=4,
    max_size=4,
    unique=True,
).filter(lambda all_of_them: not any("*" in each or "sensitive" in each for each in all_of_them))


def _run_everything(world: World) -> str:
    """All that the commands print, as text and as JSON, quiet and not."""
    printed = []
    for command in COMMANDS:
        for before, after in (((), ()), (("-v",), ("--format", "json"))):
            result = call(world, *before, *command, *after)
            assert "internal" not in result.err
            printed.append(result.out + result.err)
    return "\n".join(printed)


def _written(world: World) -> Iterator[bytes]:
    for path in world.folder.rglob("*"):
        if path.is_file() and path.name != "erp.db" and path.parent.name != "secrets":
            yield path.read_bytes()


def _assert_hidden(world: World, printed: str, secrets: list[str]) -> None:
    for secret in secrets:
        assert secret not in printed
        for data in _written(world):
            assert secret.encode() not in data
            assert json.dumps(secret)[1:-1].encode() not in data


@given(secrets=passwords)
@settings(max_examples=4)
def test_no_password_live_or_desired_old_or_new_is_shown_or_written(secrets: list[str]) -> None:
    live, old, new, rotated = secrets
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.user("JPEREZ", password=live)
        world.user("MROJAS")
        world.department(ACCOUNTS)
        world.environment["MAIL_JPEREZ"] = old
        world.secret("mrojas", new + "\n")
        printed = _run_everything(world)
        world.secret("mrojas", rotated + "\n")
        world.change("JPEREZ", password=new)
        printed += _run_everything(world)
        assert world.live("JPEREZ")["password"] == old
        assert world.live("MROJAS")["password"] == rotated
        _assert_hidden(world, printed, secrets)


def _bug_in(owner: type, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError(f"a bug with {arguments!r} {options!r}")

    monkeypatch.setattr(owner, method, fail)


def test_a_traceback_of_a_bug_shows_no_password(sales: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _bug_in(UserTable, "write", monkeypatch)
    result = call(sales, "-v", "apply", "--yes")
    assert result.status == 1
    assert "a bug with" in result.err
    assert "clave-jperez" not in result.err + result.out


def test_a_bug_is_one_line_without_the_values_in_it(sales: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _bug_in(EnvironmentProvider, "read", monkeypatch)
    result = call(sales, "apply", "--yes")
    assert result.status == 1
    assert result.err.startswith("efsync: internal error: RuntimeError at ")
    assert "MAIL_JPEREZ" not in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["quiet", "verbose"])
def test_a_database_error_shows_no_password(sales: World, verbose: tuple[str, ...]) -> None:
    sales.sql("CREATE UNIQUE INDEX one_password ON Usuarios (Cla_Cor)")
    sales.user("OTHER", password="clave-jperez", server="smtp.acme.example", port=587, ssl=1)
    result = call(sales, *verbose, "apply", "--yes", "--allow-redirect", "JPEREZ", "--format", "json")
    assert result.json["status"] == "failed"
    assert "UNIQUE" in result.problem("database")["message"]
    assert "clave-jperez" not in result.err + result.out


def test_a_live_password_that_is_not_utf_8_is_not_shown(sales: World) -> None:
    sales.sql("UPDATE Usuarios SET Cla_Cor = CAST(x'636c6176652d6f63756c7461f1' AS TEXT)")
    for command in (("plan",), ("-v", "plan"), ("apply", "--yes"), ("drift",)):
        result = call(sales, *command)
        assert result.status == 1
        assert "UTF-8" in result.err
        assert "oculta" not in result.err + result.out


def test_a_password_that_is_put_where_a_file_is_named_is_not_shown_as_text(sales: World) -> None:
    sales.department("  JPEREZ:\n    password: clave-en-texto\n")
    for command in (("validate",), ("plan",), ("-v", "plan"), ("plan", "--format", "json")):
        result = call(sales, *command)
        assert result.status == 1
        assert "clave-en-texto" not in result.err + result.out


def test_the_process_list_shows_no_password(sales: World) -> None:
    process = subprocess.Popen(
        [EFSYNC, "apply"],
        cwd=sales.folder,
        env=sales.clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(5):
            assert b"clave" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
            time.sleep(0.1)
    finally:
        process.communicate(b"n\n", timeout=30)


def test_the_fingerprint_key_is_for_its_owner_only_and_never_shown(sales: World) -> None:
    printed = _run_everything(sales)
    file = sales.folder / ".efsync" / "key"
    assert file.stat().st_mode & 0o777 == 0o600
    key = file.read_text().strip()
    assert key not in printed
    for path in sales.folder.rglob("*"):
        if path.is_file() and path != file:
            assert key.encode() not in path.read_bytes()
