"""What a command did, for a view to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from efsync.model.checks import CheckStatus, Examination
from efsync.model.plans import Summary
from efsync.model.problems import Problem


class ApplyStatus(StrEnum):
    """How an apply ended; only with `applied` anything was written."""

    APPLIED = "applied"
    NOTHING = "nothing"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did."""

    status: ApplyStatus
    target: str | None
    plan_id: str | None
    run: str | None = None
    summary: Summary = Summary()
    problems: tuple[Problem, ...] = ()


def not_applied(problems: Iterable[Problem], target: str | None, plan_id: str | None = None) -> Applied:
    """An apply that `problems` stopped: it failed where a database did, and was refused where a check did."""
    problems = tuple(problems)
    status = ApplyStatus.FAILED if is_failure(problems) else ApplyStatus.REFUSED
    return Applied(status, target, plan_id, problems=problems)


def is_failure(problems: Iterable[Problem]) -> bool:
    """Whether something broke, and not a check refused: only a check's word is that nothing was written."""
    failures = ("database", "busy", "read-back", "run-interrupted", "internal")
    return any(problem.code in failures for problem in problems)


@dataclass(frozen=True, slots=True)
class Failed:
    """One of many targets that a command could not be done for, and why."""

    target: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """How many files and accounts were looked at, what is wrong, and the names of the files."""

    files: int
    accounts: int
    problems: tuple[Problem, ...]
    names: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not any(problem.is_error for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made: files written new, the database, its users, and the demo passwords.

    `variable` is the one in which the settings expect the database's url, which holds a password. Where settings stood
    already, `target` is theirs that leads to the database, once the lines in `settings` are added.
    """

    written: tuple[str, ...]
    database: str
    users: int
    passwords: int
    variable: str | None = None
    target: str | None = None
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `init` wrote, what was there before and stays as it is, and what the doctor found, if it was asked.

    `ignored` says whether Git leaves `.efsync/` out; `problems` are warnings of answers and of the pipeline.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    found: Examination | None = None
    ignored: bool = True
    problems: tuple[Problem, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether the doctor found no error."""
        return self.found is None or self.found.status is not CheckStatus.ERROR
