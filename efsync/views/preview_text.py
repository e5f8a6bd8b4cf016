"""A preview that was made, as text and as JSON."""

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from efsync.model.language import _
from efsync.model.previews import Preview
from efsync.model.problems import Problem
from efsync.views import counts
from efsync.views.documents import failure_document
from efsync.views.visible import visible


def preview_document(made: Preview | None, file: str | None, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """Which accounts the page in `file` shows, and where the parts of their mails come from."""
    failure = failure_document("preview", problems)
    return {
        **failure,
        "target": made.target if made else None,
        "file": file if made else None,
        "accounts": [
            {
                "user": mail.user,
                "department": mail.department,
                "parts": [
                    {"part": each.field, "origin": each.origin.value, "place": each.place} for each in mail.parts
                ],
            }
            for mail in (made.mails if made else ())
        ],
        "problems": failure["problems"],
    }


def preview_text(made: Preview, file: str) -> Text:
    """What was written."""
    accounts = counts.accounts(len(made.mails))
    wrote = _("Wrote {file}: the mail of {accounts}. Open it in a browser.", file=visible(file), accounts=accounts)
    return Text(wrote, style="green")
