"""Reads text files strictly: UTF-8, of bounded size, regular, with a problem for each thing that is not so."""

import stat
from dataclasses import replace
from pathlib import Path

from efsync.model.problems import Location, Problem, Refused

_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_text(path: Path, shown: str, limit: int, *, included: bool = False) -> str:
    """The text of `path`, without a byte order mark, line ends as they are.

    `shown` is the file's name in messages. Problems are in the file itself; those of one that is `included` name it,
    and have no place: it is where the file is named.
    Raises `Refused`: `text-file` where it can't be read, `too-large` above `limit` bytes, `encoding`.
    """
    try:
        return _text(_read_bytes(path, shown, limit), shown)
    except Refused as refused:
        if included:
            named = (replace(each, message=f"{shown}: {each.message}", location=None) for each in refused.problems)
            raise Refused(named) from None
        raise


def _text(data: bytes, shown: str) -> str:
    if data[:2] in _MARKS or b"\x00" in data:
        kind = f"is {_MARKS[data[:2]]}" if data[:2] in _MARKS else "is binary, or UTF-16"
        raise Refused(Problem("encoding", kind, Location(shown, 1, 1), "save it as UTF-8 text"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = f"is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}"
        raise Refused(Problem("encoding", message, Location(shown, line, column), "save it as UTF-8")) from None


def _read_bytes(path: Path, shown: str, limit: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused(Problem("text-file", "is not a file", Location(shown)))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
        raise Refused(Problem("text-file", reason, Location(shown))) from None
    if len(data) > limit:
        raise Refused(Problem("too-large", f"is larger than {limit:,} bytes", Location(shown, 1, 1)))
    return data
