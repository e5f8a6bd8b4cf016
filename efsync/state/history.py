"""The runs that the state remembers, newest first, and forgetting what the old ones changed."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select

from efsync.model.plans import AccountChange
from efsync.model.runs import Run, RunStatus
from efsync.state.accounts import tenant_key
from efsync.state.journal import read_change, read_changes
from efsync.state.rows import run_of
from efsync.state.tables import applied_accounts, retired_passwords, run_changes, runs, texts

_NEWEST = (runs.c.started_at.desc(), runs.c.id.desc())


def listed(connection: Connection, target: str | None, user: str | None, most: int | None) -> list[Run]:
    """The runs of a target, or of all; only those that set out to change the `user` of this comparable code."""
    statement = select(runs).order_by(*_NEWEST).limit(most)
    if target is not None:
        statement = statement.where(runs.c.target == target)
    if user is not None:
        statement = statement.where(runs.c.id.in_(select(run_changes.c.run).where(run_changes.c.key == user)))
    return [run_of(row) for row in connection.execute(statement).mappings()]


def named(connection: Connection, name: str) -> list[Run]:
    """The runs whose id begins with `name`."""
    of_name = func.substr(runs.c.id, 1, len(name)) == name
    return [run_of(row) for row in connection.execute(select(runs).where(of_name).order_by(*_NEWEST)).mappings()]


def changes_of(connection: Connection, run: str, user: str | None) -> Iterator[AccountChange]:
    """What a run set out to change, or of that the changes of one user."""
    return read_changes(connection, run) if user is None else read_change(connection, run, user)


def before(connection: Connection, run: Run, keys: set[str]) -> dict[str, tuple[Run, AccountChange]]:
    """The newest change of each of these accounts that was applied before `run`, and by which run."""
    statement = (
        select(runs)
        .where(runs.c.target == run.target, runs.c.tenant == tenant_key(run.tenant))
        .where(runs.c.status.in_([RunStatus.APPLIED, RunStatus.RECOVERED]))
        .where(or_(runs.c.started_at < run.started_at, (runs.c.started_at == run.started_at) & (runs.c.id < run.id)))
        .order_by(*_NEWEST)
    )
    found: dict[str, tuple[Run, AccountChange]] = {}
    for row in connection.execute(statement).mappings().all():
        if keys <= found.keys():
            break
        earlier = run_of(row)
        for change in read_changes(connection, earlier.id):
            if change.key in keys:
                found.setdefault(change.key, (earlier, change))
    return found


def targets(connection: Connection) -> list[str]:
    """Every target that there was a run of."""
    return list(connection.execute(select(runs.c.target).distinct().order_by(runs.c.target)).scalars())


def prune(connection: Connection, until: str) -> int:
    """Forget what the runs that ended before `until` (UTC, ISO 8601) changed; how many runs that were.

    That there was such a run stays known, so that its plan is not applied again. Needs the locks of all targets: a
    text that another run is about to name must not go.
    """
    old: ColumnElement[bool] = runs.c.finished_at < until
    of_old = run_changes.c.run.in_(select(runs.c.id).where(old))
    count = connection.execute(select(func.count(run_changes.c.run.distinct())).where(of_old)).scalar_one()
    if count:
        connection.execute(delete(run_changes).where(of_old))
        _forget_texts(connection)
    return count


def _forget_texts(connection: Connection) -> None:
    """Forget the texts that nothing names any more."""
    used: set[str] = set()
    for table in (applied_accounts, retired_passwords):
        for values in connection.execute(select(table.c.fields)).scalars():
            used |= _named(values)
    for change in connection.execute(select(run_changes.c.change)).scalars():
        for side in ("before", "after", "unchanged"):
            used |= _named(change.get(side, {}))
    known = set(connection.execute(select(texts.c.digest)).scalars())
    for digest in sorted(known - used):
        connection.execute(delete(texts).where(texts.c.digest == digest))


def _named(values: dict[str, object]) -> set[str]:
    return {str(each["text"]) for each in values.values() if isinstance(each, dict)}
