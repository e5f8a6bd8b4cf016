"""`efsync apply`: does what a plan says, all of it or nothing."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

from efsync.database.access import Access
from efsync.database.errors import BUSY
from efsync.database.retry import while_busy
from efsync.erp.connection import Erp
from efsync.erp.writing import Unsure
from efsync.model.accounts import LiveAccount
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.outcomes import Applied, ApplyStatus, is_failure, not_applied
from efsync.model.plans import Overrides, Plan
from efsync.model.problems import Problem, Refused, Severity
from efsync.model.progress import Progress, unseen
from efsync.model.runs import Holder, Run, RunStatus
from efsync.model.secrets import Secret
from efsync.planning.record import Recovery, record_run, recover
from efsync.secrets.fingerprints import FingerprintKey
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.state.holder import now
from efsync.state.store import State
from efsync.workflows.recovery import repair
from efsync.workflows.saved_plan import check_new, check_plan, read_passwords, target_of
from efsync.workflows.transaction import Transaction
from efsync.workflows.wiring import erp_of, key_of, state_of

log = logging.getLogger(__name__)

BEAT = 15
"""Seconds between two signs of life of a lock's holder."""


def apply(
    settings: Settings,
    plan: Plan,
    target: str | None = None,
    overrides: Overrides = Overrides(),
    *,
    store: SecretStore | None = None,
    progress: Progress = unseen,
) -> Applied:
    """Apply `plan` to `target`, or to the target that it names where none is given.

    Secrets are read from `store` where it has them already, since another target needed them.
    Whatever stands against it is in the result's problems, and then nothing was written.
    """
    try:
        return _Apply(settings, plan, target, overrides, store, progress).run()
    except Refused as refused:
        return not_applied(refused.problems, plan.target, plan.plan_id)


class _Seen(Exception):
    """Ends a transaction that only looked: to commit, even nothing, may have to wait for a reader."""


