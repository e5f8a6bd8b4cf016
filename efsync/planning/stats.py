"""Counts the users of an ERP as they pass."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from efsync.model.accounts import LiveAccount
from efsync.model.fields import FIELDS, PASSWORD, Value
from efsync.model.normal import comparable
from efsync.model.stats import Counts, DepartmentCount, PasswordAge, ServerCount, Split, SslUse, Who
from efsync.planning.document import plain

_AGES = (
    (30, PasswordAge.UNDER_30),
    (90, PasswordAge.UNDER_90),
    (180, PasswordAge.UNDER_180),
    (365, PasswordAge.UNDER_365),
)
_MANAGED, _APPLIED_ONLY, _WITH_MAIL, _WITHOUT_MAIL = range(4)


class SeenUser(NamedTuple):
    """A user of the ERP, whether a department file or the state has an account of it, and since when its password is
    in use (UTC, ISO 8601), where that is known."""

    live: LiveAccount
    managed: bool = False
    applied: bool = False
    since: str | None = None


def count_users(users: Iterable[SeenUser], now: datetime, mapped: Collection[str] = tuple(FIELDS)) -> Counts:
    """Count `users`, of whom no more is held than who is in no file; `mapped` are the fields that the layout has.

    Departments and users are in the order of their names; servers come with the most accounts first.
    """
    spelled: dict[str, str] = {}
    standings: Counter[tuple[str, int]] = Counter()
    inactive: Counter[str] = Counter()
    servers: Counter[tuple[str | None, Value, bool]] = Counter()
    ssl: Counter[tuple[SslUse, bool]] = Counter()
    passwords: Counter[tuple[PasswordAge, bool]] = Counter()
    named: dict[int, list[Who]] = {_APPLIED_ONLY: [], _WITH_MAIL: []}
    age_of = lru_cache(1_000)(lambda since: age(since, now))
    for user in users:
        live, managed = user.live, user.managed
        department = comparable(live.department)
        spelled[department] = min(spelled.get(department, live.department), live.department)
        standing = _standing(user)
        standings[department, standing] += 1
        inactive[department] += not live.active
        if standing == _WITHOUT_MAIL:
            continue
        if standing in named:
            named[standing].append(Who(live.code, live.department))
        fields = live.fields
        servers[_server(fields.get("server")), fields.get("port"), managed] += 1
        ssl[_ssl(fields.get("ssl")), managed] += 1
        known = PasswordAge.NO_PASSWORD if fields.get(PASSWORD) is None else age_of(user.since)
        passwords[known, managed] += 1
    return Counts(
        tuple(
            DepartmentCount(
                spelled[key],
                standings[key, _MANAGED],
                standings[key, _APPLIED_ONLY],
                standings[key, _WITH_MAIL],
                standings[key, _WITHOUT_MAIL],
                inactive[key],
            )
            for key in sorted(spelled)
        ),
        tuple(sorted(_servers(servers), key=_most_first)) if "server" in mapped else (),
        {each: Split(ssl[each, True], ssl[each, False]) for each in SslUse} if "ssl" in mapped else {},
        {each: Split(passwords[each, True], passwords[each, False]) for each in PasswordAge}
        if PASSWORD in mapped
        else {},
        in_order(named[_APPLIED_ONLY]),
        in_order(named[_WITH_MAIL]),
    )


def in_order(accounts: Iterable[Who]) -> tuple[Who, ...]:
    """The accounts in the order of their users' codes."""
    return tuple(sorted(accounts, key=lambda each: (comparable(each.code), each.department)))


def age(since: str | None, now: datetime) -> PasswordAge:
    """For how long a password is in use; one from a clock that is ahead of `now` is new."""
    try:
        began = datetime.fromisoformat(since or "")
    except ValueError:
        return PasswordAge.UNKNOWN
    days = (now - (began if began.tzinfo else began.replace(tzinfo=UTC))).days
    return next((each for limit, each in _AGES if days < limit), PasswordAge.OLDER)


def _standing(user: SeenUser) -> int:
    if user.managed:
        return _MANAGED
    if user.applied:
        return _APPLIED_ONLY
    # that SSL is off, or a port 0, says nothing alone: many tables have it as the default of every user
    return _WITH_MAIL if any(user.live.fields.values()) else _WITHOUT_MAIL


def _server(value: Value) -> str | None:
    """A server as its name counts: no case, no blanks around it."""
    return None if value is None else str(value).strip().lower()


def _ssl(value: Value) -> SslUse:
    if value is None:
        return SslUse.NOT_SET
    if isinstance(value, bool):
        return SslUse.YES if value else SslUse.NO
    return SslUse.OTHER


def _servers(found: Counter[tuple[str | None, Value, bool]]) -> Iterable[ServerCount]:
    for server, port in dict.fromkeys((server, port) for server, port, _ in found):
        split = Split(found[server, port, True], found[server, port, False])
        yield ServerCount(server, plain(port), split)


def _most_first(count: ServerCount) -> tuple[int, bool, str, str]:
    return -count.split.accounts, count.server is None, count.server or "", str(count.port)
