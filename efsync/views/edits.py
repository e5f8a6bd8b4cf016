"""What was or would be changed in the files, as text and as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from efsync.model.edits import Edits, FileEdit
from efsync.model.language import _, _n
from efsync.model.problems import Problem
from efsync.views.documents import failure_document
from efsync.views.visible import visible

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def edits_document(kind: str, edits: Edits) -> dict[str, Any]:
    """What a command did or would do to the files."""
    failure = failure_document(kind, edits.problems)
    return {
        **failure,
        "written": edits.written,
        "summary": {
            "files": edits.looked_at,
            "changed": sum(not edit.is_new for edit in edits.files),
            "new": sum(edit.is_new for edit in edits.files),
        },
        "files": [{"file": edit.file, "new": edit.is_new, "difference": list(edit.difference)} for edit in edits.files],
        "problems": failure["problems"],
    }


def failed_edits_document(kind: str, problems: Iterable[Problem]) -> dict[str, Any]:
    """What a command prints that failed before it looked at any file."""
    return edits_document(kind, Edits(problems=tuple(problems)))


def fmt_text(edits: Edits, *, difference: bool) -> Iterator[Text]:
    """Which files were or would be formatted, with what differs where that is asked for."""
    for edit in edits.files:
        if difference:
            yield from difference_text(edit)
        elif edits.written:
            yield Text(_("Formatted {file}.", file=visible(edit.file)))
        else:
            yield Text(_("{file} is not formatted.", file=visible(edit.file)))
    yield Text(_summary(edits), style="" if edits.files or edits.has_errors else "green")


def difference_text(edit: FileEdit) -> Iterator[Text]:
    """What differs in one file, as a unified difference."""
    name = visible(edit.file)
    yield Text(f"--- {'/dev/null' if edit.is_new else name}", style="bold")
    yield Text(f"+++ {name}", style="bold")
    for line in edit.difference:
        yield Text(visible(line), style=_COLOURS.get(line[:1], "dim"))


def _summary(edits: Edits) -> str:
    count = len(edits.files)
    if not count:
        return _n("{count} file: nothing to format.", "{count} files: nothing to format.", edits.looked_at)
    if edits.written:
        return _n("{count} file formatted, of {all}.", "{count} files formatted, of {all}.", count, all=edits.looked_at)
    return _n(
        "{count} file would be formatted, of {all}.", "{count} files would be formatted, of {all}.", count,
        all=edits.looked_at,
    )  # fmt: skip
