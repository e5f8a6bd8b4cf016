"""Reads text files strictly: UTF-8, of bounded size, regular, with a problem for each thing that is not so."""

import stat
from dataclasses import replace
from pathlib import Path

from efsync.model.foreign import reason
from efsync.model.language import joined, message
from efsync.model.problems import Location, Problem, Refused

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


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
            raise Refused(
                replace(each, message=joined(": ", (shown, each.message)), location=None) for each in refused.problems
            ) from None
        raise


def _text(data: bytes, shown: str) -> str:
    if data[:2] in _UTF_16 or b"\x00" in data:
        said = message("is UTF-16") if data[:2] in _UTF_16 else message("is binary, or UTF-16")
        raise Refused(Problem("encoding", said, Location(shown, 1, 1), message("save it as UTF-8 text")))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        said = message("is not UTF-8 text: byte 0x{byte:02x} in line {line}", byte=data[error.start], line=line)
        hint = message("save it as UTF-8")
        raise Refused(Problem("encoding", said, Location(shown, line, column), hint)) from None


def _read_bytes(path: Path, shown: str, limit: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused(Problem("text-file", message("is not a file"), Location(shown)))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        unread = message("can't be read: {reason}", reason=reason(error))
        said = message("there is no such file") if is_missing else unread
        raise Refused(Problem("text-file", said, Location(shown))) from None
    if len(data) > limit:
        said = message("is larger than {most:,} bytes", most=limit)
        raise Refused(Problem("too-large", said, Location(shown, 1, 1)))
    return data
