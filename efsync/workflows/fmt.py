"""`efsync fmt`: department files in canonical order and layout."""

from collections.abc import Sequence
from pathlib import Path

from efsync.accounts.editing.format import Altered, formatted, with_lf
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import read_department
from efsync.model.edits import Edits, FileEdit
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused
from efsync.model.progress import Progress, unseen
from efsync.planning.differences import line_difference
from efsync.settings.model import Settings
from efsync.workflows.rewriting import Rewriting, rewrite
from efsync.workflows.wiring import accounts_of

BYTE_ORDER_MARK = "\ufeff"


def fmt(settings: Settings, paths: Sequence[Path] = (), *, write: bool, progress: Progress = unseen) -> Edits:
    """Bring all department files, or those of `paths`, into canonical order and layout; only with `write` in place.

    A file that can't be read, or is no valid department file, is left alone: why is among the problems.
    Raises `Refused` where the accounts folder can't be read, or a path names no department file.
    """
    folder = accounts_of(settings)
    files = folder.chosen_files(paths) if paths else folder.department_files()
    edits: list[FileEdit] = []
    problems: list[Problem] = []
    for number, path in enumerate(files, start=1):
        try:
            edits += _edit(settings, folder, path, write=write)
        except Refused as refused:
            problems += refused.problems
        progress(number, len(files))
    return Edits(tuple(edits), len(files), write, tuple(problems))


def _edit(settings: Settings, folder: AccountsFolder, path: Path, *, write: bool) -> list[FileEdit]:
    read_department(folder, path)
    shown = folder.shown(path)
    before = path.read_bytes().decode()
    try:
        after = formatted(before.removeprefix(BYTE_ORDER_MARK))
    except Altered:
        what = message("efsync can't format this file without changing what it says, and leaves it alone")
        hint = message("please report the file: this is a mistake in efsync")
        raise Refused(Problem("internal", what, Location(shown), hint)) from None
    if before == after:
        return []
    if write:
        rewrite([Rewriting(path, before, after)], settings.folder)
    shown_sides = (with_lf(before)[0], with_lf(after)[0])
    sides = shown_sides if shown_sides[0] != shown_sides[1] else (before, after)
    return [FileEdit(shown, line_difference(*sides))]
