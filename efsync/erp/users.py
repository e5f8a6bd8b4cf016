"""The user table of an open ERP connection: reads accounts, writes changed columns."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Select,
    String,
    and_,
    case,
    column,
    func,
    inspect,
    literal,
    literal_column,
    select,
    table,
    type_coerce,
    update,
)
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import NullType, TypeEngine

from efsync.database import database_errors
from efsync.erp.codecs import find_codec
from efsync.erp.layout import Layout
from efsync.model.accounts import LiveAccount
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, FieldKind, PlainValue, Value, Values
from efsync.model.normal import comparable, normal_text, normal_value
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

Fingerprint = Callable[[Secret], str | None]
_BATCH = 500


class UserTable:
    """The users of one tenant.

    Raises `Refused` when made: `database` where the table or a mapped column is missing, `config` where the
    table holds several tenants and none, or another one, is named.
    """

    def __init__(self, connection: Connection, layout: Layout, tenant: str | None) -> None:
        self._connection = connection
        self._layout = layout
        self._codec = find_codec(layout.codec)
        self._types, self._empties = _columns(connection, layout)
        typed = (column(name, self._types[name]) for name, _ in layout.columns())
        self._table = table(layout.table, *typed, schema=layout.schema)
        self._raw_tenants, self.tenant = self._find_tenant(tenant)

    @property
    def never_null(self) -> frozenset[str]:
        """The fields whose columns take no NULL: a cleared one holds the column's own empty."""
        return frozenset(self._empties)

    @property
    def fields(self) -> frozenset[str]:
        """The mail fields that the layout maps."""
        return frozenset(self._layout.fields)

    def check_transactions(self) -> None:
        """Raise `Refused` (`database`) where the table is of a kind that can't roll back (MyISAM, Aria)."""
        if self._connection.dialect.name not in ("mysql", "mariadb"):
            return
        inspector = inspect(self._connection)
        options = inspector.get_table_options(self._layout.table, schema=self._layout.schema)
        engine = str(options.get("mysql_engine") or options.get("mariadb_engine") or "InnoDB")
        if engine.lower() not in ("innodb", "rocksdb", "ndbcluster"):
            message = f"the table {self._layout.table} is of kind {engine}, which has no transactions"
            raise Refused(Problem("database", message, hint="ALTER TABLE … ENGINE = InnoDB"))

    def read(self, fingerprint: Fingerprint | None) -> dict[str, LiveAccount]:
        """Every user by comparable code; without `fingerprint` passwords stay where they are, as `UNREAD`.

        Raises `Refused` (`database`) where two users differ by upper and lower case only.
        """
        return self._accounts(self._select(fingerprint), fingerprint)

    def read_again(self, accounts: Iterable[LiveAccount], fingerprint: Fingerprint) -> dict[str, LiveAccount]:
        """The rows of `accounts` once more, locked against other writers until the transaction ends."""
        keys = [account.row_key[0] for account in accounts]
        found: dict[str, LiveAccount] = {}
        for start in range(0, len(keys), _BATCH):
            batch = self._column(self._layout.key).in_(keys[start : start + _BATCH])
            found |= self._accounts(self._locking(self._select(fingerprint).where(batch)), fingerprint)
        return found

    def write(self, account: LiveAccount, values: Mapping[str, PlainValue | Secret]) -> None:
        """Write `values` into the row of `account`, and no other column. Raises `Refused` where it is not one row."""
        statement = (
            update(self._table)
            .where(self._is_row(account))
            .values({self._layout.fields[field]: self._stored(field, value) for field, value in values.items()})
        )
        secrets = [value for value in values.values() if isinstance(value, Secret)]
        with database_errors(f"writing user {account.code}", secrets):
            rows = self._connection.execute(statement).rowcount
        if rows != 1:
            raise Refused(Problem("database", f"writing user {account.code} reached {rows} rows instead of one"))

    def _column(self, name: str) -> Any:
        return self._table.c[name]

    def _select(self, fingerprint: Fingerprint | None) -> Select[Any]:
        # as the driver gives them: a dirty value is no error
        columns: list[Any] = [
            type_coerce(self._column(name), NullType()).label(meaning) for name, meaning in self._layout.columns()
        ]
        if fingerprint is None and PASSWORD in self._layout.fields:
            stored = self._column(self._layout.fields[PASSWORD])
            columns = [each for each in columns if each.name != PASSWORD]
            columns.append(case((func.rtrim(stored) != literal(""), literal(1)), else_=literal(0)).label(PASSWORD))
        statement = select(*columns)
        if self._raw_tenants:
            statement = statement.where(self._column(str(self._layout.tenant)).in_(self._raw_tenants))
        return statement

    def _locking(self, statement: Select[Any]) -> Select[Any]:
        if self._connection.dialect.name == "mssql":
            return statement.with_hint(self._table, "WITH (UPDLOCK, HOLDLOCK, ROWLOCK)", "mssql")
        return statement.with_for_update()

    def _accounts(self, statement: Select[Any], fingerprint: Fingerprint | None) -> dict[str, LiveAccount]:
        found: dict[str, LiveAccount] = {}
        for row in self._connection.execute(statement).mappings():
            if normal_text(row["key"]) is None:
                continue  # a user without a code can't be named, by us or by the ERP
            account = self._account(row, fingerprint)
            first = found.setdefault(account.key, account)
            if first is not account:
                message = f"the ERP has two users with one code: {first.code!r} and {account.code!r}"
                raise Refused(Problem("database", message, hint="efsync can't tell which one is meant"))
        return found

    def _account(self, row: Mapping[Any, Any], fingerprint: Fingerprint | None) -> LiveAccount:
        fields: dict[str, Value] = {field: normal_value(field, row[field]) for field in FIELDS if field in row}
        if PASSWORD in row:
            fields[PASSWORD] = self._password(row[PASSWORD], fingerprint)
        return LiveAccount(
            code=normal_text(row["key"]) or "",
            department=normal_text(row["department"]) or "",
            name=normal_text(row["name"]) or "",
            title=normal_text(row["title"]) or "",
            active=comparable(normal_text(row["status"]) or "") == comparable(self._layout.active),
            fields=empty_as_cleared(fields, self.never_null),
            row_key=(row["key"], *([row["tenant"]] if self._layout.tenant else [])),
        )

    def _password(self, stored: Any, fingerprint: Fingerprint | None) -> Value:
        if fingerprint is None:
            return UNREAD if stored else None
        text = normal_text(stored)
        return None if text is None else fingerprint(self._codec.decode(text))

    def _stored(self, field: str, value: PlainValue | Secret) -> Any:
        """What the column gets: NULL for a cleared field, or the column's own empty where NULL is not allowed."""
        if isinstance(value, Secret):
            return self._codec.encode(value)
        if value is None:
            value = self._empties.get(field)
        kind = self._types[self._layout.fields[field]]
        if isinstance(kind, Boolean):
            return None if value is None else bool(value)
        value = int(value) if isinstance(value, bool) else value
        return str(value) if isinstance(kind, String) and value is not None else value

    def _is_row(self, account: LiveAccount) -> Any:
        names = [self._layout.key, *([self._layout.tenant] if self._layout.tenant else [])]
        return and_(*(self._is_exactly(name, raw) for name, raw in zip(names, account.row_key, strict=True)))

    def _is_exactly(self, name: str, raw: object) -> Any:
        """Whether a column holds `raw` to the letter: a collation may take ñ for n, and the row is meant."""
        held = self._column(name)
        if raw is None or self._connection.dialect.name not in ("mysql", "mariadb"):
            return held == raw
        letters = func.convert(held.op("USING")(literal_column("utf8mb4")))
        return and_(held == raw, letters.collate("utf8mb4_bin") == raw)

    def _find_tenant(self, wanted: str | None) -> tuple[Sequence[Any], str | None]:
        """The tenant column's values that mean the tenant, as they are stored, and its name."""
        if self._layout.tenant is None:
            return (), None
        stored = self._connection.execute(select(self._column(self._layout.tenant)).distinct()).scalars().all()
        names = {comparable(str(raw)): str(raw).strip() for raw in stored if normal_text(raw) is not None}
        if wanted is None and len(names) <= 1:
            return (), next(iter(names.values()), None)
        shown = ", ".join(sorted(names.values()))
        if wanted is None:
            message = f"the table {self._layout.table} holds users of several tenants: {shown}"
            raise Refused(Problem("config", message, hint='name one in the target: tenant = "…"'))
        key = comparable(wanted)
        if key not in names:
            message = f"the table {self._layout.table} holds no user of tenant {wanted}"
            raise Refused(Problem("config", message, hint=f"there are: {shown}" if shown else None))
        return [raw for raw in stored if raw is not None and comparable(str(raw)) == key], names[key]


