"""Whether the state can be read and written, and what it has to say of runs and locks."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, table

from efsync.database.access import Access
from efsync.database.rights import Right, denied_columns, file_is_writable
from efsync.model.checks import Check, Topic, doubtful, fine, wrong
from efsync.model.language import joined, message
from efsync.model.problems import Refused
from efsync.model.runs import Holder, Run
from efsync.settings.model import Settings
from efsync.state.file import WHAT, state_file
from efsync.state.holder import is_abandoned
from efsync.state.migrate import revision_of
from efsync.state.store import State
from efsync.state.tables import REVISION, metadata
from efsync.workflows.doctor.database import WRITING, Database, attempt, database_checks, refusal_checks
from efsync.workflows.wiring import state_of


def state_checks(settings: Settings, targets: Sequence[str]) -> Iterator[Check]:
    """The state's database, its version, and the runs and locks of `targets`."""
    database = Database(WHAT, settings.state_url, settings.folder, timeouts=settings.state_timeouts)
    try:
        file = state_file(settings.state_url, settings.folder)
    except Refused as refused:
        yield from refusal_checks(database, Topic.STATE, refused, database.unreached)
        return
    if file is not None and not file.exists():
        yield fine(Topic.STATE, message("there is no state yet: the first apply makes one"))
        return
    if file is not None and file.stat().st_size and not file_is_writable(file):
        read_only = message("the state's file or folder is read-only")
        yield wrong(Topic.STATE, read_only, joined("; ", (message("chmod u+w it"), WRITING)))

    def deeper(connection: Connection) -> Iterator[Check]:
        """What can be seen once there is a connection."""
        return attempt(database, Topic.STATE, _content_checks(settings, targets, connection))

    yield from database_checks(database, deeper)


def _content_checks(settings: Settings, targets: Sequence[str], connection: Connection) -> Iterator[Check]:
    revision = revision_of(connection)
    yield version_check(revision)
    if revision != REVISION:
        return
    yield from _rights_checks(connection)
    with state_of(settings, Access.READ) as state:
        for target in targets:
            yield from _target_checks(state, target)


def version_check(revision: str | None) -> Check:
    """Whether the state is of this efsync's version."""
    if revision is None:
        return fine(Topic.STATE, message("the state is empty: the first apply makes its tables"))
    both = {"revision": revision, "own": REVISION}
    if revision > REVISION:
        newer = message("the state is of a newer efsync (revision {revision}; this one knows {own})", **both)
        return wrong(Topic.STATE, newer, message("use the newer efsync"))
    if revision < REVISION:
        older = message("the state is of an older efsync (revision {revision}; this one writes {own})", **both)
        remedy = message("any apply brings it up to date; plan and drift stop until then")
        return wrong(Topic.STATE, older, remedy)
    newest = message("the state is of revision {revision}, the newest that this efsync knows", revision=revision)
    return fine(Topic.STATE, newest)


def _rights_checks(connection: Connection) -> Iterator[Check]:
    denied = [
        message("{right} on {table}", right=right, table=each.name)
        for each in metadata.sorted_tables
        for right in Right
        if denied_columns(connection, table(each.name), right, each.columns.keys()[:1])
    ]
    if denied:
        lacking = message("the user of the state's url lacks the rights {rights}", rights=joined(", ", denied))
        yield wrong(Topic.STATE, lacking, message("GRANT them; plan and drift need SELECT only"))


def _target_checks(state: State, target: str) -> Iterator[Check]:
    holder = state.holder(target)
    under_way = holder is not None and not is_abandoned(holder)
    if holder is not None:
        yield _lock_check(holder, target, under_way=under_way)
    for run in state.unfinished_runs(target):
        if not under_way:
            yield _run_check(run, target)


def _lock_check(holder: Holder, target: str, *, under_way: bool) -> Check:
    who = {"who": holder.who, "host": holder.host, "process": holder.process, "since": holder.since}
    if under_way:
        held = message("the lock is held by {who} on {host} (process {process}) since {since}", **who)
        return doubtful(Topic.STATE, held, message("an apply is at work: wait until it ends"), target)
    left = message("the lock is held by {who} on {host} (process {process}) since {since}, who is gone", **who)
    return doubtful(Topic.STATE, left, message("nothing: the next apply takes it over"), target)


def _run_check(run: Run, target: str) -> Check:
    cut_off = message(
        "run {run} by {who} on {host} was cut off; it began at {since}",
        run=run.id,
        who=run.who,
        host=run.host,
        since=run.started_at,
    )
    remedy = message("nothing: the next apply finds out what it wrote, and records it")
    return doubtful(Topic.STATE, cut_off, remedy, target)
