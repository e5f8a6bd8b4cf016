"""Files that efsync makes: written whole or not at all, and in place of nothing but its own."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused


def replace_file(path: Path, text: str, kind: str, mark: str) -> None:
    """Write `text` to `path`, in place of an empty file or one of its `kind`, or into a device or pipe.

    A file is of its kind where `mark` stands in its beginning. Raises `Refused` (`config`) where it is another,
    or can't be written.
    """
    with _told(path, kind):
        if path.is_file() and not _is_own(path, mark):
            other = message("a file of this name is there, and is no {kind} of efsync", kind=kind)
            hint = message("write the {kind} to another file", kind=kind)
            raise Refused(Problem("config", other, Location(str(path)), hint))
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        with _written_beside(path, text) as waiting:
            os.replace(waiting, path)


def write_file(path: Path, text: str, *, force: bool) -> None:
    """Write `text` to `path`, over another file only with `force`.

    Raises `Refused` (`config`) where one is there, or it can't be written.
    """
    with _told(path, message("file")), _written_beside(path, text) as waiting:
        try:
            (os.replace if force else os.link)(waiting, path)
        except FileExistsError:
            there, hint = message("a file of this name is there"), message("--force writes over it")
            raise Refused(Problem("config", there, Location(str(path)), hint)) from None


@contextlib.contextmanager
def _told(path: Path, kind: str) -> Iterator[None]:
    """Tells that a file can't be written, and why."""
    try:
        yield
    except OSError as error:
        unwritten = message("the {kind} can't be written: {reason}", kind=kind, reason=reason(error))
        raise Refused(Problem("config", unwritten, Location(str(path)))) from None


@contextlib.contextmanager
def _written_beside(path: Path, text: str) -> Iterator[Path]:
    """A file with `text` in the folder of `path`, to be put in its place; gone afterwards."""
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        waiting.write_text(text, encoding="utf-8", newline="\n")
        yield waiting
    finally:
        with contextlib.suppress(OSError):
            waiting.unlink()


def _is_own(path: Path, mark: str) -> bool:
    with path.open("rb") as file:
        beginning = file.read(200)
    return not beginning.strip() or mark.encode() in beginning
