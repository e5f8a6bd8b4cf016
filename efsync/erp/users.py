"""The users of an open ERP connection: reads accounts, writes changed fields."""

from collections.abc import Callable, Collection, Container, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, CursorResult, inspect

from efsync.erp.columns import qualifier, read_columns
from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Layout
from efsync.erp.live_rows import Fingerprint, LiveRows, Row, Witness, distinct
from efsync.erp.locks import is_locked
from efsync.erp.property_rows import PropertyRows
from efsync.erp.statements import Statements
from efsync.model.accounts import LiveAccount
from efsync.model.batches import BATCH, batches
from efsync.model.fields import PASSWORD, UNREAD
from efsync.model.language import message
from efsync.model.normal import comparable, normal_text
from efsync.model.problems import Problem, Refused, refuse_errors
from efsync.model.secrets import Secret

if TYPE_CHECKING:  # what writes is loaded where something is written
    from efsync.erp.writing import Changed, Writing
    from efsync.model.drift import LastChange


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
        self.undecodable: dict[str, str] = {}
        """The users, of those read so far, whose password its codec can't read: their codes, by comparable code."""

    def being_written(self) -> bool:
        """Whether somebody, a dead process perhaps whose commit is under way, may write now; asked before reading."""
        return is_locked(self._connection)

    def check_transactions(self) -> None:
        """Raise `Refused` (`database`) where a table is of a kind that can't roll back (MyISAM, Aria)."""
        self._check_kind(self._layout.table)
        if self._layout.property_fields():
            self._check_kind(self._layout.properties.table)

    def check_audit(self, *, by_others: bool = False) -> None:
        """Raise `Refused` (`database` or `config`) where the layout has an audit trail that can't be written."""
        from efsync.erp.audit import check_audit

        check_audit(self._connection, self._layout, by_others=by_others)
        if self._layout.audit is not None and self._layout.audit.through == "table":
            self._check_kind(self._layout.audit.name)

    def check_writable(self, fields: Collection[str]) -> None:
        """Raise `Refused` where `fields` can't be written: a table's kind, the audit trail, a right that is missing.

        Nothing is written, and on MariaDB the transaction ends.
        """
        self.check_transactions()
        self.check_audit()
        refuse_errors(self._missing_rights(fields))

    def may_write(self, fields: Collection[str]) -> bool:
        """Whether no right is missing to write `fields`; on MariaDB the transaction ends."""
        return not any(self._missing_rights(fields))

    def _missing_rights(self, fields: Collection[str]) -> Iterator[Problem]:
        from efsync.erp.rights import missing_rights

        return missing_rights(self._connection, self._layout, fields)

    def _check_kind(self, name: str) -> None:
        dialect = self._connection.dialect.name
        if dialect != "mysql":
            return
        options = inspect(self._connection).get_table_options(name, schema=qualifier(self._layout, dialect))
        engine = str(options.get("mysql_engine") or "InnoDB")
        if engine.lower() not in ("innodb", "rocksdb", "ndbcluster"):
            unsafe = message("the table {name} is of kind {kind}, which has no transactions", name=name, kind=engine)
            raise Refused(Problem("database", unsafe, hint="ALTER TABLE … ENGINE = InnoDB"))

    def each(
        self, fingerprint: Fingerprint | None, witness: Witness | None = None, but: Container[str] = ()
    ) -> Generator[LiveAccount]:
        """Every user, read as they are asked for; without `fingerprint` passwords stay where they are, as `UNREAD`.

        A `witness` gives what stands for a row. Those with the comparable codes `but` are left out. Whoever stops
        before the end closes the generator, and with it the server's cursor. Raises `Refused` (`database`) where two
        users differ by upper and lower case only, or a user has two rows of one property.
        """
        passwords = fingerprint is not None
        rows = self._live_rows(self._property_rows(passwords), fingerprint, witness)
        with self._passing(passwords) as found:
            yield from rows.accounts(found, but)

    def witnesses(
        self, fingerprint: Fingerprint | None, witness: Witness
    ) -> Generator[tuple[str, bytes, Callable[[], LiveAccount]]]:
        """The comparable code of every user, what stands for its row, and what reads it; to be closed as `each` is."""
        rows = self._live_rows(PropertyRows(self._layout, ()), fingerprint)
        with self._passing(passwords=fingerprint is not None) as found:
            for row in found:
                code = rows.code(row)
                if code is not None:
                    stands_for_it = witness(row)
                    yield comparable(code), stands_for_it, partial(rows.account, row, code, stands_for_it)

    def read(self, fingerprint: Fingerprint | None) -> dict[str, LiveAccount]:
        """Every user by comparable code. Raises `Refused` as `each` does."""
        return {account.key: account for account in self.each(fingerprint)}

    def with_passwords(self) -> Generator[tuple[LiveAccount, Secret | None]]:
        """Every user with its decoded password, as `each` gives them; `undecodable` has those that can't be decoded.

        The password among the account's fields is `UNREAD` where there is one.
        """
        last: list[Secret] = []

        def keep(secret: Secret) -> str | None:
            """Keep the password aside; what stands for it only tells whether there is one."""
            last[:] = [secret]
            return "" if secret.reveal().strip() else None

        with closing(self.each(keep)) as passing:
            for account in passing:
                has_one = account.fields.get(PASSWORD) is not None
                fields = {**account.fields, PASSWORD: UNREAD} if has_one else account.fields
                yield replace(account, fields=fields), last[0] if has_one else None

    def keys(self, wanted: Container[str]) -> dict[str, Any]:
        """What finds the users again that have these comparable codes, as `read_again` takes it.

        Raises `Refused` (`database`) where any two users differ by upper and lower case only.
        """
        found = self._connection.execute(self.statements.codes(self._raw_tenants)).scalars()
        codes = ((normal_text(raw), raw) for raw in found)
        named = distinct((code, raw) for code, raw in codes if code is not None)
        return {key: raw for key, _, raw in named if key in wanted}

    def read_some(self, keys: Collection[Any], fingerprint: Fingerprint) -> dict[str, LiveAccount]:
        """The users of `keys` by comparable code. Raises `Refused` as `each` does."""
        return self._read(keys, fingerprint, locked=False)

    def read_again(self, keys: Collection[Any], fingerprint: Fingerprint) -> dict[str, LiveAccount]:
        """The same, locked against other writers until the transaction ends."""
        for lock in self.statements.locks():
            self._connection.execute(lock)
        return self._read(keys, fingerprint, locked=True)

    def _read(self, keys: Collection[Any], fingerprint: Fingerprint, *, locked: bool) -> dict[str, LiveAccount]:
        if not keys:
            return {}
        found: Iterable[Row] = (
            row
            for some in batches(keys)
            for row in self._connection.execute(self.statements.accounts(True, self._raw_tenants, some, locked=locked))
        )
        if self.has_property_rows:
            found = list(found)  # every apply locks the users first
        rows = self._live_rows(self._property_rows(True, locked=locked), fingerprint)
        return {account.key: account for account in rows.accounts(found)}

    def read_stored(self, fingerprint: Fingerprint) -> tuple[dict[str, LiveAccount], dict[str, dict[str, Any]]]:
        """Every user by comparable code, and what their columns hold as the driver gives it; a password as a `Secret`.

        Raises `Refused` (`database`) as `each` does.
        """
        found = self._connection.execute(self.statements.accounts(True, self._raw_tenants)).all()
        rows = self._live_rows(self._property_rows(True), fingerprint)
        stored: dict[str, dict[str, Any]] = {}
        for row in found:
            code = rows.code(row)
            if code is not None:
                raw = stored[comparable(code)] = rows.raw(row, code)
                if PASSWORD in raw:
                    raw[PASSWORD] = _secret(raw[PASSWORD])
        return {account.key: account for account in rows.accounts(found)}, stored

    def write(self, changed: Sequence["Changed"]) -> None:
        """Write values into the rows of accounts, and no other column; note it where there is an audit trail.

        Whoever commits has read them back before. Raises `Refused` (`database`) where the row of a single account is
        not there, and `Unsure` where something went wrong with one of many, and nobody can tell with which.
        """
        self._writing.many(changed)

    @cached_property
    def _writing(self) -> "Writing":
        from efsync.erp.writing import Writing

        return Writing(self._connection, self._layout, self.columns, self.statements)

    def last_changes(self, codes: Collection[str]) -> dict[str, "LastChange"]:
        """Who changed the users `codes` last, by comparable code, as far as the ERP's audit trail tells.

        Codes that another tenant has too are left out: an entry does not say whose it is. Nothing can be read after it.
        """
        from efsync.erp.trail import last_changes

        shared = self._codes_of_others()
        return last_changes(self._connection, self._layout, [code for code in codes if comparable(code) not in shared])

    @property
    def has_property_rows(self) -> bool:
        """Whether a user's fields are not all in its row of the user table."""
        return bool(self._layout.property_fields())

    def _passing(self, passwords: bool) -> CursorResult[Any]:
        """The rows of all users, a few at a time."""
        statement = self.statements.accounts(passwords, self._raw_tenants)
        return self._connection.execute(statement, execution_options={"yield_per": BATCH})

    def _live_rows(
        self, properties: PropertyRows, fingerprint: Fingerprint | None, witness: Witness | None = None
    ) -> LiveRows:
        return LiveRows(
            self._layout,
            self.columns,
            properties,
            self._shared,
            fingerprint,
            witness,
            lambda code: self.undecodable.update({comparable(code): code}),
        )

    def _property_rows(self, passwords: bool, *, locked: bool = False) -> PropertyRows:
        if not self._layout.property_fields():
            return PropertyRows(self._layout, ())
        statement = self.statements.property_rows(passwords, locked=locked)
        return PropertyRows(self._layout, self._connection.execute(statement).mappings().all())

    def _find_tenant(self, wanted: str | None) -> tuple[Sequence[Any], str | None]:
        """The tenant column's values that mean the tenant, as they are stored, and its name."""
        if self._layout.tenant is None:
            return (), None
        stored = self._connection.execute(self.statements.tenants()).scalars().all()
        names = {comparable(str(raw)): str(raw).strip() for raw in stored if normal_text(raw) is not None}
        if wanted is None and len(names) <= 1:
            return (), next(iter(names.values()), None)
        of, shown = self._layout.table, ", ".join(sorted(names.values()))
        if wanted is None:
            several = message("the table {table} holds users of several tenants: {tenants}", table=of, tenants=shown)
            raise Refused(Problem("config", several, hint=message('name one in the target: tenant = "…"')))
        key = comparable(wanted)
        if key not in names:
            nobody = message("the table {table} holds no user of tenant {tenant}", table=of, tenant=wanted)
            hint = message("there are: {tenants}", tenants=shown) if shown else None
            raise Refused(Problem("config", nobody, hint=hint))
        spelled = [raw for raw in stored if raw is not None and comparable(str(raw)) == key]
        if len(spelled) > BATCH:
            many = message(
                "the table {table} spells tenant {tenant} in {number} ways",
                table=of,
                tenant=names[key],
                number=len(spelled),
            )
            hint = message("efsync reads {most} at most: have them made one", most=BATCH)
            raise Refused(Problem("database", many, hint=hint))
        return spelled, names[key]

    def _find_shared_codes(self) -> frozenset[str]:
        """The codes that other tenants have too: property rows do not say of which tenant they are."""
        return self._codes_of_others() if self._layout.property_fields() else frozenset()

    def _codes_of_others(self) -> frozenset[str]:
        if not self._raw_tenants:
            return frozenset()
        codes = self._connection.execute(self.statements.shared_codes(self._raw_tenants)).scalars()
        return frozenset(comparable(str(code)) for code in codes if code is not None)


def _secret(raw: Any) -> Secret | None:
    """A stored password without its padding; `None` where nothing is left."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else "" if raw is None else str(raw)
    return Secret(text.rstrip(" ")) if text.rstrip(" ") else None
