"""`{command: NAME ARGUMENT}`: the first line that a program of efsync.toml prints, such as `pass mail/jperez`."""

import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.interface import ProviderDown, SecretError
from efsync.secrets.patterns import is_listed
from efsync.secrets.roots import MAX_BYTES, secret_text

_LOOK = 0.1
"""Seconds after which to look whether a program ended, though something that it left behind holds its output open."""


class CommandProvider:
    """Runs the programs that `[secrets.command.programs]` names, with one argument at most, which `allow` lists.

    There is no shell. A program runs in `/`, not in the repository, without a terminal to read from and without
    efsync's own variables; what it says on standard error is not shown, since a secret may stand there.
    """

    at_once = 4

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._programs: Mapping[str, list[str]] = settings.get("programs", {})
        self._allowed: tuple[str, ...] = tuple(settings.get("allow", ()))
        self._timeout: int = settings.get("timeout", 30)
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def check_allowed(self, argument: str) -> None:
        """Program and argument have to match one of the patterns; one that begins with `-`, such a pattern."""
        program, _, given = argument.partition(" ")
        allowed = program in self._programs and any(
            _allows(pattern, program, given) for pattern in self._allowed if (" " in pattern) == (" " in argument)
        )
        if not allowed:
            hint = message("name the program in efsync.toml, [secrets.command.programs], and allow its argument: allow")
            raise SecretError(message("the command {command} may not be run", command=argument), hint)

    def read(self, argument: str) -> Secret:
        """The first line of its output, once it ended well within `timeout` seconds."""
        program, _, given = argument.partition(" ")
        process = self._started(program, [*self._programs[program], *([given] if given else [])])
        try:
            line = self._first_line(process)
            status = process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            said = message(
                "the command {command} did not end within {seconds} seconds", command=program, seconds=self._timeout
            )
            hint = message("does it ask somewhere for a password? [secrets.command] timeout")
            raise ProviderDown(said, hint) from None
        finally:
            self._end(process)
        if status != 0:
            hint = message("run it yourself: what it says is not shown here")
            raise SecretError(_failed(argument, status), hint)
        return Secret(secret_text(line, lambda: message("what the command {command} prints", command=argument)))

    def stop(self) -> None:
        """End what runs, and begin nothing more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill(process)

    def _started(self, program: str, command: list[str]) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._stopped:
                raise ProviderDown(message("interrupted"))
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=os.sep,
                    env={name: value for name, value in os.environ.items() if not name.upper().startswith("EFSYNC_")},
                    process_group=0,
                )
            except (OSError, ValueError) as error:
                why = reason(error) if isinstance(error, OSError) else message("its name can't be used")
                said = message(
                    "the command {command} can't be run: {file}: {reason}", command=program, file=command[0], reason=why
                )
                raise ProviderDown(said) from None
            self._running.add(process)
            return process

    def _first_line(self, process: "subprocess.Popen[bytes]") -> bytes:
        """The first line, read as far as it may be a secret; the rest is taken from the program, and thrown away.

        Raises `TimeoutExpired`.
        """
        assert process.stdout is not None
        deadline = monotonic() + self._timeout
        data = b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while True:
                left = deadline - monotonic()
                if left <= 0:
                    raise subprocess.TimeoutExpired(process.args, self._timeout)
                had_ended = process.poll() is not None  # before the look: then all that it printed is there
                if waiting.select(min(left, _LOOK)):
                    read = os.read(process.stdout.fileno(), MAX_BYTES)
                    if not read:
                        break
                    if b"\n" not in data and len(data) <= MAX_BYTES:
                        data += read
                elif had_ended:
                    break
        while process.poll() is None:
            if monotonic() >= deadline:
                raise subprocess.TimeoutExpired(process.args, self._timeout)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
        line = data.partition(b"\n")[0]
        if len(line) > MAX_BYTES:
            raise SecretError(
                message("the first line that a command prints is longer than {most:,} bytes", most=MAX_BYTES)
            )
        return line

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        """Leave nothing of it: neither a process that still runs nor an open pipe."""
        if process.returncode is None:
            _kill(process)
        with self._lock:
            self._running.discard(process)
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def _failed(command: str, status: int) -> str:
    if status > 0:
        return message("the command {command} ended with status {status}", command=command, status=status)
    return message("the command {command} was ended by signal {signal}", command=command, signal=-status)


def _allows(pattern: str, program: str, given: str) -> bool:
    """Whether a pattern names the program, letter by letter, and matches its argument."""
    named, _, wanted = pattern.partition(" ")
    if named != program or (given.startswith("-") and not wanted.startswith("-")):
        return False
    return is_listed(given, [wanted]) if given or wanted else True


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
