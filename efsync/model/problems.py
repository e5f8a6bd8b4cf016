"""What is wrong, where, and what to do about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Protocol

from efsync.model.language import joined, message


class Severity(StrEnum):
    """An error stops plan and apply; a warning is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: path relative to the folder of efsync.toml, line and column from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class Placed(Protocol):
    """Something that stands in a file, and is looked up there where somebody asks for its place."""

    @property
    def location(self) -> Location:
        """The place."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable `code`, a sentence about the user's own file, and a remedy where it is not obvious."""

    code: str
    message: str
    location: Location | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def is_brake(self) -> bool:
        """Whether this is a limit that somebody may override."""
        return self.code.startswith("brake-")

    @property
    def is_error(self) -> bool:
        """Whether this stops a plan or an apply."""
        return self.severity is Severity.ERROR


class Refused(Exception):
    """A command can't go on; `problems` says why, all reasons at once. Nothing was written."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(joined("; ", (problem.message for problem in self.problems)))

    def at(self, location: Location) -> "Refused":
        """The same, at `location` where a problem has no place of its own."""
        return Refused(each if each.location else replace(each, location=location) for each in self.problems)


def named(names: Collection[str], most: int = 10) -> str:
    """The names in a message; of many, the first few."""
    first = ", ".join(islice(names, most))
    more = len(names) - most
    return message("{names} and {more:,} more", names=first, more=more) if more > 0 else first


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Raise `Refused` with all `problems` where at least one of them is an error."""
    collected = tuple(problems)
    if any(problem.is_error for problem in collected):
        raise Refused(collected)
