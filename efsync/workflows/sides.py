"""The two sides that are not files: the live accounts of a target, and those that were applied to it."""

import logging
import marshal
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial

from efsync.database.access import Access
from efsync.erp.live_rows import Row
from efsync.erp.users import UserTable
from efsync.model.accounts import AppliedAccount, AppliedPassword, LiveAccount, PasswordInUse, RetiredPassword
from efsync.model.batches import batches
from efsync.model.digests import record_digest
from efsync.model.fields import PASSWORD, Value
from efsync.model.language import message
from efsync.model.problems import Problem, Severity, named
from efsync.planning.document import plain
from efsync.planning.knowledge import Everyone, KnownAccounts
from efsync.secrets.fingerprints import FingerprintKey, seal
from efsync.settings.model import Settings
from efsync.state.store import State
from efsync.workflows.wiring import erp_of, key_of, sealing_key, state_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Whole:
    """All accounts at once, unfinished runs taken into account, and what to say of those."""

    live: dict[str, LiveAccount]
    applied: dict[str, AppliedAccount]
    retired: tuple[RetiredPassword, ...]
    problems: tuple[Problem, ...]

    def each(self) -> Generator[LiveAccount]:
        """The live accounts, one after the other."""
        yield from self.live.values()

    @property
    def recorded(self) -> dict[str, int]:
        """The digest of each account as applied, by comparable code."""
        return {key: record_digest(account) for key, account in self.applied.items()}

    def passwords(self) -> dict[str, AppliedPassword]:
        """The password of each account as applied, by comparable code."""
        found = ((key, each.reference, plain(each.fields.get(PASSWORD))) for key, each in self.applied.items())
        return {key: AppliedPassword(reference, str(mark) if mark else None) for key, reference, mark in found}

    def only(self, keys: Iterable[str]) -> dict[str, AppliedAccount]:
        """Those of the applied accounts that have these comparable codes."""
        return {key: self.applied[key] for key in keys if key in self.applied}


