"""What a look at both sides found, before it is a plan."""

from collections.abc import Collection
from dataclasses import dataclass

from efsync.accounts.folder import AccountsFolder
from efsync.model.plans import AccountChange, Summary
from efsync.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Found:
    """The changes that the files of `folder` want, all that is to be said, and what stands for the rest.

    Those are `proofs`, of the accounts that are as they shall be. `brakes` are said as well: what apply will refuse.
    """

    folder: AccountsFolder
    tenant: str | None
    key_id: str | None
    summary: Summary
    changes: tuple[AccountChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    brakes: tuple[Problem, ...] = ()
    proofs: Collection[bytes] = ()
