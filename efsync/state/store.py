"""The state behind one door: every method is one transaction."""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, delete, insert, select, update
from sqlalchemy.pool import StaticPool

from efsync.database.access import Access, Timeouts
from efsync.database.engine import open_engine
from efsync.database.errors import database_errors
from efsync.database.retry import while_busy
from efsync.model.accounts import AppliedAccount, AppliedPassword, PasswordInUse, RetiredPassword
from efsync.model.plans import AccountChange, Plan
from efsync.model.runs import Holder, Run, RunStatus
from efsync.planning.record import Record
from efsync.state import accounts, history
from efsync.state.file import WHAT, state_file
from efsync.state.holder import now
from efsync.state.journal import write_changes
from efsync.state.locking import holder_of, take_lock
from efsync.state.migrate import check_readable, migrate
from efsync.state.passwords import passwords_in_use
from efsync.state.rows import row_of, run_of
from efsync.state.tables import applied_accounts, facts, locks, metadata, retired_passwords, runs

_KEY = "fingerprint-key"
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def _begun_again(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A method that is one transaction, and so may be begun again where another program's locks rolled it back."""

    @wraps(method)
    def begun_again(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        """The method, begun again while the state is busy."""
        return while_busy(lambda: method(*arguments, **options))

    return begun_again


@contextmanager
def open_state(url: str, folder: Path, access: Access, timeouts: Timeouts = Timeouts()) -> Iterator["State"]:
    """The state at `url`; a relative SQLite path starts at `folder`.

    To read, nothing is made or migrated, and a state that is not there yet is an empty one.
    Raises `Refused`: `state-version` for one of a newer efsync, `database` where it can't be used.
    """
    with database_errors(WHAT):
        engine = while_busy(lambda: _engine(url, folder, access, timeouts))
        try:
            if access is not Access.READ:
                while_busy(lambda: _migrate(engine))
            yield State(engine)
        finally:
            engine.dispose()


def _migrate(engine: Engine) -> None:
    with database_errors(WHAT):
        migrate(engine)


def _engine(url: str, folder: Path, access: Access, timeouts: Timeouts) -> Engine:
    """The state's engine; to read a state that is not there, one of an empty state in memory."""
    file = state_file(url, folder)
    missing = file is not None and (not file.exists() or file.stat().st_size == 0)
    if access is not Access.READ or not missing:
        engine = open_engine(url, folder, access, WHAT, timeouts)
        with database_errors(WHAT):
            if access is not Access.READ or check_readable(engine):
                return engine
        engine.dispose()
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    return engine


class State:
    """What efsync remembers, of all targets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @_begun_again
    def key_id(self) -> str | None:
        """The identity of the key that made the fingerprints in here."""
        with self._transaction() as connection:
            return connection.execute(select(facts.c.value).where(facts.c.name == _KEY)).scalar()

    @_begun_again
    def revision(self, target: str, tenant: str | None) -> str:
        """Is another one whenever what was applied to a target changes: by a run, or by forgetting."""
        with self._transaction() as connection:
            return accounts.revision(connection, target, tenant)

    @_begun_again
    def recorded(self, target: str, tenant: str | None) -> dict[str, int]:
        """The digest of each account as applied to a target, by comparable code."""
        with self._transaction() as connection:
            return accounts.recorded(connection, target, tenant)

    @_begun_again
    def applied(self, target: str, tenant: str | None, keys: Sequence[str] | None = None) -> dict[str, AppliedAccount]:
        """The accounts as applied to a target, by comparable code: all, or those with these `keys`."""
        with self._transaction() as connection:
            return accounts.applied(connection, target, tenant, keys)

    @_begun_again
    def codes(self, target: str | None) -> tuple[tuple[str, str], ...]:
        """Code and department of every account as applied to a target, or to any, whatever its tenant."""
        with self._transaction() as connection:
            return tuple(accounts.codes(connection, target))

    @_begun_again
    def passwords(self, target: str, tenant: str | None) -> dict[str, AppliedPassword]:
        """The password of each account as applied to a target, by comparable code."""
        with self._transaction() as connection:
            return accounts.passwords(connection, target, tenant)

    @_begun_again
    def passwords_in_use(self, target: str, tenant: str | None) -> dict[str, PasswordInUse]:
        """The password of each account as applied to a target, by comparable code, and since when it is in use."""
        with self._transaction() as connection:
            return passwords_in_use(connection, target, tenant)

    @_begun_again
    def retired_passwords(
        self, target: str, tenant: str | None, elsewhere: Collection[str] = ()
    ) -> tuple[RetiredPassword, ...]:
        """The passwords that accounts of a target had and have no more, and where each went.

        Those with the fingerprints `elsewhere` count too where accounts of other targets have or had them.
        """
        with self._transaction() as connection:
            found = (*accounts.retired(connection, target, tenant),)
            return (*found, *accounts.elsewhere(connection, target, tenant, elsewhere))

    @_begun_again
    def unfinished_runs(self, target: str) -> tuple[Run, ...]:
        """The runs that began and did not end, oldest first: under way, or cut off."""
        unfinished = (runs.c.target == target) & (runs.c.status == RunStatus.STARTED)
        with self._transaction() as connection:
            rows = connection.execute(select(runs).where(unfinished).order_by(runs.c.started_at)).mappings()
            return tuple(run_of(row) for row in rows)

    @_begun_again
    def changes(self, run: Run, user: str | None = None) -> tuple[AccountChange, ...]:
        """What a run set out to change, or of that the change of the `user` with this comparable code."""
        with self._transaction() as connection:
            return tuple(history.changes_of(connection, run.id, user))

    @_begun_again
    def runs(self, target: str | None, user: str | None, most: int | None) -> tuple[Run, ...]:
        """The runs of a target, or of all, newest first; only those that changed the `user` of this comparable code."""
        with self._transaction() as connection:
            return tuple(history.listed(connection, target, user, most))

    @_begun_again
    def runs_named(self, name: str) -> tuple[Run, ...]:
        """The runs whose id begins with `name`."""
        with self._transaction() as connection:
            return tuple(history.named(connection, name))

    @_begun_again
    def changes_before(self, run: Run, users: set[str]) -> dict[str, tuple[Run, AccountChange]]:
        """The last change of each of these accounts that was applied before `run`, by comparable code, and by which."""
        with self._transaction() as connection:
            return history.before(connection, run, users)

    @_begun_again
    def targets(self) -> list[str]:
        """Every target that there was a run of."""
        with self._transaction() as connection:
            return history.targets(connection)

    @_begun_again
    def prune(self, until: str) -> int:
        """Forget what the runs that ended before `until` changed; how many runs that were. Needs all targets' locks."""
        with self._transaction() as connection:
            return history.prune(connection, until)

    @_begun_again
    def run_of_plan(self, plan_id: str) -> Run | None:
        """The run that applied a plan, if one did."""
        done = runs.c.status.in_([RunStatus.APPLIED, RunStatus.RECOVERED])
        with self._transaction() as connection:
            row = connection.execute(select(runs).where(runs.c.plan_id == plan_id, done)).mappings().first()
            return run_of(row) if row else None

    @_begun_again
    def holder(self, target: str) -> Holder | None:
        """Who holds a target's lock."""
        with self._transaction() as connection:
            return holder_of(connection, target)

    @_begun_again
    def lock(self, target: str) -> Holder:
        """Take a target's lock. Raises `Refused` (`locked`) where somebody alive holds it."""
        with self._transaction() as connection:
            return take_lock(connection, target)

    @_begun_again
    def begin(self, plan: Plan) -> tuple[Run, Holder]:
        """Take the lock and journal the run that is about to apply `plan`. Raises `Refused` (`locked`)."""
        with self._transaction() as connection:
            holder = take_lock(connection, plan.target)
            started = datetime.now(UTC)
            run = Run(
                id=f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
                target=plan.target,
                tenant=plan.tenant,
                plan_id=plan.plan_id or "",
                status=RunStatus.STARTED,
                who=holder.who,
                host=holder.host,
                started_at=holder.since,
                finished_at=None,
                source=plan.source,
                summary=plan.summary,
            )
            connection.execute(insert(runs).values(row_of(run)))
            write_changes(connection, run.id, plan.changes)
            return run, holder

    def beat(self, target: str, token: str) -> bool:
        """Keep a lock alive; `False` where it is not this holder's any more. Not begun again: the next beat is."""
        mine = (locks.c.target == target) & (locks.c.token == token)
        with self._transaction() as connection:
            return connection.execute(update(locks).where(mine).values(beat=now())).rowcount == 1

    @_begun_again
    def finish(self, run: Run, status: RunStatus, record: Record = Record(), key_id: str | None = None) -> Run:
        """End a run: remember its record and how it ended, unless somebody else ended it meanwhile."""
        with self._transaction() as connection:
            unfinished = (runs.c.id == run.id) & (runs.c.status == RunStatus.STARTED)
            ended = replace(run, status=status, finished_at=now())
            values = {"status": ended.status.value, "finished_at": ended.finished_at}
            if connection.execute(update(runs).where(unfinished).values(values)).rowcount == 1:
                accounts.remember(connection, run.target, run.tenant, run.id, record)
                if key_id is not None and record.accounts:
                    _keep_fact(connection, _KEY, key_id)
            row = connection.execute(select(runs).where(runs.c.id == run.id)).mappings().one()
            return run_of(row)

    @_begun_again
    def release(self, target: str, token: str) -> None:
        """Give a lock back; nothing happens where it is not this holder's any more."""
        with self._transaction() as connection:
            connection.execute(delete(locks).where(locks.c.target == target, locks.c.token == token))

    @_begun_again
    def break_lock(self, target: str) -> Holder | None:
        """Take a lock away from whoever holds it; who that was."""
        with self._transaction() as connection:
            holder = holder_of(connection, target)
            connection.execute(delete(locks).where(locks.c.target == target))
            return holder

    @_begun_again
    def forget(self, target: str, tenant: str | None, key: str) -> None:
        """Remember nothing of an account any more."""
        with self._transaction() as connection:
            accounts.forget(connection, target, tenant, key)

    @_begun_again
    def forget_target(self, target: str) -> None:
        """Remember nothing of a target's accounts any more; runs that did not end are given up."""
        unfinished = (runs.c.target == target) & (runs.c.status == RunStatus.STARTED)
        with self._transaction() as connection:
            for table in (applied_accounts, retired_passwords):
                connection.execute(delete(table).where(table.c.target == target))
            given_up = {"status": RunStatus.INTERRUPTED.value, "finished_at": now()}
            connection.execute(update(runs).where(unfinished).values(given_up))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with database_errors(WHAT), self._engine.begin() as connection:
            yield connection


def _keep_fact(connection: Connection, name: str, value: str) -> None:
    known = update(facts).where(facts.c.name == name).values(value=value)
    if connection.execute(known).rowcount == 0:
        connection.execute(insert(facts).values(name=name, value=value))
