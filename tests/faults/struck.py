"""Runs a command line in a process of its own, and lets a test strike it at a moment.

python struck.py MOMENT PORT apply --yes: at the moment it calls PORT, and goes on when the line is closed.
"""

import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.workflows.moments import MOMENTS, Blow
from tests.world import Result, World


def struck_at(world: World, moment: str, blow: Blow, *arguments: str) -> Result:
    """Run `efsync apply --yes` in a process of its own; `blow` falls, in this one, at `moment`."""
    struck: list[str] = []

    def strike() -> None:
        line, _ = listener.accept()
        with line:
            blow()
            struck.append(moment)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        thread = threading.Thread(target=strike)
        thread.start()
        done = subprocess.run(
            [sys.executable, __file__, moment, str(listener.getsockname()[1]), *(arguments or ("apply", "--yes"))],
            cwd=world.folder,
            env=world.clean_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=60,
        )
        thread.join()
    assert struck == [moment], (done.stdout, done.stderr)
    return Result(done.returncode, done.stdout, done.stderr)


def main() -> None:
    """Run a command line and be struck at a moment."""
    moment, port, *arguments = sys.argv[1:]

    def blow() -> None:
        with socket.create_connection(("127.0.0.1", int(port))) as line:
            line.recv(1)

    MOMENTS[moment](setattr, blow)
    from efsync.cli.program import run

    sys.exit(run([*arguments, "--format", "json"]))


if __name__ == "__main__":
    main()
