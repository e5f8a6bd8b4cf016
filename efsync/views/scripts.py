"""A script that was made, as text and as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from efsync.model.language import _
from efsync.model.problems import Problem
from efsync.model.scripts import Script
from efsync.planning.document import reference_to_document
from efsync.views import counts
from efsync.views.documents import failure_document
from efsync.views.visible import visible


def script_document(made: Script | None, file: str | None, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """What `script` wrote; nothing, and why, where it failed."""
    failure = failure_document("script", problems)
    return {
        **failure,
        "target": made.target if made else None,
        "plan_id": made.plan_id if made else None,
        "file": file if made else None,
        "client": made.client if made else None,
        "commands": list(made.commands) if made else [],
        "variables": [
            {"name": each.name, "user": each.user, "reference": reference_to_document(each.reference)}
            for each in (made.variables if made else ())
        ],
        "check_key": made.check_key if made else None,
        "problems": failure["problems"],
    }


def script_text(made: Script, file: str) -> Iterator[Text]:
    """What was written and how it is run."""
    wrote = _(
        "Wrote {file}: {accounts} of {target}, for {client}.",
        file=visible(file),
        accounts=counts.accounts(made.summary.changed + made.summary.cleared),
        target=visible(made.target),
        client=made.client,
    )
    yield Text(wrote, style="green")
    yield Text(_("Run it with:"))
    for command in made.commands:
        yield Text(f"    {visible(command)}")
    for each in made.variables:
        user, reference = visible(each.user), visible(str(each.reference))
        password = _("the password of {user}: {reference}", user=user, reference=reference)
        yield Text(f"{each.name:<22} {password}")
    yield Text(_("efsync plan shows what it did, and efsync apply remembers it."), style="dim")


def check_key_text(made: Script) -> str:
    """The key for whoever runs the script."""
    note = _("(for whoever runs the script; it stands nowhere in it)")
    return f"check_key = {made.check_key}   {note}"
