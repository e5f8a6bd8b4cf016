"""Files that efsync makes: written whole or not at all, and in place of nothing but its own."""

import contextlib
import os
import secrets
from pathlib import Path

from efsync.model.problems import Location, Problem, Refused


def replace_file(path: Path, text: str, kind: str, mark: str) -> None:
    """Write `text` to `path`, in place of an empty file or one of its `kind`, or into a device or pipe.

    A file is of its kind where `mark` stands in its beginning. Raises `Refused` (`config`) where it is another,
    or can't be written.
    """
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if path.is_file() and not _is_own(path, mark):
            message = f"a file of this name is there, and is no {kind} of efsync"
            raise Refused(Problem("config", message, Location(str(path)), f"write the {kind} to another file"))
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        waiting.write_text(text, encoding="utf-8", newline="\n")
        os.replace(waiting, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            waiting.unlink()
        message = f"the {kind} can't be written: {error.strerror}"
        raise Refused(Problem("config", message, Location(str(path)))) from None


def _is_own(path: Path, mark: str) -> bool:
    with path.open("rb") as file:
        beginning = file.read(200)
    return not beginning.strip() or mark.encode() in beginning
