"""What the state is to remember of a run: after it ended well, or after it was cut off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from efsync.model.accounts import AppliedAccount, LiveAccount, OnRemoval, RetiredPassword
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, Value, Values
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import AccountChange
from efsync.model.problems import Problem, Severity
from efsync.model.runs import Run, RunStatus
from efsync.model.secrets import SecretReference


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
    applied = {**applied, **dict(_renamed(changes, applied))}
    return Record(
        accounts=tuple(
            _remembered(change, live.get(change.key), applied.get(change.key), run, at)
            for change in changes
            if not change.leaves
        ),
        removed=tuple(_former_key(change) for change in changes if change.leaves or change.renamed_from),
        retired=tuple(
            retired
            for change in changes
            for retired in _replaced(change, live.get(change.key), applied.get(change.key))
        ),
    )


def recover(
    run: Run,
    changes: Sequence[AccountChange],
    live: Mapping[str, LiveAccount],
    applied: Mapping[str, AppliedAccount],
    at: str,
) -> Recovery:
    """What a run did that set out to make `changes` and never ended, seen from what is live now.

    An apply is one transaction: where one account has its after-values, all were written, and one that has
    neither was changed since, which then shows as drift. Where every account was changed since, the run wrote if
    that takes fewer changes by others than if it did not. A password that was not read tells nothing; one that
    is live as the run would have written it makes the one before it a password of the past in any case.
    """
    writes = tuple(change for change in changes if change.writes)
    at_before = {change.key for change in writes if not _unlike(live.get(change.key), change.before)}
    at_after = {change.key for change in writes if not _unlike(live.get(change.key), change.after)}
    if not (at_after - at_before or _is_nearer_to_after(writes, live)):
        nothing = message(
            "run {run} by {who} was interrupted, and nothing of it is in the ERP", run=run.id, who=run.who
        )
        retired = tuple(
            each
            for change in writes
            if _has_its_password(change, live.get(change.key))
            for each in _replaced(change, live.get(change.key), applied.get(change.key))
        )
        return Recovery(
            RunStatus.INTERRUPTED,
            Record(retired=retired),
            Problem("run-interrupted", nothing, severity=Severity.WARNING),
        )
    done = [change for change in changes if change.key not in at_before - at_after]
    written = message(
        "run {run} by {who} was interrupted after it wrote to the ERP; what it wrote is taken as applied",
        run=run.id,
        who=run.who,
    )
    return Recovery(
        RunStatus.RECOVERED,
        record_run(done, live, applied, run.id, at),
        Problem("run-interrupted", written, severity=Severity.WARNING),
    )


def _renamed(
    changes: Iterable[AccountChange], applied: Mapping[str, AppliedAccount]
) -> Iterator[tuple[str, AppliedAccount]]:
    """The accounts that were applied under another code, by their new one."""
    for change in changes:
        if change.renamed_from and (former := applied.get(_former_key(change))):
            yield change.key, former


def _former_key(change: AccountChange) -> str:
    return comparable(change.renamed_from) if change.renamed_from else change.key


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


def _replaced(
    change: AccountChange, live: LiveAccount | None, applied: AppliedAccount | None
) -> Iterator[RetiredPassword]:
    """The passwords that an account has no more: the one that was live, and one that others replaced before.

    One that is no longer managed, or comes from another place now, is remembered too, with its old reference.
    """
    before = change.before.get(PASSWORD)
    held = {**(live.fields if live else {}), **change.before}
    reference = applied.reference if applied else None
    if isinstance(before, str):
        yield _retired(change.key, held, reference)
    remembered = applied.fields.get(PASSWORD) if applied else None
    is_kept = not change.leaves and change.reference == reference and remembered == _password_now(change, live)
    if applied and isinstance(remembered, str) and remembered != before and not is_kept:
        yield _retired(change.key, {**held, **applied.fields}, reference)


def _password_now(change: AccountChange, live: LiveAccount | None) -> Value:
    return change.after[PASSWORD] if PASSWORD in change.after else live.fields.get(PASSWORD) if live else None


def _retired(key: str, fields: Values, reference: SecretReference | None) -> RetiredPassword:
    return RetiredPassword(key, {name: fields.get(name) for name in (PASSWORD, "server", "port", "ssl")}, reference)


def _is_nearer_to_after(writes: Iterable[AccountChange], live: Mapping[str, LiveAccount]) -> bool:
    """Whether fewer fields are unlike what a run would have written than are unlike what it found."""
    written = sum(_unlike(live.get(change.key), change.after) for change in writes)
    found = sum(_unlike(live.get(change.key), change.before) for change in writes)
    return written < found


def _has_its_password(change: AccountChange, live: LiveAccount | None) -> bool:
    """Whether an account has the password that `change` was to write over another one."""
    if live is None or not isinstance(change.before.get(PASSWORD), str):
        return False
    return live.fields.get(PASSWORD) == change.after.get(PASSWORD)


def _unlike(live: LiveAccount | None, values: Values) -> int:
    """How many of the fields do not hold `values`; a password that was not read may hold any."""
    if live is None:
        return len(values)
    return sum(
        live.fields.get(field) != value and not (live.fields.get(field) is UNREAD and value is not None)
        for field, value in values.items()
    )
