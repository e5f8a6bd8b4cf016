"""Writes several files, all of them or none.

Each is written beside its place first; then all are put in their places, one after the other. What is done is in a
journal meanwhile, so that whoever comes after a crash knows that it may be half of it.
"""

import contextlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused, Severity, named, refuse_errors

_TEMPORARY = re.compile(r"\.([^/\\]+)\.[0-9a-f]{8}$")
"""The name of a file that waits beside its place, at the end of a path."""

JOURNAL = Path(".efsync") / "rewriting.json"


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A file and what shall stand in it; `before` is what stands there now, `None` where it is new."""

    path: Path
    before: str | None
    after: str

    @property
    def is_new(self) -> bool:
        """Whether there is no such file yet."""
        return self.before is None


def rewrite(files: Sequence[Rewriting], folder: Path) -> None:
    """Write all `files`; where one can't be put in its place, those before it get back what they had.

    The journal is in `folder`. Raises `Refused` (`config`) where something else stands in a file by now, or it
    can't be written.
    """
    refuse_errors(problem for each in files if (problem := _moved(each)) is not None)
    with _told(), _folders(each.path.parent for each in files), ExitStack() as stack:
        waiting = [(each, stack.enter_context(_written_beside(each))) for each in files]
        with _journal(folder / JOURNAL, [each.path for each in files]) if len(files) > 1 else nullcontext():
            _put_in_place(waiting)


def unfinished(folder: Path) -> Iterator[Problem]:
    """That some files were not all written, because efsync was killed in between."""
    try:
        names = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    what = message("efsync was cut off while it wrote {names}: some may be new and others not", names=named(names))
    hint = message("look at them with git diff; running the same command with --write again ends it")
    yield Problem("files-interrupted", what, hint=hint, severity=Severity.WARNING)


def _moved(file: Rewriting) -> Problem | None:
    """That a file is not as it was when it was read."""
    try:
        found = file.path.resolve().read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        found = None
    except OSError as error:
        what = message("the file can't be read: {reason}", reason=reason(error))
        return Problem("config", what, Location(str(file.path)))
    if found == file.before:
        return None
    what = message("the file was changed by somebody else meanwhile")
    return Problem("config", what, Location(str(file.path)), message("try again"))


def _put_in_place(waiting: Sequence[tuple[Rewriting, Path]]) -> None:
    done: list[Rewriting] = []
    try:
        for file, written in waiting:
            done.append(file)
            if file.is_new:
                os.link(written, file.path)
            else:
                os.replace(written, file.path.resolve())
    except BaseException:
        left = [str(file.path) for file in done if not _is_put_back(file)]
        if left:
            what = message(
                "the files were not all written, and these could not be put back: {names}", names=named(left)
            )
            raise Refused(Problem("config", what, hint=message("look at them with git diff"))) from None
        raise


def _is_put_back(file: Rewriting) -> bool:
    """Give a file back what it had; whether that could be done."""
    try:
        if file.before is None:
            if file.path.exists() and file.path.read_bytes() == file.after.encode():
                file.path.unlink()
            return True
        with _written_beside(Rewriting(file.path, file.after, file.before)) as written:
            os.replace(written, file.path.resolve())
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _written_beside(file: Rewriting) -> Iterator[Path]:
    """A file with the new text in the same folder, with the mode of the old one; gone afterwards."""
    real = file.path if file.is_new else file.path.resolve()
    waiting = real.with_name(f".{real.name[:100]}.{secrets.token_hex(4)}")
    try:
        with waiting.open("xb") as stream:
            stream.write(file.after.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if not file.is_new:
            waiting.chmod(stat.S_IMODE(real.stat().st_mode))
        yield waiting
    finally:
        with contextlib.suppress(OSError):
            waiting.unlink()


@contextlib.contextmanager
def _journal(path: Path, files: Iterable[Path]) -> Iterator[None]:
    """That these files are being written, until they are."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"files": [str(each) for each in files]}), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink()


@contextlib.contextmanager
def _folders(folders: Iterable[Path]) -> Iterator[None]:
    """The folders that are missing, made; gone again where it fails."""
    made: list[Path] = []
    try:
        for folder in dict.fromkeys(folders):
            for each in (*reversed(folder.parents), folder):
                if not each.exists():
                    each.mkdir()
                    made.append(each)
        yield
    except BaseException:
        for path in reversed(made):
            with contextlib.suppress(OSError):
                path.rmdir()
        raise


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = Location(_TEMPORARY.sub(r"\1", str(error.filename))) if error.filename else None
        what = message("the files can't be written, and are as they were: {reason}", reason=reason(error))
        raise Refused(Problem("config", what, where)) from None
