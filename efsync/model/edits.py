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
