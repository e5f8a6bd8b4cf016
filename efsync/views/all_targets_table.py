"""The table of targets that pages about all of them begin with."""

from efsync.model.drift import Drift
from efsync.model.language import message
from efsync.model.outcomes import Failed
from efsync.model.plans import Plan

PLAN_COLUMNS = (
    message("target"),
    message("to change"),
    message("to clear"),
    message("to forget"),
    message("to adopt"),
    message("drifted"),
)
DRIFT_COLUMNS = (message("target"), message("accounts"), message("fields"))
"""The columns; the first one is the name of the target."""


def plan_cells(result: Plan | Failed) -> tuple[str, ...]:
    """How much differs in a target, a cell for each column."""
    if isinstance(result, Failed):
        return (message("failed"), "", "", "", "")
    counts = result.summary
    numbers = (counts.changed, counts.cleared, counts.forgotten, counts.adopted, counts.drifted)
    return tuple(f"{number:,}" for number in numbers)


def drift_cells(result: Drift | Failed) -> tuple[str, ...]:
    """How much drifted in a target, a cell for each column."""
    if isinstance(result, Failed):
        return (message("failed"), "")
    if any(problem.code == "nothing-applied" for problem in result.problems):
        return (message("never applied"), "")
    return (f"{len(result.accounts):,}", f"{sum(len(account.fields) for account in result.accounts):,}")
