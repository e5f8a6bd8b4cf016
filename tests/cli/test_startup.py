"""What a command imports: nothing that it does not need, since whoever waits for it waits for that too."""

import subprocess
import sys

import pytest

from efsync.cli.program import COMMANDS
from tests.workflows.settled import settle
from tests.world import World

HEAVY = {
    "alembic", "deepdiff", "jinja2", "jsonschema", "jsonschema_rs", "rich", "ruamel", "sqlalchemy", "yaml_rs",
    "psycopg", "pymysql", "pymssql", "publicsuffixlist", "tinycss2", "turbohtml",
}  # fmt: skip
DIALECTS = {f"sqlalchemy.dialects.{name}" for name in ("mssql", "mysql", "oracle", "postgresql", "sqlite")}

WITHOUT_DIFFERENCES = {"alembic", "deepdiff", "jinja2", "jsonschema", "ruamel"}
"""What a plan needs only where files are unusual, or something differs."""

NOTED = """\
import atexit, sys
atexit.register(lambda: print("\\n".join(sys.modules), file=open("modules", "w")))
sys.argv = ["efsync", *sys.argv[1:]]
from efsync.cli import main
main()
"""


def imported(world: World, *arguments: str, **environment: str) -> set[str]:
    """The modules that a console script of efsync has once it ends well."""
    done = subprocess.run(
        [sys.executable, "-c", NOTED, *arguments], cwd=world.folder, env=world.clean_environment() | environment,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return set((world.folder / "modules").read_text().split())


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("state", "--help"), *((name, "--help") for name in COMMANDS)],
    ids=" ".join,
)
def test_help_and_version_import_nothing_heavy(world: World, arguments: tuple[str, ...]) -> None:
    assert imported(world, *arguments) & HEAVY == set()


@pytest.mark.parametrize("typed", ["efsync ", "efsync pl", "efsync plan --", "efsync plan --format ", "efsync state "])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_imports_nothing_heavy(world: World, shell: str, typed: str) -> None:
    words = typed.split(" ")
    environment = {"_EFSYNC_COMPLETE": f"{shell}_complete", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        environment["COMP_CWORD"] = words[-1]
    assert imported(world, **environment) & HEAVY == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_completes_imports_nothing_heavy(world: World, shell: str) -> None:
    assert imported(world, _EFSYNC_COMPLETE=f"{shell}_source") & HEAVY == set()


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("way", [(), ("--without-secrets",)])
def test_a_plan_that_finds_nothing_imports_nothing_for_differences(
    world: World, way: tuple[str, ...], form: str
) -> None:
    settle(world)
    world.department("  '0012':\n    address: bodega@acme.example\n", name="COMPRAS")  # unquoted it is unusual
    world.department("  MROJAS:\n    password: {file: secrets/mrojas}\n", more="on_removal: forget\n")
    assert world.run("apply", "--yes").status == 0
    first = imported(world, "plan", "--format", form, *way)
    again = imported(world, "plan", "--format", form, *way)
    assert first & WITHOUT_DIFFERENCES == again & WITHOUT_DIFFERENCES == set()
    assert first & DIALECTS == again & DIALECTS == {"sqlalchemy.dialects.sqlite"}


def test_a_plan_that_was_made_before_reads_no_file_the_exact_way_and_renders_nothing(world: World) -> None:
    settle(world)
    assert {"ruamel", "jinja2"} <= imported(world, "plan", "--format", "json")
    assert imported(world, "plan", "--format", "json") & {"ruamel", "jinja2", "rich"} == set()


def test_a_check_of_the_files_alone_imports_nothing_for_databases(world: World) -> None:
    settle(world)
    for command in (["validate"], ["fmt", "--check"], ["schema", "department"]):
        assert not imported(world, *command) & {"sqlalchemy", "alembic"}
