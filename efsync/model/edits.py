"""What was or would be changed in the files."""

from dataclasses import dataclass

from efsync.model.problems import Problem


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One file that changes, or is new: what differs, line by line as in a unified difference."""

    file: str
    difference: tuple[str, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Edits:
    """Every file that changes, how many were looked at, and whether it was `written`."""

    files: tuple[FileEdit, ...] = ()
    looked_at: int = 0
    written: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a file could not be read or written."""
        return any(problem.is_error for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did or would do: users by what became of them, passwords that were or would be exported."""

    target: str | None
    edits: Edits = Edits()
    new: int = 0
    changed: int = 0
    same: int = 0
    without_mail: int = 0
    references: int = 0
    exported: int = 0
    folder: str | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is to be said."""
        return self.edits.problems


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many fields of how many accounts were or would be taken over from the ERP into the files."""

    target: str | None
    edits: Edits = Edits()
    accounts: int = 0
    fields: int = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is to be said."""
        return self.edits.problems