class _Apply:
    """One apply: what it was given, and its steps in order."""

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        target: str | None,
        overrides: Overrides,
        store: SecretStore | None,
        progress: Progress,
    ) -> None:
        self._settings = settings
        self._store = store
        self._plan = plan
        self._overrides = overrides
        self._progress = progress
        self._target = target_of(settings, plan, target)
        self._erp: Erp = erp_of(settings, self._target)
        self._may_be_written = False

    def run(self) -> Applied:
        """Check, lock, journal, write, record. Raises `Refused`."""
        plan = self._plan
        check_plan(plan, self._target)
        with state_of(self._settings, Access.CREATE) as state:
            check_new(plan, state)
            key = key_of(self._settings, state.key_id(), create=False)
            if not plan.differs and not state.unfinished_runs(plan.target):
                return Applied(ApplyStatus.NOTHING, plan.target, plan.plan_id, summary=plan.summary)
            passwords = read_passwords(self._settings, plan, key, self._store)
            while_busy(self._check_writable)
            run, holder = state.begin(plan)
            try:
                with _beating(state, plan.target, holder):
                    return self._under_lock(state, run, key, passwords)
            finally:
                with suppress(Refused, KeyboardInterrupt):  # how the run ended counts; the lock expires
                    state.release(plan.target, holder.token)

    def _check_writable(self) -> None:
        """Raise `Refused` for what can be known to stand in the way before there is a run to remember."""
        if fields := {field for change in self._plan.changes for field in change.after}:
            with self._erp.reading() as users:
                users.check_writable(fields)

    def _under_lock(self, state: State, run: Run, key: FingerprintKey, passwords: Mapping[str, Secret]) -> Applied:
        plan = self._plan
        try:
            repaired = self._repair(state, run, key)
            check_new(plan, state)
            keys = {comparable(name) for change in plan.changes for name in (change.user, change.renamed_from) if name}
            applied = state.applied(plan.target, plan.tenant, sorted(keys))
            transaction = Transaction(
                plan, self._settings.limits, self._overrides, key, passwords, applied, state, self._progress
            )
            live = self._written(transaction)
            record = record_run(plan.changes, live, applied, run.id, now())
            ended = state.finish(run, RunStatus.APPLIED, record, key.identity)
        except Refused as refused:
            status, settled = self._settle(state, run, key, refused)
            if status is not RunStatus.RECOVERED:
                raise Refused((*refused.problems, *settled)) from None
            struck = (replace(problem, severity=Severity.WARNING) for problem in refused.problems)
            return Applied(ApplyStatus.APPLIED, plan.target, plan.plan_id, run.id, plan.summary, (*struck, *settled))
        except KeyboardInterrupt:
            status, settled = self._settle(state, run, key, None)
            if status is not RunStatus.RECOVERED:
                said = message("interrupted") if settled else message("interrupted: nothing was written")
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
        live = self._settled(key)
        return repair(state, run.target, live, state.applied(run.target, run.tenant), key.identity, but=run.id)

    def _written(self, transaction: Transaction) -> dict[str, LiveAccount]:
        """The live accounts of the plan once all is written and committed; until then it may be begun again."""

        def may_repeat() -> bool:
            """Whether nothing can have been written yet."""
            return not self._may_be_written

        def written(*, one_by_one: bool) -> dict[str, LiveAccount]:
            """The same, in one transaction."""
            with self._erp.writing() as users:
                live = transaction.run(users, one_by_one=one_by_one)
                self._may_be_written = self._plan.differs
            return live

        try:
            return while_busy(lambda: written(one_by_one=False), may_repeat=may_repeat)
        except Unsure:
            log.info("writing one account after the other")
            # a server may free the lock of the try before a moment late
            return while_busy(lambda: written(one_by_one=True), (BUSY, "locked"), may_repeat)

    def _settle(
        self, state: State, run: Run, key: FingerprintKey, refused: Refused | None
    ) -> tuple[RunStatus | None, tuple[Problem, ...]]:
        """End a run that did not go well: how it ended, and what to say; where that fails, the next command does it.

        Once the ERP was told to commit, what is live now says whether it did.
        """
        failed = refused is not None and is_failure(refused.problems)
        try:
            recovery = self._recovery(state, run, key) if self._may_be_written else None
            if recovery and recovery.status is RunStatus.RECOVERED:
                state.finish(run, recovery.status, recovery.record, key.identity)
                return recovery.status, (recovery.problem,)
            ended = RunStatus.FAILED if failed else RunStatus.REFUSED if refused else RunStatus.INTERRUPTED
            state.finish(run, ended)
        except Refused:
            wrote = message("what run {run} wrote, if anything, is not recorded yet", run=run.id)
            did_nothing = message("what run {run} did, which is nothing, is not recorded yet", run=run.id)
            said = wrote if self._may_be_written else did_nothing
            hint = message("the next plan sees it, and the next apply records it")
            return None, (Problem("run-interrupted", said, hint=hint, severity=Severity.WARNING),)
        rolled_back = Problem("rolled-back", message("nothing was written"), severity=Severity.WARNING)
        return ended, (rolled_back,) if failed else ()

    def _recovery(self, state: State, run: Run, key: FingerprintKey) -> Recovery:
        return recover(run, self._plan.changes, self._settled(key), state.applied(run.target, run.tenant), now())

    def _settled(self, key: FingerprintKey) -> dict[str, LiveAccount]:
        """What is live, seen under the ERP's lock: a commit whose answer was lost may still be under way."""

        def look() -> dict[str, LiveAccount]:
            """Read under a lock, and write nothing."""
            live: dict[str, LiveAccount] = {}
            with suppress(_Seen), self._erp.writing() as users:
                live = users.read(key.fingerprint)
                raise _Seen
            return live

        return while_busy(look, codes=(BUSY, "locked"))


@contextmanager
def _beating(state: State, target: str, holder: Holder) -> Iterator[None]:
    """Keeps the lock alive from a thread of its own."""
    ended = threading.Event()

    def beat() -> None:
        """Give a sign of life now and then."""
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
    lost = message(
        "run {run} was written, but its lock was taken away meanwhile and the state does not know of it", run=run.id
    )
    hint = message("run plan: it adopts what was written")
    return Problem("lock-lost", lost, hint=hint, severity=Severity.WARNING)
