"""Calling `efsync` as a pipeline does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from efsync.pipelines.interface import Host


def efsync(host: Host, *arguments: str) -> int:
    """Run `efsync ARGUMENTS`, its output in the log; the exit status."""
    with _no_commands(host):
        return _run(host, arguments).returncode


def efsync_into(host: Host, file: Path, *arguments: str) -> int:
    """Run `efsync ARGUMENTS` with its standard output in `file`, and the rest in the log; the exit status."""
    with _no_commands(host), file.open("wb") as output:
        return _run(host, arguments, output).returncode


def say(host: Host, text: str) -> None:
    """Print what came from files or databases."""
    with _no_commands(host):
        click.echo(text)


def _run(host: Host, arguments: tuple[str, ...], output: Any = None) -> "subprocess.CompletedProcess[bytes]":
    # -P: nothing that lies in the checkout is taken for a module of Python's
    command = [sys.executable, "-P", "-m", "efsync", *arguments]
    variables = {name: value for name, value in os.environ.items() if name not in host.secret_variables}
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, env=variables, check=False)


@contextmanager
def _no_commands(host: Host) -> Iterator[None]:
    """What comes from files and databases is printed here, and shall command the host to nothing."""
    end = host.hold_commands()
    try:
        yield
    finally:
        if end:
            click.echo(end)
