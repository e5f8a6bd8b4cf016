"""Every statement that efsync sends to an ERP's tables, built for one layout and one kind of server."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    TableClause,
    Unicode,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects import registry
from sqlalchemy.types import NullType

from efsync.erp.columns import ColumnFacts, LayoutColumns, qualifier
from efsync.erp.layout import Layout
from efsync.erp.writes import Shape, Step, Write
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD

_LOCKING = "WITH (UPDLOCK, HOLDLOCK, ROWLOCK)"
_COMPARES_CODES = ("mssql", "mysql")
"""Servers whose own comparison of texts knows no case and no padding."""


class Statements:
    """The statements for `layout`, whose columns are `columns`, in the SQL of `dialect`."""

    def __init__(self, layout: Layout, columns: LayoutColumns, dialect: str) -> None:
        self._layout = layout
        self._dialect = dialect
        self._columns = columns
        schema = qualifier(layout, dialect)
        self.users = _table(layout.table, columns.users, schema)
        self.properties = _table(layout.properties.table, columns.properties, schema)
        self._many: dict[Shape, Executable] = {}

    def tenants(self) -> Select[Any]:
        """The tenant of every user, each once."""
        return select(self._user(str(self._layout.tenant))).distinct()

    def shared_codes(self, tenants: Sequence[Any]) -> Select[Any]:
        """The codes of the users of all other tenants, and of none."""
        tenant = self._user(str(self._layout.tenant))
        return select(self._user(self._layout.key)).where(or_(tenant.not_in(tenants), tenant.is_(None)))

    def codes(self, tenants: Sequence[Any]) -> Select[Any]:
        """The code of every user, as it is stored."""
        statement = select(_raw(self._user(self._layout.key), "key"))
        return statement.where(self._user(str(self._layout.tenant)).in_(tenants)) if tenants else statement

    def accounts(
        self, passwords: bool, tenants: Sequence[Any], keys: Sequence[Any] = (), *, locked: bool = False
    ) -> Select[Any]:
        """The rows of users, labelled by meaning; without `passwords` only whether there is one, as 1 or 0."""
        columns = [_raw(self._user(name), meaning) for name, meaning in self._layout.identity()]
        columns += [
            self._field(self._user(name), self._columns.users[name], field, passwords)
            for field, name in self._layout.user_fields().items()
        ]
        statement = select(*columns)
        if tenants:
            statement = statement.where(self._user(str(self._layout.tenant)).in_(tenants))
        if keys:
            statement = statement.where(self._user(self._layout.key).in_(keys))
        return self._locking(statement, self.users) if locked else statement

    def property_rows(self, passwords: bool, *, locked: bool = False) -> Select[Any]:
        """The rows of all mapped properties, of every user: `property`, `record` and each field's value."""
        properties = self._layout.properties
        columns = [
            _raw(self.properties.c[properties.property], "property"),
            _raw(self.properties.c[properties.record], "record"),
        ]
        for fields in self._layout.property_fields().values():
            for field, name in fields.items():
                columns.append(self._field(self.properties.c[name], self._columns.properties[name], field, passwords))
        names = list(self._layout.property_fields())
        statement = select(*columns).where(
            self._is_code(properties.origin, [properties.origin_value]), self._is_code(properties.property, names)
        )
        return self._locking(statement, self.properties) if locked else statement

    def locks(self) -> Iterator[Executable]:
        """What keeps others from adding property rows meanwhile, where locks on rows do not."""
        if self._dialect == "postgresql" and self._layout.property_fields():
            name = registry.load(self._dialect)().identifier_preparer.format_table(self.properties)
            yield text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")

    def writes(self, account: LiveAccount, stored: Mapping[str, Any], cleared: frozenset[str]) -> Iterator[Write]:
        """What brings the fields of `stored` into the rows of `account`, and touches no other column.

        A property row is added where it is missing, and deleted once none of its value columns holds anything.
        """
        own = {column: stored[field] for field, column in self._layout.user_fields().items() if field in stored}
        if own:
            yield self._write(Step.USER, own, account.row_key)
        for name, fields in self._layout.property_fields().items():
            changed = {column: stored[field] for field, column in fields.items() if field in stored}
            emptied = {column for field, column in fields.items() if field in stored and field in cleared}
            if changed:
                yield from self._property_writes(account, name, changed, emptied)

    def many(self, shape: Shape) -> Executable:
        """The statement of that shape whose values are parameters, called as in `Write.values`."""
        if shape not in self._many:
            table = self.users if shape.step is Step.USER else self.properties
            keys = self._key_names(table)
            types = {_new(number): table.c[name].type for number, name in enumerate(shape.columns)}
            types |= {_key(number): table.c[name].type for number, name in enumerate(keys)}
            parameters = {name: bindparam(name, type_=kind) for name, kind in types.items()}
            self._many[shape] = self._built(shape, parameters)
        return self._many[shape]

    def is_user(self, account: LiveAccount) -> ColumnElement[bool]:
        """Whether a row is the one of `account`."""
        return self._is_row(self.users, account.row_key)

    def is_property(self, account: LiveAccount, name: str) -> ColumnElement[bool]:
        """Whether a row is the one of a property of `account`, which has it."""
        return self._is_row(self.properties, account.property_keys[name])

    def has_property(self, account: LiveAccount, name: str) -> ColumnElement[bool]:
        """Whether a row is that of a property of `account`, which need not have had it when it was read."""
        properties = self._layout.properties
        return and_(
            self._is_code(properties.property, [name]),
            self._is_code(properties.record, [str(account.row_key[0]).rstrip(" ")]),
            self._is_code(properties.origin, [properties.origin_value]),
        )

    def count_user(self, account: LiveAccount) -> Any:
        """How many rows are the one of `account`, as a value; counting locks them until the transaction ends."""
        return self._count(self.users, self.is_user(account))

    def count_property(self, account: LiveAccount, name: str) -> Any:
        """The same of the rows of a property."""
        return self._count(self.properties, self.has_property(account, name))

    def _count(self, of: TableClause, rows: ColumnElement[bool]) -> Any:
        locked = self._locking(select(literal_column("1").label("one")).select_from(of).where(rows), of)
        return select(func.count().label("found")).select_from(locked.subquery("locked")).scalar_subquery()

    def _property_writes(
        self, account: LiveAccount, name: str, changed: Mapping[str, Any], emptied: set[str]
    ) -> Iterator[Write]:
        if name in account.property_keys:
            key = account.property_keys[name]
            yield self._write(Step.PROPERTY, changed, key)
            if emptied:
                yield self._write(Step.EMPTIED, {}, key)
        elif filled := {column: value for column, value in changed.items() if column not in emptied}:
            yield self._write(Step.NEW, self._new_row(account, name, filled), ())

    def _write(self, step: Step, new: Mapping[str, Any], key: Sequence[Any]) -> Write:
        values = {_new(number): value for number, value in enumerate(new.values())}
        values |= {_key(number): value for number, value in enumerate(key) if value is not None}
        return Write(Shape(step, tuple(new), tuple(part is None for part in key)), values, self._built)

    def _built(self, shape: Shape, values: Mapping[str, Any]) -> Executable:
        """The statement of that shape, with values or parameters for them."""
        new = {column: values[_new(number)] for number, column in enumerate(shape.columns)}
        key = [None if is_null else values[_key(number)] for number, is_null in enumerate(shape.nulls)]
        if shape.step is Step.USER:
            return update(self.users).where(self._is_row(self.users, key)).values(new)
        if shape.step is Step.PROPERTY:
            return update(self.properties).where(self._is_row(self.properties, key)).values(new)
        if shape.step is Step.EMPTIED:
            return delete(self.properties).where(self._is_row(self.properties, key), *self._all_empty())
        return insert(self.properties).values(new)

    def _new_row(self, account: LiveAccount, name: str, filled: Mapping[str, Any]) -> dict[str, Any]:
        properties = self._layout.properties
        row: dict[str, Any] = {
            properties.property: name,
            properties.record: str(account.row_key[0]).rstrip(" "),
            properties.origin: properties.origin_value,
        }
        if properties.kind:
            row[properties.kind] = properties.kinds.get(next(iter(filled)), "C")
        for facts in self._columns.properties.values():
            if facts.name not in row and not facts.nullable and not facts.has_default and facts.empty is not None:
                row[facts.name] = facts.empty
        return row | dict(filled)

    def _all_empty(self) -> Iterator[ColumnElement[bool]]:
        """That no value column of a property row holds anything."""
        mapped = {column for fields in self._layout.property_fields().values() for column in fields.values()}
        for name in dict.fromkeys([*self._layout.properties.kinds, *sorted(mapped)]):
            facts = self._columns.properties.get(name)
            if facts is None:
                continue
            held = self.properties.c[name]
            empty: ColumnElement[bool] = held.is_(None)
            if facts.is_text:
                empty = or_(empty, func.rtrim(self._as_text(held, facts)) == literal(""))
            elif not facts.nullable and facts.empty is not None:
                empty = or_(empty, held == facts.empty)
            yield empty

    def _field(self, held: Any, facts: ColumnFacts, field: str, passwords: bool) -> Any:
        if field == PASSWORD and not passwords:
            there = func.rtrim(self._as_text(held, facts)) != literal("")
            return case((there, literal(1)), else_=literal(0)).label(field)
        return _raw(held, field)

    def _as_text(self, held: Any, facts: ColumnFacts) -> Any:
        """A column as text that can be compared: SQL Server's old `text` can't."""
        old = self._dialect == "mssql" and type(facts.type).__name__ in ("TEXT", "NTEXT")
        return cast(held, Unicode()) if old else held

    def _locking(self, statement: Select[Any], of: TableClause) -> Select[Any]:
        if self._dialect == "mssql":
            return statement.with_hint(of, _LOCKING, "mssql")
        return statement.with_for_update()

    def _user(self, name: str) -> Any:
        return self.users.c[name]

    def _is_code(self, name: str, codes: Sequence[str]) -> ColumnElement[bool]:
        """Whether a column of the property table holds one of these codes, in any case and with any padding."""
        held: Any = self.properties.c[name]
        if self._dialect not in _COMPARES_CODES:
            held, codes = func.upper(func.rtrim(held)), [code.upper() for code in codes]
        # one by one: a list as a parameter can't stand in a statement that is run for many rows
        return held.in_([literal(code, held.type) for code in codes])  # type: ignore[no-any-return]

    def _key_names(self, of: TableClause) -> tuple[str, ...]:
        """The columns that find a row again, in the order of an account's keys."""
        layout = self._layout
        if of is self.properties:
            return layout.properties.property, layout.properties.record
        return (layout.key, layout.tenant) if layout.tenant else (layout.key,)

    def _is_row(self, of: TableClause, key: Sequence[Any]) -> ColumnElement[bool]:
        row = and_(*(self._is_exactly(of.c[name], value) for name, value in zip(self._key_names(of), key, strict=True)))
        if of is self.users:
            return row
        return and_(row, self._is_code(self._layout.properties.origin, [self._layout.properties.origin_value]))

    def _is_exactly(self, held: Any, raw: object) -> Any:
        """Whether a column holds `raw` to the letter: a collation may take ñ for n, and the row is meant."""
        if raw is None or self._dialect != "mysql":
            return held == raw
        letters = func.convert(held.op("USING")(literal_column("utf8mb4")))
        return and_(held == raw, letters.collate("utf8mb4_bin") == raw)


def _table(name: str, columns: Mapping[str, ColumnFacts], schema: str | None) -> TableClause:
    return table(name, *(column(each.name, each.bound) for each in columns.values()), schema=schema)


def _raw(held: Any, meaning: str) -> Any:
    """A column as the driver gives it: a dirty value is no error."""
    return type_coerce(held, NullType()).label(meaning)


def _new(number: int) -> str:
    """What the value of a column is called."""
    return f"new_{number}"


def _key(number: int) -> str:
    """What a part of a row's key is called."""
    return f"key_{number}"
