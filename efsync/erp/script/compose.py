"""Puts a script together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal
from sqlalchemy.types import NullType

from efsync.erp.audit import audit_statement
from efsync.erp.codecs import steady
from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Layout
from efsync.erp.script.client import Client
from efsync.erp.script.conditions import Conditions, Expectation, guarded
from efsync.erp.script.literals import comment
from efsync.erp.script.variables import CHECK_KEY, Variable
from efsync.erp.statements import Statements
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD, PlainValue, Unknown
from efsync.model.plans import AccountChange
from efsync.model.scripts import ScriptVariable
from efsync.model.secrets import Secret


@dataclass(frozen=True, slots=True)
class Work:
    """One account: what changes, its row, what its columns hold now, and the password that it gets."""

    change: AccountChange
    account: LiveAccount
    stored: Mapping[str, Any]
    variable: ScriptVariable | None = None
    password: Secret | None = None

    @property
    def values(self) -> dict[str, PlainValue | Secret]:
        """The values that are written, but for the password's."""
        found: dict[str, PlainValue | Secret] = {}
        for field, value in self.change.after.items():
            assert not isinstance(value, Unknown)
            if field != PASSWORD or value is None:
                found[field] = value
        return found


@dataclass(frozen=True, slots=True)
class _Composition:
    client: Client
    layout: Layout
    statements: Statements
    columns: FieldColumns
    works: Sequence[Work]
    check_key: str

    @property
    def conditions(self) -> Conditions:
        """What is checked of the rows."""
        return Conditions(self.client, self.statements, self.columns, self.check_key)

    def lines(self) -> Iterator[str]:
        """The whole script but for its header, section by section."""
        variables = self._names()
        count = len(self.works)
        done = f"done: {count} {'account' if count == 1 else 'accounts'} changed"
        yield from self._section("What client and server have to know.", self.client.opening(variables))
        transaction = self.client.transaction(list(self._body()), done, variables)
        yield from self._section("The transaction: all of it, or nothing.", transaction)

    def _body(self) -> Iterator[str]:
        yield from self._section("The lock that apply takes.", self._lock())
        yield from self._section("The variables.", self._variables())
        yield from self._section("The rows are as they were when this was made.", self._before())
        yield from self._section("The changes.", self._writes())
        yield from self._section("The rows hold what was written.", self._after())
        yield from ("", comment("== The end."))

    def _section(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        found = list(lines)
        if found:
            yield from ("", comment(f"== {title}"), *found)

    def _names(self) -> list[str]:
        """The variables that the script needs."""
        if not needs_check_key(self.works, self.columns):
            return []
        return [CHECK_KEY, *(work.variable.name for work in self.works if work.variable is not None)]

    def _lock(self) -> Iterator[str]:
        yield from self.client.lock()
        yield from map(self.client.statement, self.statements.locks())

    def _variables(self) -> Iterator[str]:
        if not self._names():
            return
        yield from self.client.variable_is_set(CHECK_KEY)
        proof = self.client.digest_of(self.check_key, "")
        key = self.client.has_digest(literal("", NullType()), proof)
        yield self._expect(Expectation(key, f"{CHECK_KEY} is not the key of this script"))
        for work in self.works:
            if work.variable is None:
                continue
            yield from self.client.variable_is_set(work.variable.name)
            planned = steady(self.columns.by_field[PASSWORD].codec, work.password) if work.password else None
            if planned is not None:
                digest = self.client.digest_of(self.check_key, planned.rstrip(" "))
                held = literal(Variable(work.variable.name), NullType())
                message = f"{work.variable.name} is not the password that was planned"
                yield self._expect(Expectation(self.client.has_digest(held, digest), message))

    def _before(self) -> Iterator[str]:
        for work in self.works:
            yield comment(_title(work))
            yield from map(self._expect, self.conditions.before(work.change, work.account, work.stored))

    def _writes(self) -> Iterator[str]:
        for work in self.works:
            yield comment(_title(work))
            written = self._written(work)
            cleared = frozenset(field for field, value in work.change.after.items() if value is None)
            for write in self.statements.writes(work.account, written, cleared):
                yield self.client.statement(write.statement)
            if self.layout.audit is not None:
                values = {field: work.values.get(field, "") for field in work.change.after}
                dialect = self.client.dialect.name
                yield self.client.statement(audit_statement(self.layout, work.account, values, dialect))

    def _after(self) -> Iterator[str]:
        for work in self.works:
            yield comment(_title(work))
            yield from map(self._expect, self.conditions.after(work.change, work.account, self._written(work)))

    def _written(self, work: Work) -> dict[str, Any]:
        """What the columns get; a password as the variable that holds it."""
        stored: dict[str, Any] = dict(self.columns.stored(work.values))
        if work.variable is not None:
            stored[PASSWORD] = Variable(work.variable.name)
        return stored

    def _expect(self, expectation: Expectation) -> str:
        message = "".join(letter if letter.isprintable() else "?" for letter in expectation.message)
        return self.client.expect(self.client.sql(expectation.condition), message)


def compose(
    client: Client,
    layout: Layout,
    statements: Statements,
    columns: FieldColumns,
    works: Sequence[Work],
    check_key: str,
) -> str:
    """The SQL that does `works` in one transaction, from the client's settings to its last word.

    Raises `Refused` (`script-value`) where a column holds what no script can name.
    """
    return "\n".join(_Composition(client, layout, statements, columns, works, check_key).lines()) + "\n"


def needs_check_key(works: Sequence[Work], columns: FieldColumns) -> bool:
    """Whether a script checks any password, one that is there or one that is to be."""
    return any(
        work.variable is not None
        or (PASSWORD in guarded(work.change, columns) and work.stored.get(PASSWORD) is not None)
        for work in works
    )


def _title(work: Work) -> str:
    fields = ", ".join(
        f"{change.field} {'cleared' if change.after is None else 'set' if change.before is None else 'changed'}"
        for change in work.change.fields
    )
    return f"{work.change.user}: {fields}"
