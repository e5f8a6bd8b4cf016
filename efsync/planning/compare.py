"""The three-way comparison of one account: desired, live and applied."""

from efsync.model.accounts import AppliedAccount, DesiredAccount, LiveAccount, OnRemoval
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, Values
from efsync.model.normal import comparable
from efsync.model.plans import AccountChange, Action, FieldChange, Origin
from efsync.planning.differences import differing_fields


def compare(desired: DesiredAccount, live: LiveAccount, applied: AppliedAccount | None) -> AccountChange | None:
    """What brings `live`, and what efsync remembers of it, to `desired`; `None` where nothing is to do."""
    if desired.leaves:
        return _compare_leaving(desired, live, applied)
    record = applied.fields if applied else {}
    current = _with_unread_as_applied(live.fields, record)
    changes = tuple(
        FieldChange(field, current.get(field), desired.fields[field], _origin(field, desired.fields, current, record))
        for field in differing_fields(current, desired.fields)
    )
    if not changes and _is_recorded(desired, applied):
        return None
    changed = {change.field for change in changes}
    return AccountChange(
        user=desired.code,
        department=desired.department,
        action=Action.UPDATE if changes else Action.ADOPT,
        fields=changes,
        unchanged={field: desired.fields[field] for field in FIELDS if field in desired.fields.keys() - changed},
        on_removal=desired.on_removal,
        reference=desired.reference,
        location=desired.location,
        renamed_from=applied.code if applied and applied.key != desired.key else None,
        moved_from=applied.department if applied and _moved(desired, applied) else None,
    )


def is_settled(desired: DesiredAccount, live: LiveAccount, recorded: int | None) -> bool:
    """Whether `compare` would find nothing to do; `recorded` is the digest of what is remembered."""
    if recorded is None or desired.digest != recorded:
        return False
    for field, value in desired.fields.items():
        held = live.fields.get(field)
        if held != value and not (field == PASSWORD and value and held is UNREAD):
            return False
    return True


def compare_removed(applied: AppliedAccount, live: LiveAccount | None) -> AccountChange:
    """What happens to an account that was applied and is in no file any more.

    Clears the fields that efsync applied to it and no others. Forgets it where its file said so, where
    nothing is left to clear, or where the ERP has no such user any more.
    """
    changes: tuple[FieldChange, ...] = ()
    if live is not None and applied.on_removal is OnRemoval.CLEAR:
        current = _with_unread_as_applied(live.fields, applied.fields)
        changes = tuple(
            FieldChange(
                field,
                before=current[field],
                after=None,
                origin=Origin.CONFIG if current[field] == applied.fields[field] else Origin.BOTH,
            )
            for field in FIELDS
            if field in applied.fields and current.get(field) is not None
        )
    return AccountChange(
        user=applied.code,
        department=applied.department,
        action=Action.CLEAR if changes else Action.FORGET,
        fields=changes,
    )


def _compare_leaving(
    desired: DesiredAccount, live: LiveAccount, applied: AppliedAccount | None
) -> AccountChange | None:
    """Clears what the file manages of an account and what efsync applied to it, until nothing is left of either."""
    record = applied.fields if applied else {}
    current = _with_unread_as_applied(live.fields, record)
    managed = dict.fromkeys(field for field in FIELDS if field in desired.fields or field in record)
    changes = tuple(
        FieldChange(field, current[field], None, _origin(field, managed, current, record))
        for field in managed
        if current.get(field) is not None
    )
    if not changes and applied is None:
        return None
    return AccountChange(
        user=desired.code,
        department=desired.department,
        action=Action.CLEAR if changes else Action.FORGET,
        fields=changes,
        location=desired.location,
    )


def _origin(field: str, desired: Values, live: Values, applied: Values) -> Origin:
    if field not in applied:
        return Origin.NEW
    if live.get(field) == applied[field]:
        return Origin.CONFIG
    return Origin.DRIFT if desired[field] == applied[field] else Origin.BOTH


def _moved(desired: DesiredAccount, applied: AppliedAccount) -> bool:
    return comparable(desired.department) != comparable(applied.department)


def _with_unread_as_applied(live: Values, applied: Values) -> Values:
    """`live`, where a password that was not read counts as the one that was applied."""
    if live.get(PASSWORD) is UNREAD and applied.get(PASSWORD) is not None:
        return {**live, PASSWORD: applied[PASSWORD]}
    return live


def _is_recorded(desired: DesiredAccount, applied: AppliedAccount | None) -> bool:
    return (
        applied is not None
        and applied.key == desired.key
        and (
            (desired.department, desired.on_removal, dict(desired.fields), desired.reference)
            == (applied.department, applied.on_removal, dict(applied.fields), applied.reference)
        )
    )
