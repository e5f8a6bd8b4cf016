"""Where a database's URL stands: in the settings, in a variable, or in a file."""

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from efsync.model.language import joined, message
from efsync.model.problems import Problem, Refused


def find_url(written: str, folder: Path, what: str) -> str:
    """The URL that `written` is or leads to: `env:NAME` to a variable, `file:PATH` to a file.

    Raises `Refused` (`config`) where there is none; the URL itself, which may hold a password, is never shown.
    """
    kind, _, name = written.partition(":")
    if kind == "env":
        found = os.environ.get(name, "")
        missing = message("the variable {name} is not set", name=name)
        hint = message("set it to the url of this database, such as postgresql://user:password@host/database")
    elif kind == "file":
        found, missing = _first_line(folder / name), message("the file {name} can't be read, or is empty", name=name)
        hint = message("it has to hold the database's url")
    else:
        return written
    if not found.strip():
        raise Refused(Problem("config", joined(": ", (what, missing)), hint=hint))
    return found.strip()


def read_url(written: str, folder: Path, what: str) -> URL:
    """The parsed URL that `written` is or leads to.

    Raises `Refused` (`config`) where there is none, it can't be read, or its password is not written right.
    """
    found = find_url(written, folder, what)
    try:
        url = make_url(found)
    except (ArgumentError, ValueError):
        hint = message("write it like postgresql://user:password@host/database or sqlite:///.efsync/demo-erp.db")
        raise Refused(Problem("config", message("{what}: the url can't be read", what=what), hint=hint)) from None
    # the rest of a password would be taken for the host, looked up and shown
    if not found.startswith("sqlite") and found.count("@") > 1:
        ambiguous = message("{what}: the password in the url has an @ that is not written as %40", what=what)
        hint = message("write @ as %40 there, and / as %2F, : as %3A, % as %25")
        raise Refused(Problem("config", ambiguous, hint=hint))
    return url


def holds_password(url: URL) -> bool:
    """Whether a password stands in a URL, or in its query; the path of a file of passwords is none."""
    return url.password is not None or any(map(_is_of_password, url.query))


def shown_url(url: URL) -> str:
    """A URL as it may be shown: without its password, which may stand in the query too."""
    return url.set(query={}).render_as_string(hide_password=True)


def _is_of_password(name: str) -> bool:
    name = name.lower()
    return ("pass" in name or "pwd" in name) and not name.endswith("file")


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return ""
