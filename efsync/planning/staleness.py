"""Whether the live rows are still what a plan saw."""

from collections.abc import Iterable, Iterator, Mapping

from efsync.model.accounts import LiveAccount
from efsync.model.fields import Value
from efsync.model.language import Message, message
from efsync.model.plans import AccountChange, FieldChange
from efsync.model.problems import Problem

_REMEDY = message("make a new plan")


def moved(changes: Iterable[AccountChange], live: Mapping[str, LiveAccount]) -> Iterator[Problem]:
    """The accounts whose before-values are not live any more; a field that is not changed does not count."""
    for change in changes:
        account = live.get(change.key)
        if account is None:
            if change.writes:
                gone = message("{user} is no longer a user of the ERP", user=change.user)
                yield Problem("plan-stale", gone, change.location, _REMEDY)
            continue
        fields = [field for field, before in change.before.items() if account.fields.get(field) != before]
        if fields:
            stale = message(
                "{user} changed in the ERP since the plan was made: {fields}",
                user=change.user,
                fields=", ".join(fields),
            )
            yield Problem("plan-stale", stale, change.location, _REMEDY)


def misread(changes: Iterable[AccountChange], live: Mapping[str, LiveAccount]) -> Iterator[Problem]:
    """The fields that, read back after writing, are not what was written: a trigger, a truncation."""
    for change in changes:
        account = live[change.key]
        for each in change.fields:
            found = account.fields.get(each.field)
            if found != each.after:
                remedy = message("look for a trigger, or a column that is too short")
                yield Problem("read-back", _unkept(change.user, each, found), change.location, remedy)


def _unkept(user: str, change: FieldChange, found: Value) -> Message:
    if change.sensitive:
        return message("the ERP does not keep what is written to {field} of {user}", field=change.field, user=user)
    return message(
        "the ERP does not keep what is written to {field} of {user}: wrote {wrote}, reads {reads}",
        field=change.field,
        user=user,
        wrote=_shown(change.after),
        reads=_shown(found),
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
