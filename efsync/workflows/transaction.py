"""What apply does to the ERP, inside the one transaction that is committed as a whole or not at all."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain

from efsync.database.errors import database_errors
from efsync.erp.field_columns import unwritable
from efsync.erp.users import UserTable
from efsync.erp.writing import Changed
from efsync.model.accounts import AppliedAccount, LiveAccount
from efsync.model.batches import BATCH, batches
from efsync.model.fields import PASSWORD, PlainValue, Unknown
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import AccountChange, Overrides, Plan
from efsync.model.problems import Problem, Refused, refuse_errors
from efsync.model.progress import Progress
from efsync.model.secrets import Secret
from efsync.planning.brakes import Limits, brakes
from efsync.planning.knowledge import Everyone, KnownAccounts, new_passwords
from efsync.planning.staleness import misread, moved
from efsync.secrets.fingerprints import FingerprintKey
from efsync.state.store import State
from efsync.workflows.sides import both_sides

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One plan, and all that it takes to write it: by comparable code its passwords and its accounts as applied."""

    plan: Plan
    limits: Limits
    overrides: Overrides
    key: FingerprintKey
    passwords: Mapping[str, Secret]
    applied: Mapping[str, AppliedAccount]
    state: State
    progress: Progress

    def run(self, users: UserTable, *, one_by_one: bool) -> dict[str, LiveAccount]:
        """Lock the rows, check the plan against them, write, read back; the live accounts of the plan after that.

        Raises `Refused` where the plan can't be done, and `Unsure` where accounts have to be written `one_by_one`.
        """
        plan = self.plan
        if comparable(users.tenant or "") != comparable(plan.tenant or ""):
            other = message("the plan is for tenant {tenant}, not {other}", tenant=plan.tenant, other=users.tenant)
            raise Refused(Problem("plan-target", other))
        writes = [change for change in plan.changes if change.writes]
        live = self._live(users, writes)
        refuse_errors([*moved(writes, live), *unwritable(writes, live, users.columns)])
        refuse_errors(brakes(plan.changes, self._known(users, live), self.limits, self.overrides))
        self._write(users, writes, live, one_by_one=one_by_one)
        live |= users.read_again([live[change.key].row_key[0] for change in writes], self.key.fingerprint)
        refuse_errors(misread(writes, live))
        return live

    def _live(self, users: UserTable, writes: list[AccountChange]) -> dict[str, LiveAccount]:
        """The accounts of the plan, those that change locked."""
        keys = users.keys({change.key for change in self.plan.changes})
        changing = [keys.pop(change.key) for change in writes if change.key in keys]
        live = users.read_some(keys.values(), self.key.fingerprint)
        with database_errors(message("locking the users that change")):
            return live | users.read_again(changing, self.key.fingerprint)

    def _known(self, users: UserTable, live: dict[str, LiveAccount]) -> KnownAccounts:
        target, tenant = self.plan.target, self.plan.tenant
        recorded = self.state.recorded(target, tenant)

        def everyone() -> Everyone:
            """Every account, those that change as they were read under the lock."""
            with closing(users.each(self.key.fingerprint, but=live.keys())) as others:
                yield from both_sides(
                    chain(live.values(), others), recorded, lambda keys: self.state.applied(target, tenant, keys)
                )

        new = new_passwords(self.plan.changes)
        retired = partial(self.state.retired_passwords, target, tenant, new)
        return KnownAccounts(live, self.applied, recorded.keys(), everyone, retired)

    def _write(
        self, users: UserTable, writes: list[AccountChange], live: Mapping[str, LiveAccount], *, one_by_one: bool
    ) -> None:
        written = 0
        for some in batches(self._changed(writes, live), 1 if one_by_one else BATCH):
            users.write(some)
            written += len(some)
            self.progress(written, len(writes))

    def _changed(self, writes: list[AccountChange], live: Mapping[str, LiveAccount]) -> Iterator[Changed]:
        for change in writes:
            log.info("writing %s", change.user)
            yield live[change.key], _values(change, self.passwords)


def _values(change: AccountChange, passwords: Mapping[str, Secret]) -> dict[str, PlainValue | Secret]:
    values: dict[str, PlainValue | Secret] = {}
    for field, value in change.after.items():
        assert not isinstance(value, Unknown)
        values[field] = passwords[change.key] if field == PASSWORD and value is not None else value
    return values
