"""Whether the live rows are still what a plan saw."""

from collections.abc import Iterable, Iterator, Mapping

from efsync.model.accounts import LiveAccount
from efsync.model.plans import AccountChange
from efsync.model.problems import Problem

_REMEDY = "make a new plan"


def moved(changes: Iterable[AccountChange], live: Mapping[str, LiveAccount]) -> Iterator[Problem]:
    """The accounts whose before-values are not live any more; a field that is not changed does not count."""
    for change in changes:
        account = live.get(change.key)
        if account is None:
            if change.writes:
                yield Problem("plan-stale", f"{change.user} is no longer a user of the ERP", change.location, _REMEDY)
            continue
        fields = [field for field, before in change.before.items() if account.fields.get(field) != before]
        if fields:
            message = f"{change.user} changed in the ERP since the plan was made: {', '.join(fields)}"
            yield Problem("plan-stale", message, change.location, _REMEDY)


def misread(changes: Iterable[AccountChange], live: Mapping[str, LiveAccount]) -> Iterator[Problem]:
    """The fields that, read back after writing, are not what was written: a trigger, a truncation."""
    for change in changes:
        account = live[change.key]
        for each in change.fields:
            found = account.fields.get(each.field)
            if found != each.after:
                values = "" if each.sensitive else f": wrote {_shown(each.after)}, reads {_shown(found)}"
                message = f"the ERP does not keep what is written to {each.field} of {change.user}{values}"
                yield Problem(
                    "read-back", message, change.location, "look for a trigger, or a column that is too short"
                )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
