"""Command lines that a kill -9 ends, each in a process that is forked from one that has efsync imported already.

The forking process is one of its own: what calls it may have threads, and those do not survive a fork.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from tests.workflows.moments import MOMENTS
from tests.world import Result, World

IMPORTED_BEFORE = (
    "alembic.command", "deepdiff", "jsonschema", "psycopg", "pymysql", "sqlalchemy.dialects.mysql.pymysql",
    "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite", "efsync.cli.apply", "efsync.cli.failures",
    "efsync.views.plan_text", "efsync.views.state_text",
)  # fmt: skip


class Forks:
    """Runs command lines that end at a moment, if they get there."""

    def __enter__(self) -> "Forks":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workflows.forked"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def kill_at(self, world: World, moment: str, *arguments: str) -> Result:
        """Run `efsync ARGUMENTS` and kill it at `moment`: status -9, or its own where that moment never came."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        folder = str(world.folder)
        request = {"moment": moment, "arguments": arguments, "folder": folder, "environment": world.clean_environment()}
        print(json.dumps(request), file=self._process.stdin, flush=True)
        status = int(self._process.stdout.readline())
        return Result(status, (world.folder / "out.txt").read_text(), (world.folder / "err.txt").read_text())


def _serve() -> None:
    for name in IMPORTED_BEFORE:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run_and_die(**json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run_and_die(moment: str, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for name, descriptor in (("out.txt", 1), ("err.txt", 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    MOMENTS[moment](setattr, lambda: os.kill(os.getpid(), signal.SIGKILL))
    from efsync.cli.program import run

    status = -1
    try:
        status = run(arguments)
        sys.stdout.flush()
    finally:
        os._exit(status)


if __name__ == "__main__":
    _serve()
