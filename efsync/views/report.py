"""A report: a page that shows accounts and what changes in them, to somebody who looks instead of reading.

A plan, drift, or any other list of changes makes one by saying what its sides are called and why accounts change.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from efsync.model.fields import FIELDS, Value
from efsync.model.language import translated
from efsync.model.problems import Problem
from efsync.views import counts
from efsync.views.labels import field_label
from efsync.views.markdown_problems import problem_counts
from efsync.views.pages import pages
from efsync.views.shown_accounts import ShownAccount, ShownField, by_department, is_html, is_secret, text_difference
from efsync.views.text import secret_text, severity_text, value_text
from efsync.views.visible import visible


class Count(NamedTuple):
    """How many of something; `tone` is the sign of accounts that it counts, or nothing."""

    number: int
    words: str
    tone: str = ""


class Table(NamedTuple):
    """A table of names, each with a row of cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that belong together, such as those of one target or of one run.

    Those that are only `remembered` are no more than named.
    """

    title: str
    accounts: Sequence[ShownAccount]
    remembered: Sequence[ShownAccount] = ()
    notices: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """What a page shows. The only group of a page needs no title.

    `kinds` says what each account's sign stands for, `explanations` explains reasons at length.
    """

    title: str
    before: str = ""
    after: str = ""
    sentence: str = ""
    counts: Sequence[Count] = ()
    notices: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    table: Table | None = None
    groups: Sequence[Group] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    made: str = ""

    @property
    def accounts(self) -> list[ShownAccount]:
        """All accounts that change."""
        return [account for group in self.groups for account in group.accounts]

    def explained(self, account: ShownAccount) -> tuple[str, ...]:
        """The reasons of an account and its fields that are explained, each once."""
        reasons = (*account.reasons, *(each.reason for each in account.fields))
        return tuple(dict.fromkeys(translated(each) for each in reasons if self.explanation(each)))

    def explanation(self, reason: str) -> str:
        """A reason at length; nothing where it is not explained."""
        return self._explanations.get(translated(reason), "")

    @cached_property
    def _explanations(self) -> Mapping[str, str]:
        return {translated(words): text for words, text in self.explanations.items()}

    def kinds_of(self, account: ShownAccount) -> tuple[str, ...]:
        """What an account can be found by: what happens to it, and why."""
        return (translated(self.kinds[account.sign]), *self.explained(account))


def report_page(report: Report) -> str:
    """The page: one file, which fetches nothing and runs nothing but its own filter."""
    template = pages().get_template("report.html")
    page = template.render(
        report=report,
        problems=sorted(report.problems, key=lambda problem: not problem.is_error),
        problem_counts=problem_counts(report.problems),
        choices=Choices(report),
        shelf=Shelf(report.accounts),
        kinds=report.kinds_of,
        explained=report.explained,
        explanation=report.explanation,
        count_accounts=counts.accounts,
        severity=severity_text,
        field_label=field_label,
        labels=lambda fields: [field_label(each.field) for each in fields],
        by_department=by_department,
        parted=_parted,
        is_secret=is_secret,
        secret_text=secret_text,
        value_text=value_text,
    )
    return page.encode("utf-8", "replace").decode()  # half a character, which a database may hold, is none


def _parted(fields: Iterable[ShownField]) -> tuple[list[ShownField], list[ShownField]]:
    """The fields that are shown in a line, and those that are texts."""
    fields = list(fields)
    return [each for each in fields if not is_html(each)], [each for each in fields if is_html(each)]


class Choices:
    """What a filter lets choose from, each with the number of accounts."""

    def __init__(self, report: Report) -> None:
        accounts = report.accounts
        fields = Counter(each.field for account in accounts for each in account.fields)
        self.accounts = len(accounts)
        self.texts = any(is_html(each) for account in accounts for each in account.fields)
        self.departments = dict(sorted(Counter(account.department for account in accounts).items()))
        self.kinds = Counter(translated(report.kinds[account.sign]) for account in accounts)
        self.reasons = Counter(each for account in accounts for each in report.explained(account))
        self.fields = {name: fields[name] for name in FIELDS if name in fields}
        remembered = [account for group in report.groups for account in group.remembered]
        if remembered:
            self.kinds[translated(report.kinds[remembered[0].sign])] = len(remembered)
        names = (*self.departments, *(each.department for each in remembered), *self.kinds, *self.reasons)
        self._numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}

    def number(self, name: str) -> int:
        """What stands for a department, a kind or a reason in the page's script."""
        return self._numbers[name]


class Text(NamedTuple):
    """A change of HTML that one account has, or many: they share it."""

    number: int
    field: str
    before: Value
    after: Value

    @property
    def difference(self) -> str:
        """What changes in its source."""
        return "\n".join(map(visible, text_difference(self.before, self.after)))


class Shelf:
    """Every change of HTML in a report, once."""

    def __init__(self, accounts: Iterable[ShownAccount]) -> None:
        self._texts: dict[tuple[str, Value, Value], Text] = {}
        for changed in (each for account in accounts for each in account.fields if is_html(each)):
            self._texts.setdefault(self._key(changed), Text(len(self._texts) + 1, *self._key(changed)))

    def number(self, changed: ShownField) -> int:
        """The number of a field's change."""
        return self._texts[self._key(changed)].number

    def __iter__(self) -> Iterator[Text]:
        return iter(self._texts.values())

    def _key(self, changed: ShownField) -> tuple[str, Value, Value]:
        return changed.field, changed.before, changed.after
