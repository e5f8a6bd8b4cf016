"""What efsync did to a target: its runs, and what each of them changed."""

from dataclasses import dataclass

from efsync.model.plans import AccountChange
from efsync.model.problems import Problem
from efsync.model.runs import Run


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run; `changes` are what it set out to change, `None` where nobody asked for them."""

    run: Run
    changes: tuple[AccountChange, ...] | None = None

    @property
    def is_pruned(self) -> bool:
        """Whether the run changed accounts, and what it changed was forgotten since."""
        summary = self.run.summary
        changed = summary.changed or summary.cleared or summary.forgotten or summary.adopted
        return self.changes == () and bool(changed)


@dataclass(frozen=True, slots=True)
class History:
    """Runs, newest first; of one `user`, only what changed in that account."""

    runs: tuple[PastRun, ...] = ()
    user: str | None = None
    problems: tuple[Problem, ...] = ()
