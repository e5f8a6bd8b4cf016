"""Counts as tables, which text, Markdown and pages show alike."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from efsync.model.language import Message, _, _n, message, translated
from efsync.model.normal import comparable
from efsync.model.stats import Counts, DepartmentCount, PasswordAge, ServerCount, Split, SslUse, Stats, Who, sum_of
from efsync.views.counts import and_more, percent
from efsync.views.labels import field_label
from efsync.views.visible import visible

Code = TypeVar("Code", SslUse, PasswordAge)

MOST = 100
"""So many departments and servers are shown, those with the most accounts; the document has all."""

NAMED = 10
"""So many accounts are named that no file has, or no user of the ERP; the document has all."""

_SSL: Mapping[SslUse, str] = {
    SslUse.YES: message("yes"),
    SslUse.NO: message("no"),
    SslUse.NOT_SET: message("(not set)"),
    SslUse.OTHER: message("(neither yes nor no)"),
}
_AGES: Mapping[PasswordAge, str] = {
    PasswordAge.UNDER_30: message("under 30 days"),
    PasswordAge.UNDER_90: message("30 to 89 days"),
    PasswordAge.UNDER_180: message("90 to 179 days"),
    PasswordAge.UNDER_365: message("180 to 364 days"),
    PasswordAge.OLDER: message("a year or more"),
    PasswordAge.UNKNOWN: message("(unknown)"),
    PasswordAge.NO_PASSWORD: message("(no password)"),
}
NOTES: Sequence[Message] = (
    message(
        "Managed: a department file has the account. Applied only: efsync wrote it once, and no file has it any more. "
        "Unmanaged, as `efsync plan` counts too: neither; some of these have mail settings in the ERP, the others "
        "none. "
        "Inactive users are counted as one of these too."
    ),
    message("In no file: accounts that are applied only, and unmanaged users with mail settings."),
    message("Servers, SSL and passwords are counted as the ERP has them, of users who have mail settings."),
    message(
        "A password is in use since the apply that wrote it, or found it in the ERP. The age is unknown where efsync "
        "never applied the password, or the history was pruned. No password is read: one that was changed in the ERP "
        "counts as before, and shows in `efsync drift`."
    ),
)
"""How to read the tables."""


class Row(NamedTuple):
    """A row of a table, and the `parts` of its bar; its label is a name from elsewhere, or a word of our own."""

    label: str
    numbers: Sequence[int]
    parts: Sequence[int]
    is_name: bool = True


class Breakdown(NamedTuple):
    """A table of counts. The parts of its bars have names for their colours, and words.

    Where it `has_shares`, the last column says how much of all a row's last number is.
    """

    name: str
    title: str
    head: str
    parts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Row]
    total: Sequence[int]
    has_shares: bool = False

    def cells(self, numbers: Sequence[int]) -> list[str]:
        """What stands in the columns of a row."""
        shares = [percent(numbers[-1], self.total[-1])] if self.has_shares else []
        return [*(f"{number:,}" for number in numbers), *shares]

    def parts_of(self, row: Row) -> list[tuple[str, str, int]]:
        """The parts of a row: colour, words, number."""
        return [(colour, words, number) for (colour, words), number in zip(self.parts, row.parts, strict=True)]

    def width(self, number: int) -> str:
        """How long a bar for `number` is, in percent of the longest one of this table."""
        longest = max((sum(row.parts) for row in self.rows), default=0)
        return f"{100 * number / longest if longest else 0:.2f}"


def title(stats: Stats) -> str:
    """What is counted."""
    target, tenant = visible(stats.target or ""), visible(stats.tenant or "")
    if stats.tenant:
        return _("Mail accounts in {target}, tenant {tenant}", target=target, tenant=tenant)
    return _("Mail accounts in {target}", target=target)


def coverage(counts: Counts) -> Iterator[str]:
    """How much is managed, and how that reads beside a plan."""
    if not counts.departments:
        yield _("There are no users.")
        return
    total = counts.total
    yield _n(
        "{managed:,} of {count:,} user is managed ({percent}).",
        "{managed:,} of {count:,} users are managed ({percent}).",
        total.users, managed=total.managed, percent=percent(total.managed, total.users),
    )  # fmt: skip
    yield _n(
        "{count:,} is unmanaged, as plan counts them, {with_mail:,} of these with mail settings.",
        "{count:,} are unmanaged, as plan counts them, {with_mail:,} of these with mail settings.",
        total.unmanaged, with_mail=total.with_mail,
    )  # fmt: skip


def in_no_file(counts: Counts, shown: Callable[[str], str] = visible) -> Iterator[str]:
    """Who has an account that no file has, the first few by name; `shown` writes what somebody else wrote."""
    if counts.applied_only:
        yield _n(
            "Applied only, {count:,} user: {names}.", "Applied only, {count:,} users: {names}.",
            len(counts.applied_only), names=_named(counts.applied_only, shown),
        )  # fmt: skip
    if counts.with_mail:
        yield _n(
            "Unmanaged with mail settings, {count:,} user: {names}.",
            "Unmanaged with mail settings, {count:,} users: {names}.",
            len(counts.with_mail), names=_named(counts.with_mail, shown),
        )  # fmt: skip


def absent(stats: Stats, shown: Callable[[str], str] = visible) -> Iterator[str]:
    """Of which accounts the ERP has no user, the first few by name."""
    if stats.missing:
        yield _n(
            "{count:,} account of the files is no user of the ERP: {names}.",
            "{count:,} accounts of the files are no users of the ERP: {names}.",
            len(stats.missing), names=_named(stats.missing, shown),
        )  # fmt: skip
    if stats.gone:
        yield _n(
            "{count:,} account that was applied is in no file, and no user of the ERP any more: {names}.",
            "{count:,} accounts that were applied are in no file, and no users of the ERP any more: {names}.",
            len(stats.gone), names=_named(stats.gone, shown),
        )  # fmt: skip


def _named(accounts: Sequence[Who], shown: Callable[[str], str]) -> str:
    first = ", ".join(_who(each, shown) for each in accounts[:NAMED])
    return and_more(first, len(accounts) - NAMED)


def _who(account: Who, shown: Callable[[str], str]) -> str:
    if account.location is None:
        return shown(account.code)
    return f"{shown(account.code)} ({shown(f'{account.location.file}:{account.location.line}')})"


def breakdowns(counts: Counts) -> Iterator[Breakdown]:
    """The tables: departments first; none of a field that the layout leaves out, or where nobody is counted."""
    if not counts.departments:
        return
    yield _departments(counts)
    if counts.servers:
        yield _of_accounts("server", _("Outgoing server"), field_label("server"), _servers(counts.servers))
    if counts.ssl:
        rows = _fixed(_SSL, counts.ssl, (SslUse.OTHER,))
        yield _of_accounts("ssl", _("Use of SSL"), "SSL", rows)
    if counts.passwords:
        yield _of_accounts("password", _("Age of the password"), _("in use for"), _fixed(_AGES, counts.passwords))


def standing_columns() -> tuple[str, ...]:
    """What users are counted as."""
    return _("managed"), _("applied only"), _("unmanaged"), _("of these with mail"), _("users"), _("inactive")


def department_numbers(count: DepartmentCount) -> tuple[int, ...]:
    """The numbers of these columns."""
    return count.managed, count.applied_only, count.unmanaged, count.with_mail, count.users, count.inactive


def _departments(counts: Counts) -> Breakdown:
    most = sorted(counts.departments, key=lambda each: -each.users)
    shown = sorted(most[:MOST], key=lambda each: comparable(each.department))
    rows = [_department(each) for each in shown]
    if left := most[MOST:]:
        label = _n("({count:,} more department)", "({count:,} more departments)", len(left))
        rows.append(_standings(label, Counts(tuple(left)).total, is_name=False))
    parts = (
        ("managed", _("managed")), ("applied-only", _("applied only")),
        ("unmanaged", _("unmanaged, with mail settings")), ("empty", _("unmanaged, without")),
    )  # fmt: skip
    total = department_numbers(counts.total)
    return Breakdown("department", _("Departments"), _("department"), parts, standing_columns(), rows, total)


def _department(count: DepartmentCount) -> Row:
    label = visible(count.department) or _("(no department)")
    return _standings(label, count, is_name=bool(count.department))


def _standings(label: str, count: DepartmentCount, *, is_name: bool) -> Row:
    parts = count.managed, count.applied_only, count.with_mail, count.without_mail
    return Row(label, department_numbers(count), parts, is_name=is_name)


def _servers(servers: Sequence[ServerCount]) -> Iterator[Row]:
    for each in servers[:MOST]:
        yield _split(_server_label(each), each.split, is_name=(each.server, each.port) != (None, None))
    if left := servers[MOST:]:
        label = _n("({count:,} more server)", "({count:,} more servers)", len(left))
        yield _split(label, sum_of(each.split for each in left), is_name=False)


def _server_label(count: ServerCount) -> str:
    port = None if count.port is None else visible(str(count.port))
    if count.server is None:
        return _("(not set)") if port is None else _("(not set), port {port}", port=port)
    server = visible(count.server)
    return _("{server}, no port", server=server) if port is None else f"{server}:{port}"


def _fixed(words: Mapping[Code, str], splits: Mapping[Code, Split], optional: Container[Code] = ()) -> Iterator[Row]:
    """A row for each code, but for those `optional` ones that nobody has."""
    for each, split in splits.items():
        if split.accounts or each not in optional:
            yield _split(translated(words[each]), split, is_name=False)


def _of_accounts(name: str, heading: str, head: str, rows: Iterable[Row]) -> Breakdown:
    found = list(rows)
    parts = (("managed", _("managed")), ("unmanaged", _("in no file")))
    columns = (_("managed"), _("in no file"), _("accounts"), _("share"))
    total = tuple(map(sum, zip(*(row.numbers for row in found), strict=True)))
    return Breakdown(name, heading, head, parts, columns, found, total, has_shares=True)


def _split(label: str, split: Split, *, is_name: bool) -> Row:
    return Row(label, (split.managed, split.in_no_file, split.accounts), split, is_name=is_name)
