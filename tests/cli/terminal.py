"""A real shell in a terminal, in which `efsync` completes, and else notes what it was called with."""

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.world import EFSYNC, World

PATIENCE = 30
"""Seconds."""

_STUB = f"""\
#!/bin/sh
[ -n "$_EFSYNC_COMPLETE" ] && exec {EFSYNC} "$@"
for argument; do printf '%s\\0' "$argument"; done > "$SEEN.new"
mv "$SEEN.new" "$SEEN"
"""


def environment_with_stub(world: World, folder: Path) -> dict[str, str]:
    """Variables with which `efsync` is the stub; `folder` is one for its files."""
    folder.mkdir(exist_ok=True)
    stub = folder / "efsync"
    stub.write_text(_STUB)
    stub.chmod(0o755)
    path = os.pathsep.join((str(folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    return world.clean_environment() | {
        "PATH": path,
        "SEEN": str(folder / "seen"),
        "TERM": "xterm",
        "HOME": str(folder),
    }


class Terminal:
    """An interactive shell; what is typed is answered as to somebody who sits there."""

    def __init__(self, world: World, folder: Path, command: list[str]) -> None:
        environment = environment_with_stub(world, folder)
        self._seen = Path(environment["SEEN"])
        self._screen = ""
        self._own, other = pty.openpty()
        self._process = subprocess.Popen(
            command, cwd=world.folder, env=environment, stdin=other, stdout=other, stderr=other, start_new_session=True,
        )  # fmt: skip
        os.close(other)

    def close(self) -> None:
        """End the shell."""
        self._process.kill()
        self._process.wait()
        os.close(self._own)

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._own, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, of which a program hears that has this terminal to itself."""
        time.sleep(0.5)  # nobody is as quick as to press it between a question and the read of its answer
        self._process.send_signal(signal.SIGINT)

    def wait_for(self, text: str) -> None:
        """Wait until `text` is shown that was not before."""
        until = time.monotonic() + PATIENCE
        while text not in self._screen:
            assert time.monotonic() < until, (text, self._screen)
            self._look(0.2)
        self._screen = self._screen.partition(text)[2]

    def ended(self) -> int:
        """Wait until it ends by itself: its exit status."""
        while self._process.poll() is None:
            with contextlib.suppress(OSError):  # what is shown has to be read, or it waits
                self._look(0.1)
        return self._process.returncode

    def prepare(self, *lines: str) -> None:
        """Run lines of the shell that show nothing of interest."""
        for line in (*lines, "echo rea''dy"):
            self.type(line + "\n")
        self.wait_for("ready")

    def completed(self, line: str) -> list[str]:
        """Type `line`, a tab and the enter key: what efsync gets."""
        self._seen.unlink(missing_ok=True)
        self.type(f"{line}\t\x05\n")  # the key before the last goes to the end of the line
        until = time.monotonic() + PATIENCE
        while not self._seen.exists():
            assert time.monotonic() < until, self._screen
            self._look(0.05)
        return self._seen.read_text().split("\0")[:-1]

    def _look(self, seconds: float) -> bool:
        if not select.select([self._own], [], [], seconds)[0]:
            return False
        self._screen += os.read(self._own, 65536).decode(errors="replace")
        return True
