"""The brakes: limits that a plan may not pass without somebody's explicit word.

Looked at when a plan is made, to warn, and again by apply, before the first write, to refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from efsync.model.language import message
from efsync.model.plans import AccountChange, Action, Overrides
from efsync.model.problems import Problem
from efsync.planning.knowledge import KnownAccounts
from efsync.planning.redirects import redirects


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of `[safety]`; the percent counts only above `min_changed_accounts`."""

    max_changed_percent: int = 50
    min_changed_accounts: int = 10
    max_cleared_accounts: int = 5


def brakes(
    changes: Sequence[AccountChange],
    known: KnownAccounts,
    limits: Limits,
    overrides: Overrides,
) -> tuple[Problem, ...]:
    """The limits that `changes` pass, each as an error with its numbers and its override."""
    found = []
    if not overrides.changed:
        found += _too_many_changed(changes, known, limits)
    if not overrides.cleared:
        found += _too_many_cleared(changes, limits)
    found += redirects(changes, known, overrides)
    return tuple(found)


def _too_many_changed(changes: Sequence[AccountChange], known: KnownAccounts, limits: Limits) -> list[Problem]:
    changed = sum(change.writes for change in changes)
    managed = len(known.managed | {change.key for change in changes})
    if changed <= limits.min_changed_accounts or changed * 100 <= limits.max_changed_percent * managed:
        return []
    return [
        Problem(
            "brake-changed",
            message(
                "{changed} of {managed} accounts would change ({percent} %); "
                "at most {most} % may, once it is more than {floor}",
                changed=changed,
                managed=managed,
                percent=changed * 100 // managed,
                most=limits.max_changed_percent,
                floor=limits.min_changed_accounts,
            ),
            hint=message(
                "if that is meant, apply with --allow-changed; the limits are max_changed_percent "
                "and min_changed_accounts in [safety]"
            ),
        )
    ]


def _too_many_cleared(changes: Sequence[AccountChange], limits: Limits) -> list[Problem]:
    cleared = sum(change.action is Action.CLEAR for change in changes)
    if cleared <= limits.max_cleared_accounts:
        return []
    return [
        Problem(
            "brake-cleared",
            message(
                "{cleared} accounts would be cleared; at most {most} may",
                cleared=cleared,
                most=limits.max_cleared_accounts,
            ),
            hint=message("if that is meant, apply with --allow-cleared; the limit is max_cleared_accounts in [safety]"),
        )
    ]
