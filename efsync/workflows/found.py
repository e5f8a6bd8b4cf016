"""What a look at both sides found, before it is a plan."""

from collections.abc import Collection
from dataclasses import dataclass

from efsync.model.plans import AccountChange, Summary
from efsync.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Found:
    """The changes, all that is to be said, and `proofs` of the accounts that are as they shall be.

    `brakes` are said as well: what apply will refuse.
    """

    tenant: str | None
    key_id: str | None
    summary: Summary
    changes: tuple[AccountChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    brakes: tuple[Problem, ...] = ()
    proofs: Collection[bytes] = ()
