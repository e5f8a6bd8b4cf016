"""From what is desired, live and applied to the changes of a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from efsync.model.accounts import AppliedAccount, DesiredAccount, LiveAccount
from efsync.model.language import message
from efsync.model.plans import AccountChange, Action, Selection, Summary
from efsync.model.problems import Problem, Severity
from efsync.planning.compare import compare, compare_removed


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes of the selected accounts, and the count of all of them."""

    changes: tuple[AccountChange, ...]
    summary: Summary
    problems: tuple[Problem, ...]


def build_comparison(
    desired: Mapping[str, DesiredAccount],
    live: Mapping[str, LiveAccount],
    applied: Mapping[str, AppliedAccount],
    selection: Selection,
    *,
    settled: int = 0,
    unmanaged: int = 0,
) -> Comparison:
    """Compare all sides, each by comparable code, and count.

    Every desired account must be live. What a selection leaves out is neither compared nor counted. `settled` and
    `unmanaged` accounts were counted before, and are not among the others.
    """
    chosen = [account for account in desired.values() if selection.covers(account.code, account.department)]
    left = [
        account
        for key, account in applied.items()
        if key not in desired and selection.covers(account.code, account.department)
    ]
    changes = [
        change
        for account in chosen
        if (change := compare(account, live[account.key], applied.get(account.key))) is not None
    ]
    removed = [compare_removed(account, live.get(account.key)) for account in left]
    unmanaged += sum(
        key not in desired and key not in applied and selection.covers(account.code, account.department)
        for key, account in live.items()
    )
    return Comparison(
        changes=(*changes, *sorted(removed, key=lambda change: (change.department, change.user))),
        summary=_count([*changes, *removed], unchanged=settled + len(chosen) - len(changes), unmanaged=unmanaged),
        problems=tuple(_gone(account) for account in left if account.key not in live),
    )


def _count(changes: Iterable[AccountChange], unchanged: int, unmanaged: int) -> Summary:
    changes = tuple(changes)
    actions = [change.action for change in changes]
    return Summary(
        changed=actions.count(Action.UPDATE),
        cleared=actions.count(Action.CLEAR),
        forgotten=actions.count(Action.FORGET),
        adopted=actions.count(Action.ADOPT),
        unchanged=unchanged,
        unmanaged=unmanaged,
        drifted=sum(change.drifted for change in changes),
    )


def _gone(account: AppliedAccount) -> Problem:
    return Problem(
        "unknown-user",
        message("{user} is in no file any more and the ERP has no such user: it will be forgotten", user=account.code),
        severity=Severity.WARNING,
    )
