"""What restores the values that a run replaced, as far as that can be done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from efsync.model.accounts import AppliedAccount, LiveAccount, OnRemoval
from efsync.model.fields import FIELDS, PASSWORD, Value
from efsync.model.language import message
from efsync.model.plans import AccountChange, Action, FieldChange, Origin
from efsync.model.problems import Problem, Severity
from efsync.model.runs import Run
from efsync.model.secrets import SecretReference


@dataclass(frozen=True, slots=True)
class Earlier:
    """What efsync had last applied to an account before a run: from which password reference, and by which run."""

    change: AccountChange
    run: Run

    @property
    def password(self) -> Value:
        """The fingerprint of the password that the account had then."""
        return {**self.change.unchanged, **self.change.after}.get(PASSWORD)


@dataclass(frozen=True, slots=True)
class Rollback:
    """The changes that restore what a run replaced, and what is to be said of those that don't."""

    changes: tuple[AccountChange, ...]
    problems: tuple[Problem, ...]


def roll_back(
    changes: Iterable[AccountChange],
    live: Mapping[str, LiveAccount],
    applied: Mapping[str, AppliedAccount],
    earlier: Mapping[str, Earlier],
    now_behind: Mapping[SecretReference, Value],
) -> Rollback:
    """Bring the fields that a run's `changes` replaced back to their values before it.

    Accounts are by comparable code. `now_behind` has the fingerprint of what each reference of an `earlier` password
    gives now; a password comes back only where that is still the one that was replaced.
    """
    restored: list[AccountChange] = []
    problems: list[Problem] = []
    for change in changes:
        account = live.get(change.key)
        if not change.writes:
            continue
        if account is None:
            said = message("{user} is no longer a user of the ERP: nothing of it is restored", user=change.user)
            problems.append(_lost(said))
            continue
        before = earlier.get(change.key)
        reference = before.change.reference if before else None
        fields = []
        for field in change.fields:
            why = _hindrance(change, field, account, before, now_behind)
            if why is not None:
                problems.append(why)
            elif account.fields[field.field] != field.before:
                problems += _moved(change, field, account.fields[field.field])
                now = account.fields[field.field]
                fields.append(FieldChange(field.field, now, field.before, origin=Origin.ROLLBACK))
        if fields:
            restored.append(_restoring(change, tuple(fields), applied.get(change.key), before, reference))
    return Rollback(tuple(restored), tuple(problems))


def references(changes: Iterable[AccountChange], earlier: Mapping[str, Earlier]) -> Iterator[SecretReference]:
    """Where the passwords that `changes` replaced may still be."""
    for change in changes:
        before = earlier.get(change.key)
        replaced = change.before.get(PASSWORD)
        if replaced is not None and before and before.password == replaced and before.change.reference:
            yield before.change.reference


def _restoring(
    change: AccountChange,
    fields: tuple[FieldChange, ...],
    applied: AppliedAccount | None,
    before: Earlier | None,
    reference: SecretReference | None,
) -> AccountChange:
    """The change of one account; what else efsync applied to it stays applied."""
    restored = {field.field for field in fields}
    kept = applied.fields if applied else {}
    on_removal = applied.on_removal if applied else (before.change.on_removal if before else None)
    return AccountChange(
        user=change.user,
        department=applied.department if applied else change.department,
        action=Action.UPDATE,
        fields=fields,
        unchanged={field: kept[field] for field in FIELDS if field in kept and field not in restored},
        on_removal=on_removal or OnRemoval.CLEAR,
        reference=reference if PASSWORD in restored else applied.reference if applied else None,
    )


def _hindrance(
    change: AccountChange,
    field: FieldChange,
    account: LiveAccount,
    before: Earlier | None,
    now_behind: Mapping[SecretReference, Value],
) -> Problem | None:
    """Why a field can't be restored."""
    if field.field not in account.fields:
        said = message("{field} of {user} is not mapped any more", field=field.field, user=change.user)
        return _lost(said)
    if field.field != PASSWORD or field.before is None or account.fields[PASSWORD] == field.before:
        return None
    reference = before.change.reference if before else None
    if before is None or before.password != field.before or reference is None:
        said = message("the password of {user} does not come back: efsync never had it", user=change.user)
        hint = message("set it in the ERP, or point to it in the department file and apply")
        return _lost(said, hint)
    if now_behind.get(reference) == field.before:
        return None
    place = {"kind": reference.kind, "argument": reference.argument, "commit": _commit(before.run)}
    if reference not in now_behind:
        said = message(
            "the password of {user} does not come back: {kind} {argument}, where it was in {commit}, can't be read",
            user=change.user, **place,
        )  # fmt: skip
        return _lost(said, message("let it be read again, and roll back again"))
    said = message(
        "the password of {user} does not come back: {kind} {argument}, where it was in {commit}, has another one now",
        user=change.user, **place,
    )  # fmt: skip
    return _lost(said, message("put the old password back there, and roll back again"))


def _moved(change: AccountChange, field: FieldChange, now: Value) -> Iterator[Problem]:
    if now != field.after:
        said = message("{field} of {user} changed again since that run", field=field.field, user=change.user)
        hint = message("look in the plan at what it is now: the rollback replaces that too")
        yield Problem("moved-since", said, hint=hint, severity=Severity.WARNING)


def _commit(run: Run) -> str:
    if run.source.commit is None:
        return message("run {run}", run=run.id)
    return message("commit {commit}", commit=run.source.commit[:12])


def _lost(said: str, hint: str | None = None) -> Problem:
    return Problem("not-restored", said, hint=hint, severity=Severity.WARNING)