@dataclass(frozen=True)
class Sides:
    """Both sides of one target, read as they are asked for; writes nothing to either.

    Without a `key` passwords stay in the ERP. The one that `seals` what a plan sees, for the next one, may be there all
    the same. `revision` is another one whenever what was applied changes.
    """

    target: str
    key: FingerprintKey | None
    seals: FingerprintKey | None
    users: UserTable
    revision: str
    _state: State

    @property
    def tenant(self) -> str | None:
        """The tenant whose accounts these are."""
        return self.users.tenant

    def undecodable(self, users: Iterable[str]) -> Iterator[Problem]:
        """That the passwords of some of `users`, of those read so far, can't be read by their codec."""
        undecodable = self.users.undecodable
        found = sorted(undecodable[key] for key in undecodable.keys() & set(users)) if undecodable else []
        if found:
            codec = self.users.columns.by_field[PASSWORD].place.codec
            unread = message(
                "the codec {codec} can't read the password that the ERP holds of {users}: it counts as another",
                codec=codec,
                users=named(found, 5),
            )
            hint = message("somebody else wrote it, or the codec has another key now")
            yield Problem("does-not-decode", unread, hint=hint, severity=Severity.WARNING)

    def has_unfinished_runs(self) -> bool:
        """Whether an apply began that did not end: then what was applied shows in what is live."""
        return bool(self._state.unfinished_runs(self.target))

    def each(self, *, witnessed: bool = False) -> Generator[LiveAccount]:
        """The live accounts, one after the other; to be closed where it is not read to its end."""
        return self.users.each(self.key.fingerprint if self.key else None, self._witness if witnessed else None)

    def witnessed(self) -> Generator[tuple[str, bytes, Callable[[], LiveAccount]]]:
        """The comparable code of every live user, what stands for its row, and what reads it; to be closed as well."""
        return self.users.witnesses(self.key.fingerprint if self.key else None, self._witness)

    def proof(self, row: bytes, password: Value) -> bytes:
        """What stands for a row and the fingerprint of the password that it shall have, where passwords are read."""
        assert self.seals is not None
        return seal(self.seals, row, str(password if self.key else None).encode())

    def _witness(self, row: Row) -> bytes:
        cells = tuple(row)
        try:
            data = marshal.dumps(cells, 2)  # the last version whose bytes follow from the values alone
        except ValueError:
            data = repr(cells).encode("utf-8", "surrogatepass")
        assert self.seals is not None
        return seal(self.seals, data)

    @cached_property
    def recorded(self) -> dict[str, int]:
        """The digest of each account as applied, by comparable code."""
        return self._state.recorded(self.target, self.tenant)

    def applied(self, keys: Sequence[str]) -> dict[str, AppliedAccount]:
        """The accounts as applied with these comparable codes."""
        return self._state.applied(self.target, self.tenant, keys)

    def passwords(self) -> dict[str, AppliedPassword]:
        """The password of each account as applied, by comparable code."""
        return self._state.passwords(self.target, self.tenant)

    def passwords_in_use(self) -> dict[str, PasswordInUse]:
        """The password of each account as applied, by comparable code, and since when it is in use."""
        return self._state.passwords_in_use(self.target, self.tenant)

    def retired(self, new: Collection[str] = ()) -> tuple[RetiredPassword, ...]:
        """The passwords that accounts had and have no more, and of the fingerprints `new` those of other targets."""
        return self._state.retired_passwords(self.target, self.tenant, new)

    def everyone(self, recorded: Iterable[str]) -> Everyone:
        """Every account that is live or was `recorded`, a few held at a time."""
        with closing(self.each()) as passing:
            yield from both_sides(passing, recorded, self.applied)

    def whole(self) -> Whole:
        """All accounts at once, as unfinished runs need them."""
        from efsync.workflows.recovery import with_unfinished_runs  # hardly ever needed

        being_written = self.users.being_written()
        live = {account.key: account for account in self.each()}
        applied = self._state.applied(self.target, self.tenant)
        recovered, retired, problems = with_unfinished_runs(self._state, self.target, live, applied, being_written)
        return Whole(live, recovered, retired, problems)

    def known(
        self,
        live: Mapping[str, LiveAccount],
        applied: Mapping[str, AppliedAccount],
        recorded: Mapping[str, int],
        new: Collection[str] = (),
    ) -> KnownAccounts:
        """What the brakes need to know; `live` and `applied` have the accounts that change, `new` their passwords."""
        everyone = partial(self.everyone, recorded)
        return KnownAccounts(live, applied, recorded.keys(), everyone, partial(self.retired, new))


@contextmanager
def open_sides(settings: Settings, target: str, *, secrets: bool, create_key: bool) -> Iterator[Sides]:
    """Both sides of a target, for reading; `create_key` makes the fingerprint key where there is none.

    Raises `Refused` where the state, the key or the database can't be read.
    """
    with state_of(settings, Access.READ) as state:
        key = key_of(settings, state.key_id(), create=create_key) if secrets else None
        seals = key if secrets else sealing_key(settings)
        log.info("reading the users of %s", target)
        with erp_of(settings, settings.target(target)).reading() as users:
            yield Sides(target, key, seals, users, state.revision(target, users.tenant), state)


def both_sides(
    passing: Iterable[LiveAccount], recorded: Iterable[str], applied: Callable[[list[str]], dict[str, AppliedAccount]]
) -> Everyone:
    """Every account that is live, `passing`, or was `recorded`, a few held at a time; `applied` gives those of keys."""
    left = dict.fromkeys(recorded)
    for accounts in batches(passing):
        remembered = applied([account.key for account in accounts if account.key in left])
        for account in accounts:
            left.pop(account.key, None)
            yield account.key, account, remembered.get(account.key)
    for keys in batches(left):
        for key, gone in applied(keys).items():
            yield key, None, gone