def empty_as_cleared(fields: Values, never_null: frozenset[str]) -> Values:
    """`fields`, where 0 and false count as cleared if their column takes no NULL: nothing else means it there."""
    if not never_null:
        return fields
    return {field: None if field in never_null and not value else value for field, value in fields.items()}


def _columns(connection: Connection, layout: Layout) -> tuple[Mapping[str, TypeEngine[Any]], Mapping[str, PlainValue]]:
    """The types of the mapped columns, and what stands for cleared in each field whose column takes no NULL.

    Raises `Refused` where the table or a column is missing.
    """
    inspector = inspect(connection)
    try:
        there = {each["name"]: each for each in inspector.get_columns(layout.table, schema=layout.schema)}
    except NoSuchTableError:
        there = {}
    if not there:
        near = _nearest(layout.table, inspector.get_table_names(schema=layout.schema))
        raise Refused(Problem("database", f"the database has no table {layout.table}", hint=near))
    missing = [(name, meaning) for name, meaning in layout.columns() if name not in there]
    if missing:
        raise Refused(list(_missing_columns(layout, missing, list(there))))
    # a column of SQLite takes any value, whatever its type says
    lenient = connection.dialect.name == "sqlite"
    types = {name: NullType() if lenient else there[name]["type"] for name, _ in layout.columns()}
    empties: dict[str, PlainValue] = {
        field: 0 if _is_number(field) and not isinstance(there[name]["type"], String) else ""
        for field, name in layout.fields.items()
        if not there[name]["nullable"]
    }
    return types, empties


def _is_number(field: str) -> bool:
    return FIELDS[field] in (FieldKind.NUMBER, FieldKind.SWITCH)


def _missing_columns(layout: Layout, missing: list[tuple[str, str]], there: list[str]) -> Iterator[Problem]:
    free = set(there) - {name for name, _ in layout.columns()}
    for name, meaning in missing:
        message = f"the table {layout.table} has no column {name}, which is mapped to {meaning}"
        yield Problem("database", message, hint=_nearest(name, free))


def _nearest(name: str, names: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name, sorted(names), n=1)
    return f"there is {near[0]}" if near else None
