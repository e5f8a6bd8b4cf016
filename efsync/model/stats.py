"""How many accounts a target has of which kind, and who those are that no file has, or no user of the ERP."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from efsync.model.fields import PlainValue
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem


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
    in_no_file: int = 0

    @property
    def accounts(self) -> int:
        """Both."""
        return self.managed + self.in_no_file


def sum_of(splits: Iterable[Split]) -> Split:
    """Several as one."""
    managed = in_no_file = 0
    for each in splits:
        managed += each.managed
        in_no_file += each.in_no_file
    return Split(managed, in_no_file)


class Who(NamedTuple):
    """An account by its user, with the place in a department file, where one has it."""

    code: str
    department: str
    location: Location | None = None


class DepartmentCount(NamedTuple):
    """The users of a department as the ERP has it, each counted once, and how many of them are inactive.

    An account is `managed` where a department file has it, and `applied_only` where the state has it and no file does.
    Where neither has it, the ERP holds mail settings (`with_mail`), or none (`without_mail`).
    """

    department: str
    managed: int = 0
    applied_only: int = 0
    with_mail: int = 0
    without_mail: int = 0
    inactive: int = 0

    @property
    def unmanaged(self) -> int:
        """Those that a plan calls so: no file and no state has them."""
        return self.with_mail + self.without_mail

    @property
    def users(self) -> int:
        """All of them."""
        return self.managed + self.applied_only + self.unmanaged


class ServerCount(NamedTuple):
    """The accounts whose mail goes out over one server and port, as the ERP has them."""

    server: str | None
    port: PlainValue
    split: Split


@dataclass(frozen=True, slots=True)
class Counts:
    """Users by department, and their accounts by what the ERP holds; empty for a field that the layout leaves out.

    `applied_only` and `with_mail` say who those are that are counted so.
    """

    departments: tuple[DepartmentCount, ...] = ()
    servers: tuple[ServerCount, ...] = ()
    ssl: Mapping[SslUse, Split] = field(default_factory=dict)
    passwords: Mapping[PasswordAge, Split] = field(default_factory=dict)
    applied_only: tuple[Who, ...] = ()
    with_mail: tuple[Who, ...] = ()

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
    missing: tuple[Who, ...] = ()
    gone: tuple[Who, ...] = ()
    problems: tuple[Problem, ...] = ()
