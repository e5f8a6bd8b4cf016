"""What is checked of any database, an ERP's or the state's: connection, driver, server, encryption, clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import URL, Connection

from efsync.database.access import Access, Timeouts
from efsync.database.engine import EXTRAS, open_engine
from efsync.database.errors import database_errors
from efsync.database.server import SQLITE, ServerFacts, driver_of, is_local, read_server
from efsync.database.urls import read_url, shown_url
from efsync.model.checks import Check, Topic, check_of, doubtful, fine, wrong
from efsync.model.language import exchanged, message
from efsync.model.problems import Problem, Refused

OLDEST: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"PostgreSQL": (12,), "MariaDB": (10, 5), "MySQL": (8,), "SQL Server": (13,)}
)
"""The oldest release of each server that efsync is meant for; SQL Server 2016 calls itself 13."""

SLOW_CLOCK = timedelta(seconds=30)
"""A lock of the state expires a minute after its last beat: half of that is a warning, all of it an error."""

WRITING = message("plan and drift work without")
"""What to know where only apply is kept from working."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database to be looked at: one target's, or without a target the state's."""

    what: str
    url: str
    folder: Path
    target: str | None = None
    timeouts: Timeouts = Timeouts()

    def topic(self, topic: Topic) -> Topic:
        """What a check is about: of the state's database all is about the state."""
        return topic if self.target else Topic.STATE

    @property
    def table(self) -> str:
        """The table of the settings that it stands in."""
        return f"[targets.{self.target}]" if self.target else "[state]"

    @property
    def unreached(self) -> str:
        """What to do where it can't be reached, and nothing better is known."""
        return message(
            "check the url of {section}: host, port, database, user, password; "
            "that the server is up, and lets this user in",
            section=self.table,
        )

    @property
    def reached(self) -> str:
        """What to do where it was reached, and nothing better is known."""
        return message(
            "the url is right: look whether the rest of {section} is meant for this database", section=self.table
        )


def database_checks(database: Database, deeper: Callable[[Connection], Iterable[Check]]) -> Iterator[Check]:
    """The checks of a database, and where it is reached those of `deeper`, in autocommit and to read only."""
    topic = Topic.CONNECTION
    try:
        address = read_url(database.url, database.folder, database.what)
        topic = Topic.DRIVER if address.get_backend_name() in EXTRAS else Topic.CONNECTION
        engine = open_engine(database.url, database.folder, Access.READ, database.what, database.timeouts)
        topic = Topic.CONNECTION
        with database_errors(database.what):
            connection = engine.connect()
    except Refused as refused:
        yield from refusal_checks(database, topic, refused, database.unreached)
        return
    try:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        reached = message("reached {what} at {url}", what=database.what, url=shown_url(address))
        yield fine(database.topic(Topic.CONNECTION), reached, database.target)
        yield from attempt(database, Topic.SERVER, _server_checks(database, address, connection))
        yield from deeper(connection)
    finally:
        connection.close()
        engine.dispose()


def attempt(database: Database, topic: Topic, checks: Iterable[Check]) -> Iterator[Check]:
    """`checks`, and where they break off, what the database said as one more."""
    try:
        with database_errors(database.what):
            yield from checks
    except Refused as refused:
        yield from refusal_checks(database, topic, refused, database.reached)


def refusal_checks(database: Database, topic: Topic, refused: Refused, remedy: str) -> Iterator[Check]:
    """A check for each reason why something of a database can't be looked at; `remedy` is for those without one."""
    for problem in refused.problems:
        yield problem_check(database, topic, problem, remedy)


def problem_check(database: Database, topic: Topic, problem: Problem, remedy: str) -> Check:
    """A problem of one database as a check; where it speaks of a target's table, it is the one of this target."""
    hint = exchanged(problem.hint or remedy, "[targets.NAME", f"[targets.{database.target}")
    return check_of(database.topic(topic), replace(problem, hint=hint), database.target)


def _server_checks(database: Database, url: URL, connection: Connection) -> Iterator[Check]:
    driver = message("the driver is {driver}", driver=driver_of(connection))
    yield fine(database.topic(Topic.DRIVER), driver, database.target)
    facts = read_server(connection)
    yield version_check(database, facts)
    if facts.product == SQLITE:
        return
    yield encryption_check(database, facts, local=is_local(url))
    if facts.read_only:
        closed = message("{server} takes no writes now: it is a standby, or set to read only", server=facts.product)
        remedy = message("name the primary server in the url")
        yield wrong(database.topic(Topic.SERVER), closed, remedy, database.target)
    if facts.ahead is not None:
        yield clock_check(database, facts.ahead)


def version_check(database: Database, facts: ServerFacts) -> Check:
    """Whether the server's release is one that efsync is meant for."""
    topic, named = database.topic(Topic.SERVER), f"{facts.product} {facts.version}"
    oldest = OLDEST.get(facts.product, ())
    if facts.release >= oldest:
        return fine(topic, message("the server is {server}", server=named), database.target)
    since = ".".join(map(str, oldest))
    old = message("{server} is older than {since}, the oldest that efsync is meant for", server=named, since=since)
    return doubtful(topic, old, message("upgrade the server"), database.target)


def encryption_check(database: Database, facts: ServerFacts, *, local: bool) -> Check:
    """Whether passwords travel in clear text."""
    topic = database.topic(Topic.CONNECTION)
    if facts.encrypted:
        return fine(topic, message("the connection is encrypted"), database.target)
    if local:
        stays = message("the connection stays on this machine, and is not encrypted")
        return fine(topic, stays, database.target)
    if facts.encrypted is None:
        unknown = message("the server does not say whether the connection is encrypted")
        remedy = message("GRANT VIEW SERVER STATE to the user of the url, to see it")
        return doubtful(topic, unknown, remedy, database.target)
    clear = message("the connection is not encrypted: passwords travel in clear text")
    remedy = message("ask for TLS in the url, such as sslmode=verify-full or ssl_ca=…")
    return doubtful(topic, clear, remedy, database.target)


def clock_check(database: Database, ahead: timedelta) -> Check:
    """Whether this machine's clock and the server's agree."""
    topic = database.topic(Topic.CLOCK)
    if abs(ahead) <= SLOW_CLOCK:
        return fine(topic, message("the server's clock and this machine's agree"), database.target)
    facts = {"what": database.what, "seconds": abs(ahead.total_seconds())}
    is_ahead = message("the clock of {what} is {seconds:,.0f} s ahead of this machine's", **facts)
    is_behind = message("the clock of {what} is {seconds:,.0f} s behind this machine's", **facts)
    remedy = message("set both by NTP: locks expire by the clock, a minute after their last beat")
    worse = wrong if abs(ahead) > 2 * SLOW_CLOCK else doubtful
    return worse(topic, is_ahead if ahead > timedelta() else is_behind, remedy, database.target)
