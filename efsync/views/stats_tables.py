"""Counts as tables, which text, Markdown and pages show alike."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from efsync.model.language import Message, _, _n, message, translated
from efsync.model.normal import comparable
from efsync.model.stats import Counts, DepartmentCount, PasswordAge, ServerCount, Split, SslUse, Stats, sum_of
from efsync.views.labels import field_label
from efsync.views.visible import visible

Code = TypeVar("Code", SslUse, PasswordAge)

MOST = 100
"""So many departments and servers are shown, those with the most accounts; the document has all."""

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
        "Not managed: the ERP has mail settings, and efsync never wrote any. Inactive users are counted as one of "
        "these too."
    ),
    message("Servers, SSL and passwords are counted as the ERP has them, of users who have mail settings."),
    message(
        "A password is in use since the apply that wrote it, or found it in the ERP. The age is unknown where efsync "
        "never applied the password, or the history was pruned. No password is read: one that was changed in the ERP "
        "counts as before, and shows in `efsync drift`."
    ),
)
"""How to read the tables."""


class Row(NamedTuple):
    """A row of a table; what it is called is a name from elsewhere, or a word of our own."""

    label: str
    numbers: Sequence[int]
    is_name: bool = True


class Breakdown(NamedTuple):
    """A table of counts. Its first columns are `parts` of a whole, each with a name for its colour."""

    name: str
    title: str
    head: str
    parts: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Row]
    total: Sequence[int]

    def parts_of(self, row: Row) -> list[tuple[str, str, int]]:
        """The parts of a row: colour, name, number."""
        return list(zip(self.parts, self.columns, row.numbers, strict=False))

    def share(self, number: int) -> str:
        """How long a bar for `number` is, in percent of the longest one of this table."""
        longest = max((sum(row.numbers[: len(self.parts)]) for row in self.rows), default=0)
        return f"{100 * number / longest if longest else 0:.2f}"


def title(stats: Stats) -> str:
    """What is counted."""
    target, tenant = visible(stats.target or ""), visible(stats.tenant or "")
    if stats.tenant:
        return _("Mail accounts in {target}, tenant {tenant}", target=target, tenant=tenant)
    return _("Mail accounts in {target}", target=target)


def absent(stats: Stats) -> Iterator[str]:
    """How many accounts there are of which the ERP has no user."""
    if stats.missing:
        yield _n(
            "{count:,} account of the files is no user of the ERP.",
            "{count:,} accounts of the files are no users of the ERP.", stats.missing,
        )  # fmt: skip
    if stats.gone:
        yield _n(
            "{count:,} account that was applied is in no file, and no user of the ERP any more.",
            "{count:,} accounts that were applied are in no file, and no users of the ERP any more.", stats.gone,
        )  # fmt: skip


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
    return _("managed"), _("applied only"), _("not managed"), _("no mail settings"), _("users"), _("inactive")


def department_numbers(count: DepartmentCount) -> tuple[int, ...]:
    """The numbers of these columns."""
    return count.managed, count.applied_only, count.unmanaged, count.empty, count.users, count.inactive


def _departments(counts: Counts) -> Breakdown:
    most = sorted(counts.departments, key=lambda each: -each.users)
    shown = sorted(most[:MOST], key=lambda each: comparable(each.department))
    rows = [_department(each) for each in shown]
    if left := most[MOST:]:
        label = _n("({count:,} more department)", "({count:,} more departments)", len(left))
        rows.append(Row(label, department_numbers(Counts(tuple(left)).total), is_name=False))
    parts = ("managed", "applied-only", "unmanaged", "empty")
    total = department_numbers(counts.total)
    return Breakdown("department", _("Departments"), _("department"), parts, standing_columns(), rows, total)


def _department(count: DepartmentCount) -> Row:
    label = visible(count.department) or _("(no department)")
    return Row(label, department_numbers(count), is_name=bool(count.department))


def _servers(servers: Sequence[ServerCount]) -> Iterator[Row]:
    for each in servers[:MOST]:
        yield Row(_server_label(each), _numbers(each.split), is_name=(each.server, each.port) != (None, None))
    if left := servers[MOST:]:
        label = _n("({count:,} more server)", "({count:,} more servers)", len(left))
        yield Row(label, _numbers(sum_of(each.split for each in left)), is_name=False)


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
            yield Row(translated(words[each]), _numbers(split), is_name=False)


def _of_accounts(name: str, heading: str, head: str, rows: Iterable[Row]) -> Breakdown:
    found = list(rows)
    columns = (_("managed"), _("not managed"), _("accounts"))
    total = tuple(map(sum, zip(*(row.numbers for row in found), strict=True)))
    return Breakdown(name, heading, head, ("managed", "unmanaged"), columns, found, total)


def _numbers(split: Split) -> tuple[int, ...]:
    return split.managed, split.unmanaged, split.accounts
