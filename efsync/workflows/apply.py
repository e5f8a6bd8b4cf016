"""`efsync apply`: does what a plan says, all of it or nothing."""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from efsync.database import Access
from efsync.erp.connection import Erp
from efsync.erp.users import UserTable
from efsync.model.accounts import AppliedAccount, LiveAccount, RetiredPassword
from efsync.model.fields import PASSWORD, PlainValue, Unknown
from efsync.model.normal import comparable
from efsync.model.outcomes import Applied, ApplyStatus
from efsync.model.plans import AccountChange, Plan
from efsync.model.problems import Problem, Refused, Severity, refuse_errors
from efsync.model.runs import Holder, Run, RunStatus
from efsync.model.secrets import Secret
from efsync.planning.brakes import KnownAccounts, Overrides, brakes
from efsync.planning.record import Recovery, record_run, recover
from efsync.planning.staleness import misread, moved
from efsync.secrets.fingerprints import FingerprintKey
from efsync.settings.model import Settings
from efsync.state.holder import now
from efsync.state.store import State
from efsync.workflows.recovery import repair
from efsync.workflows.wiring import erp_of, key_of, secrets_of, state_of

log = logging.getLogger(__name__)

BEAT = 15
"""Seconds between two signs of life of a lock's holder."""


def apply(settings: Settings, plan: Plan, target: str | None = None, overrides: Overrides = Overrides()) -> Applied:
    """Apply `plan` to `target`, or to the target that it names where none is given.

    Whatever stands against it is in the result's problems, and then nothing was written.
    """
    try:
        return _Apply(settings, plan, target, overrides).run()
    except Refused as refused:
        return not_applied(refused.problems, plan.target, plan.plan_id)


def not_applied(problems: Iterable[Problem], target: str | None, plan_id: str | None = None) -> Applied:
    """An apply that `problems` stopped: it failed where a database did, and was refused where a check did."""
    problems = tuple(problems)
    status = ApplyStatus.FAILED if _is_failure(problems) else ApplyStatus.REFUSED
    return Applied(status, target, plan_id, problems=problems)


