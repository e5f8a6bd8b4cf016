"""Command lines, each in a process of its own that is forked from one that has efsync imported already.

That takes a tenth of the time of a new interpreter. The forking process is one of its own too: what calls it may have
threads, and those do not survive a fork.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

TIMEOUT = 120
"""Seconds after which a command has failed."""

_ROOT = Path(__file__).parents[1]
_IMPORTED_BEFORE = (
    "alembic.command", "deepdiff", "jsonschema", "psycopg", "pymysql", "rich.live", "sqlalchemy.dialects.mysql.pymysql",
    "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite", "tests.workflows.moments",
)  # fmt: skip
_TAKES_A_NEW_INTERPRETER = ("PYTHON", "LANG", "LC_")


class Forks:
    """Runs command lines, one at a time."""

    def __init__(self) -> None:
        self._busy = Lock()
        self._files = TemporaryDirectory(prefix="efsync-test-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes"],
            cwd=_ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)
        self._files.cleanup()

    def run(
        self,
        arguments: tuple[str, ...],
        folder: Path,
        environment: dict[str, str],
        typed: str = "",
        moment: str | None = None,
    ) -> tuple[int, str, str] | None:
        """Run `efsync ARGUMENTS`, and kill it at `moment`: its exit status, negative for a signal, and its output.

        Nothing is run, and `None` is the answer, where another thread's command is under way.
        """
        if not self._busy.acquire(blocking=False):
            return None
        try:
            names = [str(Path(self._files.name, name)) for name in ("in", "out", "err")]
            Path(names[0]).write_text(typed, encoding="utf-8")
            request = {
                "arguments": arguments, "folder": str(folder), "environment": environment, "files": names,
                "moment": moment,
            }  # fmt: skip
            status = self._status(request)
            out, err = (Path(name).read_text(encoding="utf-8") for name in names[1:])
            return status, out, err
        finally:
            self._busy.release()

    def _status(self, request: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        if not select.select([self._process.stdout], [], [], TIMEOUT)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(["efsync", *request["arguments"]], TIMEOUT)
        return int(self._process.stdout.readline())


def can_be_forked(environment: dict[str, str]) -> bool:
    """Whether a process that began with other variables does the same."""
    return all(
        os.environ.get(name) == value
        for name, value in environment.items()
        if name.startswith(_TAKES_A_NEW_INTERPRETER) and name != "PYTHONUTF8"
    )


def _serve() -> None:
    from tests.one_tls_context import use_one_tls_context
    from tests.shared_statements import share_statements

    use_one_tls_context()
    share_statements()
    for name in (*_IMPORTED_BEFORE, *_own_modules()):
        importlib.import_module(name)
    gc.freeze()  # or else the collector of each child copies what all of them share
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run_and_end(**json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _own_modules() -> list[str]:
    import efsync

    found = (each.name for each in pkgutil.walk_packages(efsync.__path__, "efsync."))
    return [name for name in found if "migrations" not in name and name != "efsync.__main__"]


def _run_and_end(
    arguments: list[str], folder: str, environment: dict[str, str], files: list[str], moment: str | None
) -> None:
    status: object = 1
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        for name, descriptor, flags in zip(
            files, (0, 1, 2), (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2), strict=True
        ):
            os.dup2(os.open(name, flags), descriptor)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["efsync", *arguments]
        if moment is not None:
            from tests.workflows.moments import MOMENTS

            MOMENTS[moment](setattr, lambda: os.kill(os.getpid(), signal.SIGKILL))
        from efsync.cli import main

        main()
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    _serve()
