"""Where a database's URL stands: in the settings, in a variable, or in a file."""

import os
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from efsync.model.problems import Problem, Refused


def find_url(written: str, folder: Path, what: str) -> str:
    """The URL that `written` is or leads to: `env:NAME` to a variable, `file:PATH` to a file.

    Raises `Refused` (`config`) where there is none; the URL itself, which may hold a password, is never shown.
    """
    kind, _, name = written.partition(":")
    if kind == "env":
        found = os.environ.get(name, "")
        missing = f"the variable {name} is not set"
    elif kind == "file":
        found, missing = _first_line(folder / name), f"the file {name} can't be read, or is empty"
    else:
        return written
    if not found.strip():
        raise Refused(Problem("config", f"{what}: {missing}", hint="it has to hold the database's url"))
    return found.strip()


def shown_url(written: str) -> str:
    """A URL as it may be shown: without its password."""
    try:
        return make_url(written).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return written


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return ""
