"""`efsync drift`: what changed in the ERP since the last apply."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from efsync.erp.field_columns import FieldColumns
from efsync.model.accounts import AppliedAccount, LiveAccount, LiveUser
from efsync.model.drift import Drift, DriftedAccount, DriftedField
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Severity
from efsync.model.progress import Progress, unseen
from efsync.planning.differences import differing_fields
from efsync.planning.knowledge import KnownAccounts
from efsync.settings.model import Settings
from efsync.workflows.selection import check_selection
from efsync.workflows.sides import open_sides


def drift(
    settings: Settings, target: str | None = None, selection: Selection = Selection(), *, progress: Progress = unseen
) -> Drift:
    """Compare what is live with what was applied; the files do not count, and nothing is written.

    Raises `Refused` where the state, the key or the database can't be read.
    """
    found = drifting(settings, target, selection, progress=progress)
    return Drift(found.target, tuple(each.drifted for each in found.accounts), found.problems)


@dataclass(frozen=True, slots=True)
class Drifting:
    """Every account that the ERP changed, the columns that its values are in, and what else is to be said."""

    target: str
    accounts: "tuple[DriftingAccount, ...]"
    columns: FieldColumns
    problems: tuple[Problem, ...]


class DriftingAccount(NamedTuple):
    """An account that the ERP changed, and as the ERP has it; `None` where it is gone."""

    drifted: DriftedAccount
    live: LiveAccount | None


def drifting(
    settings: Settings, target: str | None = None, selection: Selection = Selection(), *, progress: Progress = unseen
) -> Drifting:
    """What `drift` compares, with the live accounts. Raises `Refused` as it does."""
    name = settings.target(target).name
    drifted: list[DriftingAccount] = []
    gone: list[AppliedAccount] = []
    inactive: list[AppliedAccount] = []
    names: set[LiveUser] = set()
    looked_at = 0
    with open_sides(settings, name, secrets=True, create_key=False) as sides:
        whole = sides.whole() if sides.has_unfinished_runs() else None
        known = KnownAccounts.of(whole.live, whole.applied) if whole else sides.known({}, {}, sides.recorded)
        for _, live, applied in known.everyone():
            names |= {LiveUser(each.code, each.department, active=True) for each in (live, applied) if each is not None}
            if applied is None:
                continue
            looked_at += 1
            progress(looked_at, len(known.managed))
            if not selection.covers(applied.code, applied.department):
                continue
            if live is None:
                gone.append(applied)
            elif not live.active:
                inactive.append(applied)
            found = _compare(applied, live)
            if found.fields:
                drifted.append(DriftingAccount(found, live))
        columns = sides.users.columns
        undecodable = tuple(sides.undecodable(known.managed))
        last = sides.users.last_changes([each.drifted.user for each in drifted]) if drifted else {}
    check_selection(selection, names)
    never = () if looked_at else (_nothing_applied(name),)
    missing = (_gone(account) for account in sorted(gone, key=lambda account: account.key))
    left = (_inactive(account) for account in sorted(inactive, key=lambda account: account.key))
    problems = (*(whole.problems if whole else ()), *missing, *left, *undecodable, *never)
    told = (DriftingAccount(replace(each, last_change=last.get(comparable(each.user))), live) for each, live in drifted)
    ordered = sorted(told, key=lambda each: comparable(each.drifted.user))
    return Drifting(name, tuple(ordered), columns, problems)


def _compare(applied: AppliedAccount, live: LiveAccount | None) -> DriftedAccount:
    """Field by field, those that the layout maps; where the ERP has the user no more, every field is gone."""
    held = live.fields if live else dict.fromkeys(applied.fields)
    mapped = {field: value for field, value in applied.fields.items() if field in held}
    fields = tuple(
        DriftedField(field, applied.fields[field], held.get(field)) for field in differing_fields(held, mapped)
    )
    return DriftedAccount(applied.code, applied.department, fields)


def _nothing_applied(target: str) -> Problem:
    nothing = message("nothing was applied to {target} yet, so there is nothing to compare the ERP with", target=target)
    return Problem("nothing-applied", nothing, hint=message("apply first"), severity=Severity.WARNING)


def _gone(account: AppliedAccount) -> Problem:
    gone = message("{user} was applied, and is no longer a user of the ERP", user=account.code)
    return Problem("unknown-user", gone, severity=Severity.WARNING)


def _inactive(account: AppliedAccount) -> Problem:
    said = message("user {user} is not active in the ERP", user=account.code)
    hint = message("`efsync plan --inactive clear` shows what it takes to empty such accounts")
    return Problem("inactive-user", said, hint=hint, severity=Severity.WARNING)
