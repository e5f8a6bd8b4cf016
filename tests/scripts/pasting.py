"""Types a text into a client that sits at a terminal, as somebody who pastes does."""

import os
import pty
import re
import subprocess
import threading
import tty
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import make_url

from tests.scripts.running import client_of, environment
from tests.world import World

PROMPTS = {
    "psql": ["psql", "-X", "--no-readline", "-h", "127.0.0.1"],
    "mysql": ["mysql", "-h", "127.0.0.1"],
    "sqlite3": ["sqlite3", "-interactive"],
}
LEAVE = {"psql": "\\q\n", "mysql": "exit\n", "sqlite3": ".quit\n"}


_OUTCOME = re.compile(
    r"(?:^|[>#|] )(done: \d+ accounts? changed|nothing was changed|what was changed is not known)", re.MULTILINE
)


def outcomes(shown: str) -> list[str]:
    """What a client says in the end, wherever its prompts stand; not the same words inside of a statement."""
    return _OUTCOME.findall(shown)


def pasted(world: World, text: str) -> str:
    """What the client of `world` shows when `text` is pasted at its prompt."""
    client = client_of(world)
    database = "erp.db" if client == "sqlite3" else world.url.rpartition("/")[2].partition("?")[0]
    shown = _at_a_terminal(world, [*PROMPTS[client], database], f"{text}\n{LEAVE[client]}")
    return shown.replace("\r", "")


def _at_a_terminal(world: World, command: Sequence[str], text: str) -> str:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    port = str(make_url(world.url).port or "")
    variables = environment(world) | {"TERM": "dumb", "PAGER": "cat", "PGPORT": port}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=world.folder, env=variables, start_new_session=True
    )
    os.close(theirs)
    shown: list[bytes] = []
    reading = threading.Thread(target=_read, args=(ours, shown))
    reading.start()
    try:
        for start in range(0, len(text.encode()), 500):
            os.write(ours, text.encode()[start : start + 500])
        process.wait(60)
    finally:
        process.kill()
        reading.join(10)
        os.close(ours)
    return b"".join(shown).decode(errors="replace")


def _read(terminal: int, shown: list[bytes]) -> None:
    with suppress(OSError):  # nobody is at the other end any more
        while piece := os.read(terminal, 4096):
            shown.append(piece)
