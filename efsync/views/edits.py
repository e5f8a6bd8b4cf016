"""What was or would be changed in the files, as text and as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from efsync.model.edits import Accepted, Edits, FileEdit, Imported
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


def import_document(made: Imported) -> dict[str, Any]:
    """What an import did or would do; no password."""
    found = edits_document("import", made.edits)
    return {
        **found,
        "target": made.target,
        "summary": {
            **found["summary"],
            "users_new": made.new,
            "users_changed": made.changed,
            "users_same": made.same,
            "users_without_mail": made.without_mail,
            "references": made.references,
            "exported": made.exported,
        },
        "export_folder": made.folder,
    }


def import_text(made: Imported) -> Iterator[Text]:
    """What differs in each file, and what was or would be done. A new file that is written now is only named."""
    edits = made.edits
    for edit in edits.files:
        yield from [_new_text(edit)] if edit.is_new and edits.written else difference_text(edit)
    counts = _("{new:,} users new, {changed:,} changed, {same:,} as they are; {none:,} without mail settings.",
        new=made.new, changed=made.changed, same=made.same, none=made.without_mail)  # fmt: skip
    if made.exported:
        yield Text(_exported_text(made))
    yield Text(f"{written_text(edits)} {counts}", style="bold" if edits.files else "green")


def import_next_text(made: Imported, step: str) -> Iterator[Text]:
    """What is to be done after an import, once all is said about it; `step` where it wrote files."""
    if made.edits.files and made.edits.written:
        yield Text(_("Next: {step}", step=visible(step)), style="bold")
    elif (made.edits.files or made.exported) and not made.edits.written:
        yield Text(_("Nothing was written; --write writes it."), style="bold")


def _new_text(edit: FileEdit) -> Text:
    count = sum(line.startswith("+") for line in edit.difference)
    named = {"file": visible(edit.file)}
    return Text(_n("{file}: new, {count:,} line", "{file}: new, {count:,} lines", count, **named), style="green")


def accept_document(made: Accepted) -> dict[str, Any]:
    """What was or would be taken over from the ERP; no password."""
    found = edits_document("accept", made.edits)
    summary = {**found["summary"], "accounts": made.accounts, "fields": made.fields}
    return {**found, "target": made.target, "summary": summary}


def accept_text(made: Accepted) -> Iterator[Text]:
    """What differs in each file, and how much was or would be taken over."""
    for edit in made.edits.files:
        yield from difference_text(edit)
    if not made.edits.files:
        yield Text(_("Nothing to take over: the files say already what drifted, or nothing did."), style="green")
        return
    accounts = _n("{count:,} account", "{count:,} accounts", made.accounts)
    if made.edits.written:
        yield Text(_n("Took over {count:,} field of {accounts}.", "Took over {count:,} fields of {accounts}.",
            made.fields, accounts=accounts), style="bold")  # fmt: skip
        yield Text(_("Commit it; drift shows it until the next apply, which then has nothing to change there."))
    else:
        yield Text(_n("{count:,} field of {accounts} to take over.", "{count:,} fields of {accounts} to take over.",
            made.fields, accounts=accounts))  # fmt: skip
        yield Text(_("Nothing was written; --write writes it."), style="bold")


def written_text(edits: Edits) -> str:
    """How many files were or would be written."""
    count = len(edits.files)
    if not count:
        return _("The files say already what the ERP holds.")
    if edits.written:
        return _n("{count:,} file written.", "{count:,} files written.", count)
    return _n("{count:,} file to write.", "{count:,} files to write.", count)


def _exported_text(made: Imported) -> str:
    folder = visible(made.folder or "")
    if made.edits.written:
        return _n(
            "{count:,} password written to {folder}: move it into your store, and delete it there.",
            "{count:,} passwords written to {folder}: move them into your store, and delete them there.",
            made.exported, folder=folder,
        )  # fmt: skip
    return _n(
        "{count:,} password to write to {folder}.", "{count:,} passwords to write to {folder}.", made.exported,
        folder=folder,
    )  # fmt: skip


def fmt_text(edits: Edits, *, difference: bool) -> Iterator[Text]:
    """Which files were or would be formatted, with what differs where that is asked for."""
    for edit in edits.files:
        if difference:
            yield from difference_text(edit)
        elif edits.written:
            yield Text(_("Formatted {file}.", file=visible(edit.file)))
        else:
            yield Text(_("{file} is not formatted.", file=visible(edit.file)))
    if summary := _summary(edits):
        yield Text(summary, style="" if edits.files or edits.has_errors else "green")


def difference_text(edit: FileEdit) -> Iterator[Text]:
    """What differs in one file, as a unified difference."""
    name = visible(edit.file)
    yield Text(f"--- {'/dev/null' if edit.is_new else name}", style="bold")
    yield Text(f"+++ {name}", style="bold")
    for line in edit.difference:
        yield Text(visible(line), style=_COLOURS.get(line[:1], "dim"))


def _summary(edits: Edits) -> str:
    count = len(edits.files)
    if not count and any(problem.is_error for problem in edits.problems):
        return ""
    if not count:
        return _n("{count} file: nothing to format.", "{count} files: nothing to format.", edits.looked_at)
    if edits.written:
        return _n("{count} file formatted, of {all}.", "{count} files formatted, of {all}.", count, all=edits.looked_at)
    return _n(
        "{count} file would be formatted, of {all}.", "{count} files would be formatted, of {all}.", count,
        all=edits.looked_at,
    )  # fmt: skip
