"""`efsync drift`: what changed in the ERP since the last apply."""

from efsync.model.accounts import AppliedAccount, LiveAccount
from efsync.model.drift import Drift, DriftedAccount, DriftedField
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Severity
from efsync.planning.differences import differing_fields
from efsync.settings.model import Settings
from efsync.workflows.plan import read_live_and_applied
from efsync.workflows.selection import check_selection


def drift(settings: Settings, target: str | None = None, selection: Selection = Selection()) -> Drift:
    """Compare what is live with what was applied; the files do not count, and nothing is written.

    Raises `Refused` where the state, the key or the database can't be read.
    """
    name = settings.target(target).name
    sides = read_live_and_applied(settings, name, secrets=True, create_key=False)
    check_selection(selection, [*sides.live.values(), *sides.applied.values()])
    chosen = [each for each in sides.applied.values() if selection.covers(each.code, each.department)]
    gone = tuple(_gone(account) for account in chosen if account.key not in sides.live)
    drifted = [account for each in chosen if (account := _compare(each, sides.live.get(each.key))).fields]
    never = () if sides.applied else (_nothing_applied(name),)
    return Drift(name, tuple(drifted), (*sides.problems, *gone, *never))


def _compare(applied: AppliedAccount, live: LiveAccount | None) -> DriftedAccount:
    """Field by field, those that the layout maps; where the ERP has the user no more, every field is gone."""
    held = live.fields if live else dict.fromkeys(applied.fields)
    mapped = {field: value for field, value in applied.fields.items() if field in held}
    fields = tuple(
        DriftedField(field, applied.fields[field], held.get(field)) for field in differing_fields(held, mapped)
    )
    return DriftedAccount(applied.code, applied.department, fields)


def _nothing_applied(target: str) -> Problem:
    message = f"nothing was applied to {target} yet, so there is nothing to compare the ERP with"
    return Problem("nothing-applied", message, hint="apply first", severity=Severity.WARNING)


def _gone(account: AppliedAccount) -> Problem:
    message = f"{account.code} was applied, and is no longer a user of the ERP"
    return Problem("unknown-user", message, severity=Severity.WARNING)