class _Apply:
    """One apply: what it was given, and its steps in order."""

    def __init__(self, settings: Settings, plan: Plan, target: str | None, overrides: Overrides) -> None:
        self._settings = settings
        self._plan = plan
        self._overrides = overrides
        self._target = settings.target(target or _known_target(settings, plan))
        self._erp: Erp = erp_of(settings, self._target)
        self._may_be_written = False

    def run(self) -> Applied:
        """Check, lock, journal, write, record. Raises `Refused`."""
        plan = self._plan
        self._check_plan()
        with state_of(self._settings, Access.CREATE) as state:
            self._check_new(state)
            key = key_of(self._settings, state.key_id(), create=False)
            if not plan.differs and not state.unfinished_runs(plan.target):
                return Applied(ApplyStatus.NOTHING, plan.target, plan.plan_id, summary=plan.summary)
            passwords = self._read_passwords(key)
            run, holder = state.begin(plan)
            try:
                with _beating(state, plan.target, holder):
                    return self._under_lock(state, run, key, passwords)
            finally:
                with suppress(Refused, KeyboardInterrupt):  # how the run ended counts; the lock expires
                    state.release(plan.target, holder.token)

    def _check_plan(self) -> None:
        plan = self._plan
        if plan.without_secrets:
            message = "a plan without secrets is for reading"
            raise Refused(Problem("plan-target", message, hint="run apply without a plan file: it makes its own"))
        if plan.target != self._target.name:
            message = f"the plan is for target {plan.target}, not {self._target.name}"
            raise Refused(Problem("plan-target", message, hint=f"make a plan with --target {self._target.name}"))

    def _check_new(self, state: State) -> None:
        run = state.run_of_plan(self._plan.plan_id or "")
        if run is not None:
            message = f"this plan was applied already, by {run.who} at {run.finished_at} (run {run.id})"
            raise Refused(Problem("plan-applied", message, hint="a plan is good for one apply: make a new one"))

    def _read_passwords(self, key: FingerprintKey) -> dict[str, Secret]:
        """The passwords that the plan writes, each still the one that the plan saw."""
        if self._plan.key_id != key.identity:
            message = f"the plan was made with fingerprint key {self._plan.key_id}, and this is key {key.identity}"
            raise Refused(Problem("key-mismatch", message, hint="make the plan with the key of the apply"))
        store = secrets_of(self._settings)
        found: dict[str, Secret] = {}
        problems: list[Problem] = []
        for change in self._plan.changes:
            fingerprint = change.after.get(PASSWORD)
            if fingerprint is None:
                continue
            if change.reference is None:
                problems.append(Problem("plan-edited", f"the plan does not say where the password of {change.user} is"))
                continue
            try:
                secret = store.read(change.reference, change.location)
            except Refused as refused:
                problems += refused.problems
                continue
            if key.fingerprint(secret) != fingerprint:
                message = f"the password of {change.user} is another one since the plan was made"
                problems.append(Problem("plan-stale", message, change.location, "make a new plan"))
            found[change.key] = secret
        refuse_errors(problems)
        return found

    def _under_lock(self, state: State, run: Run, key: FingerprintKey, passwords: Mapping[str, Secret]) -> Applied:
        plan = self._plan
        try:
            repaired = self._repair(state, run, key)
            self._check_new(state)
            with self._erp.writing() as users:
                applied = state.applied(plan.target, users.tenant)
                retired = state.retired_passwords(plan.target, users.tenant)
                live = self._write(users, applied, retired, key, passwords)
                self._may_be_written = plan.differs
            record = record_run(plan.changes, live, applied, run.id, now())
            ended = state.finish(run, RunStatus.APPLIED, record, key.identity)
        except Refused as refused:
            _, settled = self._settle(state, run, key, refused)
            raise Refused((*refused.problems, *settled)) from None
        except KeyboardInterrupt:
            status, settled = self._settle(state, run, key, None)
            if status is not RunStatus.RECOVERED:
                said = "interrupted" if settled else "interrupted: nothing was written"
                raise Refused((Problem("interrupted", said), *settled)) from None
            return Applied(ApplyStatus.APPLIED, plan.target, plan.plan_id, run.id, plan.summary, settled)
        except BaseException:
            self._settle(state, run, key, None)
            raise
        lost = () if ended.status is RunStatus.APPLIED else (_lock_lost(run),)
        done = ApplyStatus.APPLIED if plan.differs else ApplyStatus.NOTHING
        return Applied(done, plan.target, plan.plan_id, run.id, plan.summary, (*repaired, *lost))

    def _repair(self, state: State, run: Run, key: FingerprintKey) -> tuple[Problem, ...]:
        if all(each.id == run.id for each in state.unfinished_runs(run.target)):
            return ()
        with self._erp.reading() as users:
            live = users.read(key.fingerprint)
            applied = state.applied(run.target, users.tenant)
        return repair(state, run.target, live, applied, key.identity, but=run.id)

    def _write(
        self,
        users: UserTable,
        applied: Mapping[str, AppliedAccount],
        retired: Sequence[RetiredPassword],
        key: FingerprintKey,
        passwords: Mapping[str, Secret],
    ) -> dict[str, LiveAccount]:
        """Check against the locked rows, write, read back; the live accounts after that."""
        plan = self._plan
        if comparable(users.tenant or "") != comparable(plan.tenant or ""):
            raise Refused(Problem("plan-target", f"the plan is for tenant {plan.tenant}, not {users.tenant}"))
        live = users.read(key.fingerprint)
        writes = [change for change in plan.changes if change.writes]
        locked = users.read_again([live[each.key] for each in writes if each.key in live], key.fingerprint)
        live |= locked
        refuse_errors(moved(writes, live))
        known = KnownAccounts(live, applied, retired)
        refuse_errors(brakes(plan.changes, known, self._settings.limits, self._overrides))
        for change in writes:
            log.info("writing %s", change.user)
            users.write(live[change.key], _values(change, passwords))
        live |= users.read_again(locked.values(), key.fingerprint)
        refuse_errors(misread(writes, live))
        return live

    def _settle(
        self, state: State, run: Run, key: FingerprintKey, refused: Refused | None
    ) -> tuple[RunStatus | None, tuple[Problem, ...]]:
        """End a run that did not go well: how it ended, and what to say; where that fails, the next command does it.

        Once the ERP was told to commit, what is live now says whether it did.
        """
        failed = refused is not None and _is_failure(refused.problems)
        try:
            recovery = self._recovery(state, run, key) if self._may_be_written else None
            if recovery and recovery.status is RunStatus.RECOVERED:
                state.finish(run, recovery.status, recovery.record, key.identity)
                return recovery.status, (recovery.problem,)
            ended = RunStatus.FAILED if failed else RunStatus.REFUSED if refused else RunStatus.INTERRUPTED
            state.finish(run, ended)
        except Refused:
            message = f"what run {run.id} wrote, if anything, is not recorded yet"
            hint = "the next plan sees it, and the next apply records it"
            return None, (Problem("run-interrupted", message, hint=hint, severity=Severity.WARNING),)
        return ended, (Problem("rolled-back", "nothing was written", severity=Severity.WARNING),) if failed else ()

    def _recovery(self, state: State, run: Run, key: FingerprintKey) -> Recovery:
        with self._erp.reading() as users:
            live = users.read(key.fingerprint)
            applied = state.applied(run.target, users.tenant)
        return recover(run, live, applied, now())


def _is_failure(problems: Iterable[Problem]) -> bool:
    """Whether something broke, and not a check refused: only a check's word is that nothing was written."""
    return any(problem.code in ("database", "read-back", "run-interrupted") for problem in problems)


def _known_target(settings: Settings, plan: Plan) -> str:
    if plan.target not in settings.targets:
        names = ", ".join(settings.targets)
        message = f"the plan is for target {plan.target}, and {settings.file} has only {names}"
        raise Refused(Problem("plan-target", message, hint="make a plan with these settings"))
    return plan.target


def _values(change: AccountChange, passwords: Mapping[str, Secret]) -> dict[str, PlainValue | Secret]:
    values: dict[str, PlainValue | Secret] = {}
    for field, value in change.after.items():
        assert not isinstance(value, Unknown)
        values[field] = passwords[change.key] if field == PASSWORD and value is not None else value
    return values


@contextmanager
def _beating(state: State, target: str, holder: Holder) -> Iterator[None]:
    """Keeps the lock alive from a thread of its own."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT):
            with suppress(Refused):
                state.beat(target, holder.token)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _lock_lost(run: Run) -> Problem:
    message = f"run {run.id} was written, but its lock was taken away meanwhile and the state does not know of it"
    return Problem("lock-lost", message, hint="run plan: it adopts what was written", severity=Severity.WARNING)
