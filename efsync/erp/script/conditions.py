"""What has to be true of an account's rows before a script writes to them, and after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, literal, literal_column, not_, select, type_coerce
from sqlalchemy.types import NullType

from efsync.erp.field_columns import FieldColumns
from efsync.erp.script.client import Client
from efsync.erp.script.variables import Variable
from efsync.erp.statements import Statements
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD
from efsync.model.plans import AccountChange
from efsync.model.secrets import Secret

_DESTINATION = (PASSWORD, "server", "port", "ssl")
"""What decides where which password goes: whoever changes one of them was allowed to because of the others."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """An SQL expression that has to be true, and what to say where it is not."""

    condition: Any
    message: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions on the rows of one layout, for one client; `check_key` keys the hashes of passwords."""

    client: Client
    statements: Statements
    columns: FieldColumns
    check_key: str

    def before(self, change: AccountChange, account: LiveAccount, stored: Mapping[str, Any]) -> Iterator[Expectation]:
        """That the rows are there, which locks them, and hold what they held when the script was made."""
        moved = f"{change.user} changed in the ERP since the plan was made"
        there = self.statements.count_user(account) == literal(1, NullType())
        yield Expectation(there, f"{change.user} is no longer a user of the ERP")
        fields = guarded(change, self.columns)
        for row, kept in self._properties(fields).items():
            count = literal(int(row in account.property_keys), NullType())
            yield Expectation(self.statements.count_property(account, row) == count, f"{moved}: {', '.join(kept)}")
        for field in fields:
            name = self.columns.by_field[field].place.property
            if name is None or name in account.property_keys:
                held = self._still(field, stored[field])
                yield Expectation(self._row_exists(account, field, held), f"{moved}: {field}")

    def after(self, change: AccountChange, account: LiveAccount, written: Mapping[str, Any]) -> Iterator[Expectation]:
        """That the rows hold what was written to them."""
        for field, value in written.items():
            held = self._as_written(field, value)
            name = self.columns.by_field[field].place.property
            if name is None:
                condition = self._row_exists(account, field, held)
            else:
                row = self.statements.has_property(account, name)
                cleared = change.after[field] is None
                found = exists(self._one(self.statements.properties).where(row, not_(held) if cleared else held))
                condition = not_(found) if cleared else found
            yield Expectation(condition, f"the ERP does not keep what is written to {field} of {change.user}")

    def _properties(self, fields: Iterable[str]) -> dict[str, list[str]]:
        """Those of `fields` that are kept in property rows, by property."""
        found: dict[str, list[str]] = {}
        for field in fields:
            name = self.columns.by_field[field].place.property
            if name is not None:
                found.setdefault(name, []).append(field)
        return found

    def _row_exists(self, account: LiveAccount, field: str, held: Any) -> Any:
        name = self.columns.by_field[field].place.property
        if name is None:
            return exists(self._one(self.statements.users).where(self.statements.is_user(account), held))
        return exists(self._one(self.statements.properties).where(self.statements.is_property(account, name), held))

    def _one(self, of: Any) -> Any:
        return select(literal_column("1")).select_from(of)

    def _still(self, field: str, raw: Any) -> Any:
        if isinstance(raw, Secret):
            return self.client.has_digest(self._held(field), self.client.digest_of(self.check_key, raw.reveal()))
        return self._holds(field, raw)

    def _as_written(self, field: str, value: Any) -> Any:
        held = self._held(field)
        if isinstance(value, Variable):
            return self.client.letters(held) == self.client.letters(literal(value, NullType()))
        return self._holds(field, value)

    def _holds(self, field: str, value: Any) -> Any:
        held, facts = self._held(field), self.columns.by_field[field].facts
        if value is None or (isinstance(value, str) and not value.rstrip(" ")):
            return self.client.is_empty(held, facts)
        if isinstance(value, str):
            return self.client.is_text(held, value)
        return held.op("=")(literal(value, NullType()))

    def _held(self, field: str) -> Any:
        place = self.columns.by_field[field].place
        table = self.statements.users if place.property is None else self.statements.properties
        return type_coerce(table.c[place.column], NullType())


def guarded(change: AccountChange, columns: FieldColumns) -> list[str]:
    """The fields that may not have moved: those that change, and all that decide where a password goes with them."""
    changed = set(change.before)
    if changed & set(_DESTINATION):
        changed |= set(_DESTINATION)
    return [field for field in columns.by_field if field in changed]
