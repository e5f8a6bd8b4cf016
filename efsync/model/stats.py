"""How many accounts a target has of which kind: counts and names of servers, nothing of any account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from efsync.model.fields import PlainValue
from efsync.model.plans import Selection
from efsync.model.problems import Problem


class SslUse(StrEnum):
    """Whether an account's mail goes out by SSL; `other` is what is stored and is neither yes nor no."""

    YES = "yes"
    NO = "no"
    NOT_SET = "not-set"
    OTHER = "other"


class PasswordAge(StrEnum):
    """For how long an account's password is in use; `unknown` where efsync did not apply it, or forgot when."""

    UNDER_30 = "under-30-days"
    UNDER_90 = "30-to-89-days"
    UNDER_180 = "90-to-179-days"
    UNDER_365 = "180-to-364-days"
    OLDER = "365-days-or-more"
    UNKNOWN = "unknown"
    NO_PASSWORD = "no-password"


class Split(NamedTuple):
    """So many accounts that a department file has, and so many that none has."""

    managed: int = 0
    unmanaged: int = 0

    @property
    def accounts(self) -> int:
        """Both."""
        return self.managed + self.unmanaged


def sum_of(splits: Iterable[Split]) -> Split:
    """Several as one."""
    managed = unmanaged = 0
    for each in splits:
        managed += each.managed
        unmanaged += each.unmanaged
    return Split(managed, unmanaged)


class DepartmentCount(NamedTuple):
    """The users of a department as the ERP has it, each counted once, and how many of them are inactive.

    An account is `managed` where a department file has it, `applied_only` where the state has it and no file does, and
    `unmanaged` where neither has it and the ERP holds mail settings. `empty` are the users without an account.
    """

    department: str
    managed: int = 0
    applied_only: int = 0
    unmanaged: int = 0
    empty: int = 0
    inactive: int = 0

    @property
    def users(self) -> int:
        """All of them."""
        return self.managed + self.applied_only + self.unmanaged + self.empty


class ServerCount(NamedTuple):
    """The accounts whose mail goes out over one server and port, as the ERP has them."""

    server: str | None
    port: PlainValue
    split: Split


@dataclass(frozen=True, slots=True)
class Counts:
    """Users by department, and their accounts by what the ERP holds; empty for a field that the layout leaves out."""

    departments: tuple[DepartmentCount, ...] = ()
    servers: tuple[ServerCount, ...] = ()
    ssl: Mapping[SslUse, Split] = field(default_factory=dict)
    passwords: Mapping[PasswordAge, Split] = field(default_factory=dict)

    @property
    def total(self) -> DepartmentCount:
        """All departments as one."""
        columns = zip(*(each[1:] for each in self.departments), strict=True)
        return DepartmentCount("", *map(sum, columns))


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of one target at one time (UTC, ISO 8601).

    `missing` are accounts of the files, and `gone` accounts of the state and of no file, that are no users of the ERP.
    """

    target: str | None
    tenant: str | None = None
    made_at: str = ""
    selection: Selection = Selection()
    counts: Counts = Counts()
    missing: int = 0
    gone: int = 0
    problems: tuple[Problem, ...] = ()
