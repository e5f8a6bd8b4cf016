"""Writes changed fields into the rows of users: of one after the other, or of many at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError, StatementError

from efsync.database.errors import database_errors
from efsync.erp.audit import audit_entry, audit_of_many
from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Layout
from efsync.erp.statements import Statements
from efsync.erp.writes import Shape, Write
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PlainValue
from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

Changed = tuple[LiveAccount, Mapping[str, PlainValue | Secret]]
"""An account, and the values that are written to it."""

_BATCHING = ("sqlite", "postgresql", "mysql")
"""Servers whose driver tells of many statements how many rows they reached together."""


class Unsure(Exception):
    """Something went wrong with one of many accounts, and nobody can tell with which.

    Nothing may be committed; to know, the transaction is begun again and each account is written by itself.
    """


class Writing:
    """Writes into the tables of a layout, whose `columns` say how."""

    def __init__(self, connection: Connection, layout: Layout, columns: FieldColumns, statements: Statements) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._layout = layout
        self._columns = columns
        self._statements = statements

    def one(self, account: LiveAccount, values: Mapping[str, PlainValue | Secret]) -> None:
        """Write `values` into the rows of `account`, and no other column; note it where there is an audit trail.

        Raises `Refused` (`database`) where a row is not there.
        """
        stored = self._columns.stored(values)
        secrets = _secrets(values, stored)
        with database_errors(message("writing user {user}", user=account.code), secrets):
            for write in self._writes(account, values, stored):
                rows = self.run(self._statements.many(write.shape), [write.values])
                if write.reaches_one and rows != 1:
                    astray = message(
                        "writing user {user} reached {number} rows instead of one", user=account.code, number=rows
                    )
                    raise Refused(Problem("database", astray))
        if self._layout.audit is not None:
            with database_errors(message("the audit trail of user {user}", user=account.code), secrets):
                self.run(audit_of_many(self._layout, self._dialect), [audit_entry(self._layout, account, values)])

    def many(self, changed: Sequence[Changed]) -> None:
        """Write to many accounts, with one statement for all that differ in values only.

        That as many rows were reached as there are accounts says that it was one for each only if each account,
        read back, has its values. Raises `Unsure`, or `Refused` (`database`) where the connection is lost.
        """
        if len(changed) == 1 or self._dialect not in _BATCHING:
            for account, values in changed:
                self.one(account, values)
            return
        alike: dict[Shape, list[Mapping[str, Any]]] = {}
        secrets: list[Secret] = []
        for account, values in changed:
            stored = self._columns.stored(values)
            secrets += _secrets(values, stored)
            for write in self._writes(account, values, stored):
                alike.setdefault(write.shape, []).append(write.values)
        first = changed[0][0].code
        what = message("writing user {user} and {others} others", user=first, others=len(changed) - 1)
        with database_errors(what, secrets), _telling_nobody():
            for shape in sorted(alike, key=lambda shape: shape.step):
                rows = self.run(self._statements.many(shape), alike[shape])
                if shape.reaches_one and rows != len(alike[shape]):
                    raise Unsure
            if self._layout.audit is not None:
                entries = [audit_entry(self._layout, account, values) for account, values in changed]
                self.run(audit_of_many(self._layout, self._dialect), entries)

    def run(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run a statement with the values for each of `rows`; how many rows of the table it reached in all."""
        return self._connection.execute(statement, rows).rowcount

    def _writes(
        self, account: LiveAccount, values: Mapping[str, PlainValue | Secret], stored: Mapping[str, Any]
    ) -> Iterator[Write]:
        cleared = frozenset(field for field, value in values.items() if value is None)
        return self._statements.writes(account, stored, cleared)


def _secrets(values: Mapping[str, PlainValue | Secret], stored: Mapping[str, Any]) -> list[Secret]:
    """The passwords in `values`, and what their codec makes of them."""
    found = {field: value for field, value in values.items() if isinstance(value, Secret)}
    return [*found.values(), *(Secret(str(stored[field])) for field in found)]


@contextmanager
def _telling_nobody() -> Iterator[None]:
    """Turns what a database says of one of many rows into `Unsure`; that a connection is lost says it of all."""
    try:
        yield
    except StatementError as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        raise Unsure from None
