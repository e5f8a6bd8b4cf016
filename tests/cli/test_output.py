"""Standard output that is closed or full, and documents of commands that could not begin."""

import os
import pty
import subprocess

import pytest

from tests.cli.inside import call, call_json
from tests.world import EFSYNC, World


@pytest.mark.parametrize("command", ["plan", "validate", "drift", "plan --format json", "schema department"])
@pytest.mark.parametrize("output", [">&-", ">/dev/full"], ids=["closed", "full"])
def test_output_that_goes_nowhere_ends_without_a_traceback(sales: World, command: str, output: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" {command} {output}', EFSYNC],
        cwd=sales.folder,
        env=sales.clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert done.returncode in (0, 1)


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("plan", {"plan_id", "target", "summary", "changes", "source"}),
        ("apply", {"run", "plan_id", "status", "summary"}),
        ("drift", {"target", "summary", "accounts"}),
        ("validate", {"valid", "files", "accounts"}),
        ("state", {"accounts"}),
    ],
)
def test_a_usage_error_as_json_is_the_document_of_the_command(sales: World, command: str, keys: set[str]) -> None:
    result = call_json(sales, command, "--nope")
    assert (result.status, result.codes) == (1, ["usage"])
    assert keys <= result.json.keys()


def test_a_plan_does_not_replace_a_file_that_is_no_plan(sales: World) -> None:
    file = sales.folder / "accounts" / "ventas.yaml"
    before = file.read_text()
    result = call_json(sales, "plan", "--out", "accounts/ventas.yaml")
    assert (result.status, result.codes) == (1, ["config"])
    assert file.read_text() == before
    assert call_json(sales, "plan", "--out", "p.json").status == 0
    assert call_json(sales, "plan", "--out", "p.json").status == 0


def test_a_kind_of_secrets_that_nobody_provides_is_an_error_in_the_settings(sales: World) -> None:
    settings = (sales.folder / "efsync.toml").read_text()
    sales.write("efsync.toml", settings + '\n[secrets.evn]\nallow = ["X"]\n')
    result = call_json(sales, "validate")
    assert (result.status, result.codes) == (1, ["config"])
    assert result.problem("config")["hint"] == "did you mean env?"


@pytest.mark.parametrize("command", ["stats", "plan", "drift"])
@pytest.mark.parametrize("form", ["json", "markdown", "html"])
def test_who_sends_the_output_to_a_file_sees_that_it_failed(command: str, form: str, sales: World) -> None:
    (sales.folder / "efsync.toml").unlink()
    arguments = [str(EFSYNC), command, "--format", form]
    own, other = pty.openpty()
    with os.fdopen(own, "rb", buffering=0) as screen, os.fdopen(other, "wb") as terminal:
        done = subprocess.run(
            arguments, cwd=sales.folder, env=sales.clean_environment(), stdout=subprocess.PIPE, stderr=terminal,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        seen = screen.read(4096).decode()
    assert done.returncode == 1
    assert b"efsync.toml" in done.stdout
    assert "error: " in seen
    assert "[config]" in seen
    # what a program reads is told once
    called = call(sales, command, "--format", form)
    assert ("[config]" in called.err) == (form != "json")
