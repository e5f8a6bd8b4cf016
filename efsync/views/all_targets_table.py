"""The table of targets that pages about all of them begin with."""

from efsync.model.drift import Drift
from efsync.model.outcomes import Failed
from efsync.model.plans import Plan

PLAN_COLUMNS = ("target", "to change", "to clear", "to forget", "to adopt", "drifted")
DRIFT_COLUMNS = ("target", "accounts", "fields")
"""The columns; the first one is the name of the target."""


def plan_cells(result: Plan | Failed) -> tuple[str, ...]:
    """How much differs in a target, a cell for each column."""
    if isinstance(result, Failed):
        return ("failed", "", "", "", "")
    counts = result.summary
    numbers = (counts.changed, counts.cleared, counts.forgotten, counts.adopted, counts.drifted)
    return tuple(f"{number:,}" for number in numbers)


def drift_cells(result: Drift | Failed) -> tuple[str, ...]:
    """How much drifted in a target, a cell for each column."""
    if isinstance(result, Failed):
        return ("failed", "")
    if any(problem.code == "nothing-applied" for problem in result.problems):
        return ("never applied", "")
    return (f"{len(result.accounts):,}", f"{sum(len(account.fields) for account in result.accounts):,}")
