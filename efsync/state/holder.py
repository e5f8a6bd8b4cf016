"""Who holds a lock, and whether that process still lives."""

import getpass
import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from efsync.model.runs import Holder

EXPIRY = timedelta(seconds=60)
"""How long after its last beat a lock counts as abandoned."""


def now() -> str:
    """The time in UTC, as every record of efsync writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def this_process() -> Holder:
    """A holder with a new token, for this process."""
    at = now()
    return Holder(
        token=secrets.token_hex(16),
        who=_who(),
        host=socket.gethostname(),
        process=os.getpid(),
        machine=_machine(),
        since=at,
        beat=at,
    )


def is_abandoned(holder: Holder) -> bool:
    """Whether a lock's holder is gone: no beat for a minute, or a process of this machine that ended."""
    if datetime.now(UTC) - datetime.fromisoformat(holder.beat) > EXPIRY:
        return True
    if os.name != "posix" or holder.machine != _machine():
        return False
    try:
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _machine() -> str:
    """Which machine a process number belongs to: host, boot and, in a container, its process namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{socket.gethostname()} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()
