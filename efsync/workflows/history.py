"""`efsync history`: what efsync did, from what the state remembers."""

from contextlib import ExitStack
from datetime import UTC, datetime

from efsync.database.access import Access
from efsync.model.history import History, PastRun
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.problems import Problem, Refused
from efsync.model.runs import Run
from efsync.settings.model import Settings
from efsync.state.store import State
from efsync.workflows.wiring import state_of


def history(
    settings: Settings, target: str | None = None, *, user: str | None = None, most: int | None = None
) -> History:
    """Every apply, newest first, at `most` so many: of one target or of all, and of one user with what changed in it.

    Raises `Refused` where the state can't be read, or settings have no such target.
    """
    name = settings.target(target).name if target is not None else None
    key = comparable(user) if user is not None else None
    with state_of(settings, Access.READ) as state:
        found = state.runs(name, key, most)
        if key is None:
            return History(tuple(PastRun(run) for run in found))
        return History(tuple(PastRun(run, state.changes(run, key)) for run in found), user)


def run_in_history(settings: Settings, name: str, user: str | None = None) -> History:
    """One run with every field before and after; only those of `user` where one is named.

    Raises `Refused` (`selection`) where `name` is not the beginning of exactly one run's name.
    """
    with state_of(settings, Access.READ) as state:
        run = find_run(state, name)
        return History((PastRun(run, state.changes(run, comparable(user) if user is not None else None)),), user)


def prune_history(settings: Settings, day: datetime) -> int:
    """Forget the fields before and after of all runs that ended before `day`; of how many runs there were some.

    Raises `Refused` (`locked`) during an apply.
    """
    until = day.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with state_of(settings, Access.CREATE) as state, ExitStack() as locks:
        for target in sorted({*settings.targets, *state.targets()}):
            locks.callback(state.release, target, state.lock(target).token)
        return state.prune(until)


def find_run(state: State, name: str) -> Run:
    """The run whose name begins with `name`. Raises `Refused` (`selection`) where that is none, or several."""
    found = state.runs_named(name) if name else ()
    if len(found) == 1:
        return found[0]
    if exact := [run for run in found if run.id == name]:
        return exact[0]
    said = (
        message("several runs begin with {name}", name=name) if found else message("there is no run {name}", name=name)
    )
    raise Refused(Problem("selection", said, hint=message("`efsync history` lists them")))
