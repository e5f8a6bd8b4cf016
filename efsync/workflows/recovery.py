"""What becomes of runs that began and did not end: seen by every command, repaired by the next apply."""

from collections.abc import Mapping

from efsync.model.accounts import AppliedAccount, LiveAccount, RetiredPassword
from efsync.model.language import message
from efsync.model.problems import Problem, Severity
from efsync.model.runs import Run
from efsync.planning.record import recover
from efsync.state.holder import is_abandoned, now
from efsync.state.store import State


def with_unfinished_runs(
    state: State,
    target: str,
    live: Mapping[str, LiveAccount],
    applied: dict[str, AppliedAccount],
    being_written: bool,
) -> tuple[dict[str, AppliedAccount], tuple[RetiredPassword, ...], tuple[Problem, ...]]:
    """What is applied once unfinished runs are taken into account, and what to say of them; writes nothing.

    Between the two are the passwords that these runs replaced.

    `being_written` is whether somebody held the ERP's lock before `live` was read.
    """
    problems = []
    retired: list[RetiredPassword] = []
    holder = state.holder(target)
    under_way = holder is not None and not is_abandoned(holder)
    for run in state.unfinished_runs(target):
        recovery = recover(run, state.changes(run), live, applied, now())
        applied = recovery.record.over(applied)
        retired += recovery.record.retired
        problems.append(_under_way(run) if under_way else _may_write(run) if being_written else recovery.problem)
    return applied, tuple(retired), tuple(problems)


def repair(
    state: State, target: str, live: Mapping[str, LiveAccount], applied: Mapping[str, AppliedAccount], key_id: str,
    but: str | None = None,
) -> tuple[Problem, ...]:  # fmt: skip
    """End every unfinished run, but the one with the id `but`, as what it turned out to be. Needs the lock."""
    problems = []
    for run in state.unfinished_runs(target):
        if run.id != but:
            recovery = recover(run, state.changes(run), live, applied, now())
            state.finish(run, recovery.status, recovery.record, key_id)
            applied = recovery.record.over(applied)
            problems.append(recovery.problem)
    return tuple(problems)


def _under_way(run: Run) -> Problem:
    under_way = message(
        "run {run} by {who} on {host} is under way since {since}",
        run=run.id,
        who=run.who,
        host=run.host,
        since=run.started_at,
    )
    hint = message("plan again when it is done")
    return Problem("run-under-way", under_way, hint=hint, severity=Severity.WARNING)


def _may_write(run: Run) -> Problem:
    may_write = message(
        "run {run} by {who} on {host} was interrupted, and may still be writing: the ERP's lock is held, "
        "and the server finishes a commit that it was told to make",
        run=run.id,
        who=run.who,
        host=run.host,
    )
    hint = message("plan again in a while")
    return Problem("run-under-way", may_write, hint=hint, severity=Severity.WARNING)
