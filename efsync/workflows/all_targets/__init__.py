"""`--all-targets`: plan, drift and apply for every target, many at once; one that fails stops no other."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from typing import TypeVar

from efsync.database.access import Access
from efsync.model.drift import Drift
from efsync.model.language import message
from efsync.model.outcomes import Applied, Failed, not_applied
from efsync.model.plans import Overrides, Plan, Selection
from efsync.model.problems import Problem
from efsync.model.progress import Progress, unseen
from efsync.settings.model import Settings
from efsync.workflows.all_targets.work import SettingsFile, applied, drifted, planned
from efsync.workflows.all_targets.workers import Workers, open_workers
from efsync.workflows.wiring import state_of

__all__ = ["Workers", "apply_all", "drift_all", "open_workers", "plan_all", "without_apply"]

Task = TypeVar("Task")
Result = TypeVar("Result")
Stopped = Callable[[], bool]
"""Whether no other target is to be begun."""


def plan_all(
    settings: Settings,
    workers: Workers,
    selection: Selection = Selection(),
    *,
    secrets: bool = True,
    overrides: Overrides = Overrides(),
    stopped: Stopped = lambda: False,
    progress: Progress = unseen,
) -> tuple[Plan | Failed, ...]:
    """A plan of each target, as `plan` makes it, in the order of the settings."""
    work = partial(planned, SettingsFile.of(settings), selection, secrets, overrides)
    return _each(workers, work, {name: name for name in settings.targets}, stopped, progress)


def drift_all(
    settings: Settings,
    workers: Workers,
    selection: Selection = Selection(),
    *,
    stopped: Stopped = lambda: False,
    progress: Progress = unseen,
) -> tuple[Drift | Failed, ...]:
    """What drifted in each target, as `drift` finds it, in the order of the settings."""
    work = partial(drifted, SettingsFile.of(settings, secrets=False), selection)
    return _each(workers, work, {name: name for name in settings.targets}, stopped, progress)


def apply_all(
    settings: Settings,
    workers: Workers,
    plans: Iterable[Plan | Failed],
    overrides: Overrides = Overrides(),
    *,
    stopped: Stopped = lambda: False,
    progress: Progress = unseen,
) -> tuple[Applied, ...]:
    """Apply the plan of each target that has one, each in a transaction of its own; how each ended, in order.

    Raises `Refused` where the state, which all share, can't be written: then nothing was.
    """
    plans = tuple(plans)
    with state_of(settings, Access.CREATE):  # made, or brought up to date, once and not by all at the same time
        pass
    work = partial(applied, SettingsFile.of(settings), overrides)
    done = _each(workers, work, {plan.target: plan for plan in plans if isinstance(plan, Plan)}, stopped, progress)
    ended = {result.target: result for result in done}
    return tuple(_as_applied(ended.get(plan.target), plan) for plan in plans)


def without_apply(plans: Iterable[Plan | Failed]) -> tuple[Applied, ...]:
    """How all ended where somebody said no: nothing was written."""
    return tuple(_as_applied(None, plan) for plan in plans)


def _as_applied(ended: Applied | Failed | None, plan: Plan | Failed) -> Applied:
    """How the apply of `plan` ended; there was none where it could not be made."""
    if isinstance(ended, Applied):
        return ended
    failed = ended or plan
    problems = failed.problems if isinstance(failed, Failed) else ()
    return not_applied(problems, plan.target, plan.plan_id if isinstance(plan, Plan) else None)


def _each(
    workers: Workers,
    work: Callable[[Task], Result | Failed],
    tasks: Mapping[str, Task],
    stopped: Stopped,
    progress: Progress,
) -> tuple[Result | Failed, ...]:
    """What `work` makes of the task of each target, in their order.

    No more is handed out than workers can begin with at once: so whatever was handed out is waited for, and once
    `stopped`, or where the workers are out of reach, the rest was truly not begun.
    """
    waiting = iter(tasks.items())
    under_way: dict[Future[Result | Failed], str] = {}
    results: dict[str, Result | Failed] = {}
    while True:
        within_reach = workers.within_reach()
        while within_reach and not stopped() and len(under_way) < workers.at_once and (task := next(waiting, None)):
            under_way[workers.executor.submit(work, task[1])] = task[0]
        if not under_way:
            not_begun = _INTERRUPTED if within_reach else _OUT_OF_REACH
            return tuple(results.get(name) or Failed(name, (not_begun,)) for name in tasks)
        ended = wait(under_way, timeout=_LOOK, return_when=FIRST_COMPLETED).done
        for future in ended or ([] if within_reach else [*under_way]):  # out of reach, none may ever end
            name = under_way.pop(future)
            results[name] = _answer(future, name)
            progress(len(results), len(tasks))


def _answer(future: "Future[Result | Failed]", target: str) -> Result | Failed:
    """What a worker answered; what goes wrong in the work itself is an answer too."""
    try:
        return future.result(timeout=0)
    except Exception as error:
        lost = message("the worker that had this target was lost: {error}", error=type(error).__name__)
        hint = message("the log of the scheduler says more; run plan to see where things are")
        return Failed(target, (Problem("run-interrupted", lost, hint=hint),))


_LOOK = 1
"""Seconds after which to look whether the workers are within reach, where none has answered."""

_INTERRUPTED = Problem("interrupted", message("interrupted before this target's turn: nothing was written"))
_OUT_OF_REACH = Problem("interrupted", message("the cluster was lost before this target's turn: nothing was written"))
