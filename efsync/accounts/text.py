"""Reads text files strictly: UTF-8, of bounded size, regular, with a problem for each thing that is not so."""

import stat
from pathlib import Path

from efsync.model.problems import Location, Problem, Refused

_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_text(path: Path, shown: str, limit: int, place: Location | None = None) -> str:
    """The text of `path`, without a byte order mark, line ends as they are.

    `shown` is the file's name in messages. Problems are at `place`, or in the file itself where there is none.
    Raises `Refused`: `text-file` where it can't be read, `too-large` above `limit` bytes, `encoding`.
    """
    data = _read_bytes(path, shown, limit, place)
    if data[:2] in _MARKS or b"\x00" in data:
        kind = f"is {_MARKS[data[:2]]}" if data[:2] in _MARKS else "is binary, or UTF-16"
        raise Refused(
            Problem(
                "encoding", f"{_prefix(shown, place)}{kind}", place or Location(shown, 1, 1), "save it as UTF-8 text"
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        raise Refused(
            Problem(
                "encoding",
                f"{_prefix(shown, place)}is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}",
                place or Location(shown, line, column),
                "save it as UTF-8",
            )
        ) from None


def _read_bytes(path: Path, shown: str, limit: int, place: Location | None) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused(Problem("text-file", f"{_prefix(shown, place)}is not a file", place or Location(shown)))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
        raise Refused(Problem("text-file", f"{_prefix(shown, place)}{reason}", place or Location(shown))) from None
    if len(data) > limit:
        message = f"{_prefix(shown, place)}is larger than {limit:,} bytes"
        raise Refused(Problem("too-large", message, place or Location(shown, 1, 1)))
    return data


def _prefix(shown: str, place: Location | None) -> str:
    """Names the file where the problem is reported elsewhere, at the value that names it."""
    return f"{shown}: " if place and place.file != shown else ""
