"""The command line itself: exit statuses, usage errors, help, environment variables, colours."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from efsync.cli.program import COMMANDS
from tests.cli.inside import applied, call, call_json
from tests.world import EFSYNC, SETTINGS, World

WRONG = [
    pytest.param(("plna",), id="unknown-command"),
    pytest.param(("plan", "--bogus"), id="unknown-option"),
    pytest.param(("plan", "extra"), id="too-many-arguments"),
    pytest.param(("show",), id="missing-argument"),
    pytest.param(("plan", "--format", "xml"), id="unknown-format"),
    pytest.param(("schema", "nothing"), id="unknown-schema"),
    pytest.param(("state", "nothing"), id="unknown-subcommand"),
    pytest.param(("plan", "--user"), id="option-without-value"),
    pytest.param(("--bogus", "plan"), id="unknown-option-before"),
]


@pytest.mark.parametrize("arguments", WRONG)
def test_a_usage_error_is_exit_status_1_and_never_2(world: World, arguments: tuple[str, ...]) -> None:
    result = call(world, *arguments)
    assert (result.status, result.out) == (1, "")
    assert "Error" in result.err


def test_a_mistyped_command_is_told_what_it_may_have_meant(world: World) -> None:
    assert "No such command 'plna'. Did you mean 'plan'?" in call(world, "plna").err
    assert "Did you mean" not in call(world, "xyzzy").err


@pytest.mark.parametrize(
    "arguments", [each for each in WRONG if each.id not in ("unknown-format", "option-without-value", "unknown-schema")]
)
def test_a_usage_error_is_valid_json_where_json_was_asked_for(world: World, arguments: tuple[str, ...]) -> None:
    for asked in (("--format", "json"), ("--format=json",)):
        result = call(world, *arguments, *asked)
        assert result.status == 1
        assert result.codes == ["usage"]
    assert call(world, *arguments, EFSYNC_FORMAT="json").codes == ["usage"]


def test_no_arguments_show_the_help_and_are_not_done(world: World) -> None:
    for arguments in ((), ("state",)):
        result = call(world, *arguments)
        assert (result.status, result.out) == (1, "")
        assert "Usage: efsync" in result.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_begins_with_a_sentence(world: World, command: str) -> None:
    result = call(world, command, "--help")
    assert result.status == 0
    assert f"Usage: efsync {command}" in result.out


def test_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from efsync.cli.program import run\n"
        f"for arguments in (['--help'], ['--version'], *([name, '--help'] for name in {list(COMMANDS)!r})):\n"
        "    assert run(arguments) == 0\n"
        "heavy = {'sqlalchemy', 'jsonschema', 'deepdiff', 'ruamel', 'rich', 'alembic', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_plan_with_nothing_to_do_does_not_load_what_only_differences_need(world: World) -> None:
    code = (
        "import sys\nfrom efsync.cli.program import run\nassert run(['plan']) == 0\n"
        "sys.exit(repr({'deepdiff', 'alembic'} & set(sys.modules) or 0))"
    )
    world.user("JPEREZ")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=world.folder, env=world.clean_environment(), capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "0"


@pytest.mark.parametrize(("name", "title"), [
    ("department", "department"), ("plan", "plan"), ("configuration", "efsync.toml"), ("probe", "probe"),
])  # fmt: skip
def test_schema_prints_a_json_schema(world: World, name: str, title: str) -> None:
    (world.folder / "efsync.toml").unlink()
    result = call(world, "schema", name)
    schema = json.loads(result.out)
    assert (result.status, result.err) == (0, "")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert title in schema["title"]


@pytest.mark.parametrize("command", [("validate",), ("plan",), ("apply", "--yes"), ("drift",), ("state", "list")])
def test_a_missing_efsync_toml_is_said_with_a_remedy(world: World, command: tuple[str, ...]) -> None:
    (world.folder / "efsync.toml").unlink()
    result = call_json(world, *command)
    assert (result.status, result.codes) == (1, ["config"])
    assert result.problem("config")["hint"]


def test_settings_in_another_folder_are_named_with_c_and_their_paths_start_there(
    sales: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run(
        [EFSYNC, "-c", str(sales.folder / "efsync.toml"), "plan", "--format", "json", "--out", "plan.json"],
        cwd=elsewhere,
        env=sales.clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    document = json.loads(done.stdout)
    assert document["changes"][0]["location"]["file"] == "accounts/ventas.yaml"
    assert [path.name for path in elsewhere.iterdir()] == ["plan.json"]


def test_options_have_environment_variables(sales: World) -> None:
    other = '\n[targets.other]\nurl = "sqlite:///missing.db"\ntenant = "ACME"\n'
    sales.write("efsync.toml", SETTINGS + other)
    assert call_json(sales, "plan", EFSYNC_TARGET="other").json["target"] == "other"
    assert call_json(sales, "plan", "--target", "erp", EFSYNC_TARGET="other").json["target"] == "erp"
    assert call(sales, "plan", EFSYNC_FORMAT="json").json["kind"] == "plan"
    selected = call_json(sales, "plan", EFSYNC_USER="JPEREZ,MROJAS", EFSYNC_DEPARTMENT="VENTAS").json["selection"]
    assert selected == {"departments": ["VENTAS"], "users": ["JPEREZ", "MROJAS"]}
    assert call_json(sales, "plan", EFSYNC_TARGET="", EFSYNC_USER="", EFSYNC_DEPARTMENT="").status == 0
    sales.write("other.toml", SETTINGS.replace('"ACME"', '"GLOBEX"'))
    assert call_json(sales, "plan", EFSYNC_CONFIG="other.toml").codes == ["config"]
    assert call_json(sales, "plan", EFSYNC_PLAN_DETAILED_EXITCODE="1").status == 2
    assert "reading the users" in call(sales, "plan", EFSYNC_VERBOSE="1").err


def test_verbose_says_what_is_done_on_standard_error_only(sales: World) -> None:
    quiet, verbose = call(sales, "plan"), call(sales, "-v", "plan")
    assert "reading the users of erp" not in quiet.err
    assert "reading the users of erp" in verbose.err
    assert verbose.out == quiet.out


def _on_terminal(world: World, *arguments: str, **environment: str) -> bytes:
    """What a command writes to a terminal."""
    master, slave = pty.openpty()
    kept = {name: value for name, value in world.clean_environment().items() if name not in ("CI", "FORCE_COLOR")}
    done = subprocess.run(
        [EFSYNC, *arguments], cwd=world.folder, env=kept | {"TERM": "xterm-256color"} | environment,
        stdout=slave, stderr=slave, stdin=slave, timeout=60,
    )  # fmt: skip
    os.close(slave)
    shown = os.read(master, 1_000_000)
    os.close(master)
    assert done.returncode == 0, shown
    return shown


def test_a_terminal_gets_colours(sales: World) -> None:
    assert b"\x1b[" in _on_terminal(sales, "plan")


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        pytest.param(("--no-color", "plan"), {}, id="option"),
        pytest.param(("plan",), {"NO_COLOR": "1"}, id="NO_COLOR"),
        pytest.param(("plan",), {"EFSYNC_NO_COLOR": "1"}, id="EFSYNC_NO_COLOR"),
        pytest.param(("plan",), {"TERM": "dumb"}, id="dumb-terminal"),
    ],
)
def test_who_wants_no_colours_gets_no_escapes(
    sales: World, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    shown = _on_terminal(sales, *arguments, **environment)
    assert b"JPEREZ" in shown
    assert b"\x1b" not in shown


def test_without_a_terminal_there_are_no_escapes(sales: World) -> None:
    result = call(sales, "plan")
    assert "JPEREZ" in result.out
    assert "\x1b" not in result.out + result.err


def test_detailed_exitcode_tells_differences_from_none(sales: World) -> None:
    assert call(sales, "plan").status == 0
    assert call(sales, "plan", "--detailed-exitcode").status == 2
    applied(sales)
    assert call(sales, "plan", "--detailed-exitcode").status == 0
    (sales.folder / "erp.db").unlink()
    assert call(sales, "plan", "--detailed-exitcode").status == 1


def test_the_module_runs_like_the_script(sales: World) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "efsync", "--version"], capture_output=True, text=True, timeout=60,
        cwd=Path(sales.folder), env=sales.clean_environment(),
    )  # fmt: skip
    assert done.stdout.startswith("efsync ")
