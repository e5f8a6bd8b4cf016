"""Accounts and what changes in them, as every page shows them: the same rows, signs and reasons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from efsync.model.drift import DriftedAccount
from efsync.model.fields import FIELDS, PASSWORD, FieldKind, Value
from efsync.model.plans import AccountChange
from efsync.model.problems import Location
from efsync.planning.differences import line_difference
from efsync.views.plan_text import account_reasons, account_sign, field_reason, field_sign, sign
from efsync.views.text import last_change_text


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field from `before` to `after`, and why where not all fields of the account have the same reason."""

    sign: str
    field: str
    before: Value
    after: Value
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account with what changes in it."""

    sign: str
    user: str
    department: str
    fields: tuple[ShownField, ...]
    reasons: tuple[str, ...] = ()
    location: Location | None = None


def by_department(accounts: Iterable[ShownAccount]) -> Iterator[tuple[str, list[ShownAccount]]]:
    """The accounts of each department, which keep their order."""
    for name, found in groupby(sorted(accounts, key=_department), _department):
        yield name, list(found)


def is_html(field: ShownField) -> bool:
    """Whether a field is a text that can be looked at."""
    return FIELDS[field.field] is FieldKind.HTML


def is_secret(field: ShownField) -> bool:
    """Whether neither side of a field is shown."""
    return field.field == PASSWORD


def text_difference(before: Value, after: Value) -> tuple[str, ...]:
    """The lines of a unified difference; all of the one text where there is no other."""
    if before is None or after is None:
        sign, text = ("+", str(after)) if before is None else ("-", str(before))
        return tuple(f"{sign}{line}" for line in text.removesuffix("\n").split("\n"))
    return line_difference(str(before), str(after)) if before != after else ()


def shown_change(change: AccountChange) -> ShownAccount:
    """What a plan does with an account."""
    fields = tuple(
        ShownField(field_sign(field), field.field, field.before, field.after, field_reason(change, field))
        for field in change.fields
    )
    sign = account_sign(change)
    return ShownAccount(sign, change.user, change.department, fields, account_reasons(change), change.location)


def shown_drift(account: DriftedAccount) -> ShownAccount:
    """What the ERP changed in an account: from as applied to as it is."""
    fields = tuple(
        ShownField(sign(field.applied, field.live), field.field, field.applied, field.live) for field in account.fields
    )
    reasons = (last_change_text(account.last_change),) if account.last_change else ()
    return ShownAccount("~", account.user, account.department, fields, reasons)


def _department(account: ShownAccount) -> str:
    return account.department
