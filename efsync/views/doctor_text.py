"""What doctor found, as text: a group for efsync itself and one for each target, with remedies below."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

import efsync
from efsync.model.checks import Check, CheckStatus, Examination, Topic
from efsync.model.language import _, message, translated, word
from efsync.views import counts
from efsync.views.visible import said, visible

_COLOURS = {CheckStatus.OK: "green", CheckStatus.WARNING: "yellow", CheckStatus.ERROR: "bold red"}
_STATUSES = {
    CheckStatus.OK: message("ok"),
    CheckStatus.WARNING: message("warning"),
    CheckStatus.ERROR: message("error"),
}
_TOPICS = {
    Topic.SETTINGS: word("topic", "settings"),
    Topic.ACCOUNTS: word("topic", "accounts"),
    Topic.SECRETS: word("topic", "secrets"),
    Topic.KEY: word("topic", "key"),
    Topic.STATE: word("topic", "state"),
    Topic.CONNECTION: word("topic", "connection"),
    Topic.DRIVER: word("topic", "driver"),
    Topic.SERVER: word("topic", "server"),
    Topic.COLLATION: word("topic", "collation"),
    Topic.CLOCK: word("topic", "clock"),
    Topic.TABLE: word("topic", "table"),
    Topic.COLUMN: word("topic", "column"),
    Topic.AUDIT: word("topic", "audit"),
    Topic.RIGHTS: word("topic", "rights"),
    Topic.USERS: word("topic", "users"),
}


def doctor_text(found: Examination) -> Iterator[Text]:
    """The lines of an examination, and its counts."""
    for target, checks in groupby(sorted(found.checks, key=_is_of_target), lambda check: check.target):
        head = _("Target {name}", name=visible(target)) if target else f"efsync {efsync.__version__}"
        yield Text(head, style="bold")
        for remedy, alike in groupby(checks, _remedy):
            yield from map(_check, alike)
            if remedy:
                yield Text(" " * sum(_widths(), 6) + said(remedy), style="dim")
        yield Text()
    errors, warnings, fine = map(found.count, (CheckStatus.ERROR, CheckStatus.WARNING, CheckStatus.OK))
    told = {"fine": fine, "warnings": counts.warnings(warnings), "errors": counts.errors(errors)}
    yield Text(_("{fine} ok, {warnings}, {errors}.", **told), style=_COLOURS[found.status])


def _remedy(check: Check) -> str | None:
    """What to do, which is said once below checks that follow each other."""
    return check.remedy


def _widths() -> tuple[int, int]:
    statuses, topics = (max(len(translated(each)) for each in words.values()) for words in (_STATUSES, _TOPICS))
    return statuses, topics


def _check(check: Check) -> Text:
    status, topic = translated(_STATUSES[check.status]), translated(_TOPICS[check.topic])
    statuses, topics = _widths()
    return Text.assemble(
        "  ",
        (f"{status:<{statuses}}", _COLOURS[check.status]),
        (f"  {topic:<{topics}}  ", "dim"),
        said(check.message),
    )


def _is_of_target(check: Check) -> bool:
    return check.target is not None
