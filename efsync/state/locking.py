"""The lock of a target: a row of the state, which expires where its holder is gone."""

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.model.runs import Holder
from efsync.state.holder import is_abandoned, this_process
from efsync.state.tables import locks


def take_lock(connection: Connection, target: str) -> Holder:
    """Take a target's lock, one that its holder left too. Raises `Refused` (`locked`) where somebody holds it."""
    current = holder_of(connection, target)
    if current is not None and not is_abandoned(current):
        locked = message(
            "{target} is locked by {holder} since {since}, last seen {beat}",
            target=target,
            holder=current.described,
            since=current.since,
            beat=current.beat,
        )
        hint = message(
            "wait until that apply ends; if it died, `efsync state unlock --target {target}` breaks the lock",
            target=target,
        )
        raise Refused(Problem("locked", locked, hint=hint))
    holder = this_process()
    values = {name: getattr(holder, name) for name in Holder.__dataclass_fields__}
    try:
        if current is None:
            connection.execute(insert(locks).values(target=target, **values))
            return holder
        abandoned = (locks.c.target == target) & (locks.c.token == current.token)
        if connection.execute(update(locks).where(abandoned).values(values)).rowcount == 1:
            return holder
    except IntegrityError:
        pass
    taken = message("another apply took the lock of {target} this moment", target=target)
    raise Refused(Problem("locked", taken, hint=message("try again")))


def holder_of(connection: Connection, target: str) -> Holder | None:
    """Who holds a target's lock."""
    row = connection.execute(select(locks).where(locks.c.target == target)).mappings().first()
    return Holder(**{name: row[name] for name in Holder.__dataclass_fields__}) if row else None
