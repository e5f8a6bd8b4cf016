"""The users of an open ERP connection: reads accounts, writes changed fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, inspect

from efsync.database import database_errors
from efsync.erp.audit import audit_statement, check_audit
from efsync.erp.columns import qualifier, read_columns
from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Layout
from efsync.erp.property_rows import PropertyRows
from efsync.erp.statements import Statements
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD, UNREAD, PlainValue, Value
from efsync.model.normal import comparable, normal_text, normal_value
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

Fingerprint = Callable[[Secret], str | None]
_BATCH = 500
"""Keys in one statement, and spellings of one tenant; SQL Server takes 2,100 parameters at most."""


class UserTable:
    """The users of one tenant.

    Raises `Refused` when made: `database` where a table or a mapped column is missing, `config` where the
    table holds several tenants and none, or another one, is named.
    """

    def __init__(self, connection: Connection, layout: Layout, tenant: str | None) -> None:
        self._connection = connection
        self._layout = layout
        self.dialect = dialect = connection.dialect.name
        columns = read_columns(connection, layout)
        self.columns = FieldColumns.of(layout, columns, dialect)
        self.statements = Statements(layout, columns, dialect)
        self._raw_tenants, self.tenant = self._find_tenant(tenant)
        self._shared = self._find_shared_codes()

    def check_transactions(self) -> None:
        """Raise `Refused` (`database`) where a table is of a kind that can't roll back (MyISAM, Aria)."""
        self._check_kind(self._layout.table)
        if self._layout.property_fields():
            self._check_kind(self._layout.properties.table)

    def check_audit(self) -> None:
        """Raise `Refused` (`database` or `config`) where the layout has an audit trail that can't be written."""
        check_audit(self._connection, self._layout)
        if self._layout.audit is not None and self._layout.audit.through == "table":
            self._check_kind(self._layout.audit.name)

    def _check_kind(self, name: str) -> None:
        dialect = self._connection.dialect.name
        if dialect not in ("mysql", "mariadb"):
            return
        options = inspect(self._connection).get_table_options(name, schema=qualifier(self._layout, dialect))
        engine = str(options.get("mysql_engine") or options.get("mariadb_engine") or "InnoDB")
        if engine.lower() not in ("innodb", "rocksdb", "ndbcluster"):
            message = f"the table {name} is of kind {engine}, which has no transactions"
            raise Refused(Problem("database", message, hint="ALTER TABLE … ENGINE = InnoDB"))

    def read(self, fingerprint: Fingerprint | None) -> dict[str, LiveAccount]:
        """Every user by comparable code; without `fingerprint` passwords stay where they are, as `UNREAD`.

        Raises `Refused` (`database`) where two users differ by upper and lower case only, or a user has two rows
        of one property.
        """
        passwords = fingerprint is not None
        rows = self._rows(self.statements.accounts(passwords, self._raw_tenants))
        return self._accounts(rows, self._property_rows(passwords), fingerprint)

    def read_again(self, accounts: Iterable[LiveAccount], fingerprint: Fingerprint) -> dict[str, LiveAccount]:
        """The rows of `accounts` once more, locked against other writers until the transaction ends."""
        keys = [account.row_key[0] for account in accounts]
        for lock in self.statements.locks():
            self._connection.execute(lock)
        rows = [
            row
            for start in range(0, len(keys), _BATCH)
            for row in self._rows(
                self.statements.accounts(True, self._raw_tenants, keys[start : start + _BATCH], locked=True)
            )
        ]
        return self._accounts(rows, self._property_rows(True, locked=True), fingerprint)

    def read_stored(self, fingerprint: Fingerprint) -> tuple[dict[str, LiveAccount], dict[str, dict[str, Any]]]:
        """Every user by comparable code, and what their columns hold as the driver gives it; a password as a `Secret`.

        Raises `Refused` (`database`) as `read` does.
        """
        rows = self._rows(self.statements.accounts(True, self._raw_tenants))
        properties = self._property_rows(True)
        stored: dict[str, dict[str, Any]] = {}
        for row in rows:
            code = normal_text(row["key"])
            if code is not None:
                raw = {field: row[field] for field in self._layout.user_fields()} | properties.values(code)
                if PASSWORD in raw:
                    raw[PASSWORD] = _secret(raw[PASSWORD])
                stored[comparable(code)] = raw
        return self._accounts(rows, properties, fingerprint), stored

    def write(self, account: LiveAccount, values: Mapping[str, PlainValue | Secret]) -> None:
        """Write `values` into the rows of `account`, and no other column; note it where the layout has an audit trail.

        Raises `Refused` (`database`) where a row is not there.
        """
        cleared = frozenset(field for field, value in values.items() if value is None)
        secrets = [value for value in values.values() if isinstance(value, Secret)]
        with database_errors(f"writing user {account.code}", secrets):
            for write in self.statements.writes(account, self.columns.stored(values), cleared):
                rows = self._connection.execute(write.statement).rowcount
                if write.reaches_one and rows != 1:
                    message = f"writing user {account.code} reached {rows} rows instead of one"
                    raise Refused(Problem("database", message))
        if self._layout.audit is not None:
            with database_errors(f"the audit trail of user {account.code}", secrets):
                self._connection.execute(audit_statement(self._layout, account, values, self._connection.dialect.name))

    def _rows(self, statement: Executable) -> Sequence[Mapping[Any, Any]]:
        return self._connection.execute(statement).mappings().all()

    def _property_rows(self, passwords: bool, *, locked: bool = False) -> PropertyRows:
        if not self._layout.property_fields():
            return PropertyRows(self._layout, ())
        return PropertyRows(self._layout, self._rows(self.statements.property_rows(passwords, locked=locked)))

    def _accounts(
        self, rows: Iterable[Mapping[Any, Any]], properties: PropertyRows, fingerprint: Fingerprint | None
    ) -> dict[str, LiveAccount]:
        found: dict[str, LiveAccount] = {}
        for row in rows:
            if normal_text(row["key"]) is None:
                continue  # a user without a code can't be named, by us or by the ERP
            account = self._account(row, properties, fingerprint)
            first = found.setdefault(account.key, account)
            if first is not account:
                message = f"the ERP has two users with one code: {first.code!r} and {account.code!r}"
                raise Refused(Problem("database", message, hint="efsync can't tell which one is meant"))
        return found

    def _account(
        self, row: Mapping[Any, Any], properties: PropertyRows, fingerprint: Fingerprint | None
    ) -> LiveAccount:
        code = normal_text(row["key"]) or ""
        raw = {field: row[field] for field in self._layout.user_fields()} | properties.values(code)
        return LiveAccount(
            code=code,
            department=normal_text(row["department"]) or "",
            name=normal_text(row["name"]) or "",
            title=normal_text(row["title"]) or "",
            active=comparable(normal_text(row["status"]) or "") == comparable(self._layout.active),
            fields=self.columns.as_kept({field: self._value(field, raw[field], fingerprint) for field in raw}),
            row_key=(row["key"], *([row["tenant"]] if self._layout.tenant else [])),
            property_keys=properties.keys(code),
            shared=comparable(code) in self._shared,
        )

    def _value(self, field: str, raw: Any, fingerprint: Fingerprint | None) -> Value:
        if field != PASSWORD:
            return normal_value(field, raw)
        if fingerprint is None:
            return UNREAD if raw else None
        text = normal_text(raw)
        return None if text is None else fingerprint(self.columns.by_field[field].codec.decode(text))

    def _find_tenant(self, wanted: str | None) -> tuple[Sequence[Any], str | None]:
        """The tenant column's values that mean the tenant, as they are stored, and its name."""
        if self._layout.tenant is None:
            return (), None
        stored = self._connection.execute(self.statements.tenants()).scalars().all()
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
        spelled = [raw for raw in stored if raw is not None and comparable(str(raw)) == key]
        if len(spelled) > _BATCH:
            message = f"the table {self._layout.table} spells tenant {names[key]} in {len(spelled)} ways"
            raise Refused(Problem("database", message, hint=f"efsync reads {_BATCH} at most: have them made one"))
        return spelled, names[key]

    def _find_shared_codes(self) -> frozenset[str]:
        """The codes that other tenants have too: property rows do not say of which tenant they are."""
        if not self._raw_tenants or not self._layout.property_fields():
            return frozenset()
        codes = self._connection.execute(self.statements.shared_codes(self._raw_tenants)).scalars()
        return frozenset(comparable(str(code)) for code in codes if code is not None)


def _secret(raw: Any) -> Secret | None:
    """A stored password without its padding; `None` where nothing is left."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else "" if raw is None else str(raw)
    return Secret(text.rstrip(" ")) if text.rstrip(" ") else None
