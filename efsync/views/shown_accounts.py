"""Accounts and what changes in them, as every page shows them: the same rows, signs and reasons."""

from dataclasses import dataclass

from efsync.model.drift import DriftedAccount
from efsync.model.fields import Value
from efsync.model.plans import AccountChange
from efsync.model.problems import Location
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
