"""Measures what answers before any work: help, version and completion, over a bare Python."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial

from benchmarks.processes import EFSYNC, Run, Series, Step, interleaved, run

HEAVY = (
    "alembic", "deepdiff", "jinja2", "jsonschema", "jsonschema_rs", "psycopg", "pymysql", "rich", "ruamel",
    "sqlalchemy", "yaml", "yaml_rs",
)  # fmt: skip
"""Libraries that only work needs."""

BARE = "python -c pass"
COMMANDS: dict[str, tuple[list[str], dict[str, str]]] = {
    "efsync --help": (["--help"], {}),
    "efsync --version": (["--version"], {}),
    "completion of `efsync pl`": (
        [],
        {"_EFSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "efsync pl", "COMP_CWORD": "1"},
    ),
    "completion of `efsync plan --ta`": (
        [],
        {"_EFSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "efsync plan --ta", "COMP_CWORD": "2"},
    ),
}


@dataclass(frozen=True)
class Startup:
    """The runs of a bare Python and of each command, and which heavy libraries each command imports."""

    bare: Series
    commands: dict[str, Series]
    heavy: dict[str, list[str]]

    def over_bare(self, command: str) -> float:
        """The seconds that a command takes longer than a bare Python."""
        return self.commands[command].seconds - self.bare.seconds


def measure_startup(rounds: int) -> Startup:
    """Run everything `rounds` times, and once before that does not count."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EFSYNC", "_EFSYNC"))}
    steps = [Step(BARE, partial(_run, [sys.executable, "-c", "pass"], environment))]
    steps += [
        Step(name, partial(_run, [str(EFSYNC), *arguments], environment | variables))
        for name, (arguments, variables) in COMMANDS.items()
    ]
    interleaved(steps, 1)
    series = interleaved(steps, rounds)
    return Startup(
        bare=series.pop(BARE),
        commands=series,
        heavy={
            name: _heavy_imports_of(arguments, environment | variables)
            for name, (arguments, variables) in COMMANDS.items()
        },
    )


def _run(command: list[str], environment: dict[str, str]) -> Run:
    return run(command, environment)[1]


def _heavy_imports_of(arguments: list[str], environment: dict[str, str]) -> list[str]:
    watched = environment | {"PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run([EFSYNC, *arguments], env=watched, capture_output=True, text=True, check=True)
    return heavy_imports(done.stderr)


def heavy_imports(profile: str) -> list[str]:
    """The heavy libraries in what Python says of its imports."""
    modules = {line.rpartition("|")[2].strip().partition(".")[0] for line in profile.splitlines()}
    return sorted(modules.intersection(HEAVY))
