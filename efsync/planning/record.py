"""What the state is to remember of a run: after it ended well, or after it was cut off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from efsync.model.accounts import AppliedAccount, LiveAccount, OnRemoval, RetiredPassword
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, Value, Values
from efsync.model.plans import AccountChange
from efsync.model.problems import Problem, Severity
from efsync.model.runs import Run, RunStatus


@dataclass(frozen=True, slots=True)
class Record:
    """The accounts that the state remembers anew, the keys of those that leave it, and passwords that were replaced."""

    accounts: tuple[AppliedAccount, ...] = ()
    removed: tuple[str, ...] = ()
    retired: tuple[RetiredPassword, ...] = ()

    def over(self, applied: Mapping[str, AppliedAccount]) -> dict[str, AppliedAccount]:
        """What is applied, with this record taken into account."""
        merged = dict(applied) | {account.key: account for account in self.accounts}
        for key in self.removed:
            merged.pop(key, None)
        return merged


@dataclass(frozen=True, slots=True)
class Recovery:
    """What an interrupted run turned out to have done."""

    status: RunStatus
    record: Record
    problem: Problem


def record_run(
    changes: Iterable[AccountChange],
    live: Mapping[str, LiveAccount],
    applied: Mapping[str, AppliedAccount],
    run: str,
    at: str,
) -> Record:
    """The record of `changes` that were written; `live` is as read back.

    A managed field that the plan did not change counts only where it is still as desired.
    """
    changes = tuple(changes)
    return Record(
        accounts=tuple(
            _remembered(change, live.get(change.key), applied.get(change.key), run, at)
            for change in changes
            if not change.leaves
        ),
        removed=tuple(change.key for change in changes if change.leaves),
        retired=tuple(
            _retired(change, live.get(change.key), applied.get(change.key))
            for change in changes
            if isinstance(change.before.get(PASSWORD), str)
        ),
    )


def recover(run: Run, live: Mapping[str, LiveAccount], applied: Mapping[str, AppliedAccount], at: str) -> Recovery:
    """What a run did that began and never ended, seen from what is live now.

    An apply is one transaction: where one account has its after-values, all were written, and one that has
    neither was changed since, which then shows as drift. Where none has them, nothing was written. A password
    that was not read tells nothing.
    """
    writes = [change for change in run.changes if change.writes]
    at_before = {change.key for change in writes if _has(live.get(change.key), change.before)}
    at_after = {change.key for change in writes if _has(live.get(change.key), change.after)}
    if not at_after - at_before:
        message = f"run {run.id} by {run.who} was interrupted before it wrote anything"
        return Recovery(RunStatus.INTERRUPTED, Record(), Problem("run-interrupted", message, severity=Severity.WARNING))
    done = [change for change in run.changes if change.key not in at_before - at_after]
    message = f"run {run.id} by {run.who} was interrupted after it wrote to the ERP; what it wrote is taken as applied"
    return Recovery(
        RunStatus.RECOVERED,
        record_run(done, live, applied, run.id, at),
        Problem("run-interrupted", message, severity=Severity.WARNING),
    )


def _remembered(
    change: AccountChange, live: LiveAccount | None, applied: AppliedAccount | None, run: str, at: str
) -> AppliedAccount:
    before = applied.fields if applied else {}
    kept: dict[str, Value] = {}
    for field, value in change.unchanged.items():
        if live is not None and live.fields.get(field) == value:
            kept[field] = value
        elif field in before:
            kept[field] = before[field]
    fields = kept | dict(change.after)
    return AppliedAccount(
        code=change.user,
        department=change.department,
        on_removal=change.on_removal or OnRemoval.CLEAR,
        fields={field: fields[field] for field in FIELDS if field in fields},
        reference=change.reference,
        applied_at=at,
        run=run,
    )


def _retired(change: AccountChange, live: LiveAccount | None, applied: AppliedAccount | None) -> RetiredPassword:
    before = {**(live.fields if live else {}), **change.before}
    fields = {field: before.get(field) for field in (PASSWORD, "server", "port", "ssl")}
    return RetiredPassword(change.key, fields, applied.reference if applied else None)


def _has(live: LiveAccount | None, values: Values) -> bool:
    return live is not None and all(
        live.fields.get(field) == value or (live.fields.get(field) is UNREAD and value is not None)
        for field, value in values.items()
    )
