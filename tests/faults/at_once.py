"""Runs one command line in many processes that begin at the same moment.

python at_once.py FOLDERS.json apply --yes: one process for each folder, forked when all is imported.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.world import Result, World


def at_once(world: World, folders: Iterable[Path], *arguments: str) -> list[Result]:
    """Run a command line in each of the folders at once; how each process ended, in the order of the folders."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([str(folder) for folder in folders], file)
        file.flush()
        done = subprocess.run(
            [sys.executable, __file__, file.name, *arguments],
            env=world.clean_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    return [Result(*each) for each in json.loads(done.stdout)]


def main() -> None:
    """Fork, let all go at once, and print how they ended."""
    folders = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for module in ("efsync.workflows", "psycopg", "pymysql", "sqlalchemy.dialects.postgresql.psycopg"):
        __import__(module)
    wait, start = os.pipe()
    with tempfile.TemporaryDirectory() as outputs:
        children = {}
        for number, folder in enumerate(folders):
            files = Path(outputs, f"{number}.out"), Path(outputs, f"{number}.err")
            children[_fork(folder, sys.argv[2:], wait, start, *files)] = files
        os.close(start)
        ended = [
            (os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), *(file.read_text() for file in files))
            for child, files in children.items()
        ]
    sys.stdout.write(json.dumps(ended))


def _fork(folder: str, arguments: list[str], wait: int, start: int, out: Path, err: Path) -> int:
    from efsync.cli.program import run

    child = os.fork()
    if child:
        return child
    os.close(start)
    os.read(wait, 1)  # ends when nobody can write any more: when the parent closes its end, for all at once
    os.chdir(folder)
    with (
        out.open("w") as written,
        err.open("w") as said,
        contextlib.redirect_stdout(written),
        contextlib.redirect_stderr(said),
    ):
        status = run(arguments)
    os._exit(status)


if __name__ == "__main__":
    main()
