"""Stands where pymssql connects: what efsync says to SQL Server is read as T-SQL, translated, and run on SQLite.

No SQL Server runs where these tests do. What is translated shows that every statement is T-SQL and does what it should;
it says nothing of SQL Server's locks, of its limits, or of the network.
"""

import sqlite3
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pymssql
from pymssql import _mssql
from sqlglot import exp

import efsync
from tests.mssql.catalog import attach_catalog, fill_catalog
from tests.mssql.translation import COLLATION, EXACT, SCHEMA, is_datetime, parse, to_sqlite

Procedure = Callable[["Connection", list[Any]], None]
PACKAGE = Path(efsync.__file__).parent
RELEASE = "16.0.1000.6"
VERSION = f"Microsoft SQL Server 2022 (RTM) - {RELEASE} (X64)"


@dataclass
class Server:
    """A folder with a SQLite file for each database, and everything that was said."""

    folder: Path
    said: list[str] = field(default_factory=list)
    sites: set[tuple[str, int]] = field(default_factory=set)
    options: list[dict[str, Any]] = field(default_factory=list)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    locks: dict[str, object] = field(default_factory=dict)
    denied: frozenset[tuple[str, str]] = frozenset()
    no_counts: bool = False

    def connect(self, **options: Any) -> "Connection":
        """What `pymssql.connect` is to efsync."""
        self.options.append(options)
        return Connection(self, options["database"])


class Connection:
    """One session: a transaction begins with it and after each one that ends, unless it is in autocommit."""

    def __init__(self, server: Server, database: str) -> None:
        self.server = server
        self.database = self.home = database
        self.variables: dict[str, Any] = {"@version": VERSION, "@SPID": 51}
        self.settings: dict[str, str] = {"NOCOUNT": "ON"} if server.no_counts else {}
        self._autocommit = False
        file = server.folder / f"{database}.db"
        self.sqlite = sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)
        self.sqlite.create_collation(COLLATION, _compared)
        self.sqlite.create_collation(EXACT, _compared_exactly)
        for name, arguments, function in _functions(self):
            self.sqlite.create_function(name, arguments, function)
        attach_catalog(self.sqlite)

    def cursor(self) -> "Cursor":
        """A cursor."""
        return Cursor(self)

    def autocommit(self, on: bool) -> None:
        """Whether each statement is a transaction of its own."""
        self._autocommit = on

    def begin(self) -> None:
        """Begin a transaction where there has to be one and is none."""
        if not self._autocommit and not self.sqlite.in_transaction:
            self.sqlite.execute("BEGIN")

    def commit(self) -> None:
        """End the transaction."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction."""
        self._end("ROLLBACK")

    def close(self) -> None:
        """End the session."""
        self._end("ROLLBACK")
        self.sqlite.close()

    def use(self, database: str) -> None:
        """Make another database the current one."""
        self.database = database
        self.attach(database)

    def attach(self, database: str) -> None:
        """Make another database's tables reachable."""
        there = {name for _, name, _ in self.sqlite.execute("PRAGMA database_list")}
        if database != self.home and database not in there:
            self.sqlite.execute("ATTACH ? AS " + database, (str(self.server.folder / f"{database}.db"),))

    def lock(self, resource: str) -> int:
        """What sp_getapplock with LockTimeout 0 returns: 0 where the transaction has the lock now, or else -1."""
        holder = self.server.locks.setdefault(resource, self)
        return 0 if holder is self else -1

    def may_lock(self, resource: str) -> int:
        """What APPLOCK_TEST returns: 1 where the lock is to be had, or else 0."""
        return int(self.server.locks.get(resource, self) is self)

    def _end(self, how: str) -> None:
        if self.sqlite.in_transaction:
            self.sqlite.execute(how)
        self.server.locks = {name: holder for name, holder in self.server.locks.items() if holder is not self}


class Cursor:
    """Runs batches; what comes back is that of the first statement with columns, or else the count of the last."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.lastrowid = None
        self._rows: list[Any] = []

    def execute(self, statement: str, parameters: Any = ()) -> None:
        """Run a batch, with the parameters put in as the driver puts them in."""
        batch = _mssql.substitute_params(statement, parameters or {}).decode()
        self._connection.server.said.append(batch)
        self._connection.server.sites.add(_site())
        self.description, self._rows, self.rowcount = None, [], -1
        for each in parse(batch):
            try:
                if self._run(each):
                    return
            except sqlite3.Error as error:
                raise pymssql.OperationalError((50000, str(error).encode())) from error

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int = 1) -> list[Any]:
        """The next rows."""
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchone(self) -> Any:
        """The next row."""
        return self._rows.pop(0) if self._rows else None

    def close(self) -> None:
        """Nothing more is asked."""

    def _run(self, statement: exp.Expression) -> bool:
        """Run one statement; whether it has columns."""
        connection = self._connection
        match statement:
            case exp.Set():
                name, _, value = statement.sql(dialect="tsql").removeprefix("SET ").rpartition(" ")
                connection.settings[name] = value
            case exp.Use():
                connection.use(statement.this.name)
            case exp.Declare():
                pass
            case exp.Execute():
                self._call(statement)
            case _:
                return self._translated(statement)
        return False

    def _call(self, statement: exp.Execute) -> None:
        name = statement.this.name
        arguments = [_literal(each) for each in statement.expressions]
        connection = self._connection
        connection.begin()
        if name == "sp_getapplock":
            connection.variables[statement.args["return_status"].this.name] = connection.lock(arguments[0])
        elif name in connection.server.procedures:
            connection.server.procedures[name](connection, arguments)
        else:
            raise pymssql.OperationalError((2812, f"Could not find stored procedure '{name}'.".encode()))

    def _translated(self, statement: exp.Expression) -> bool:
        connection = self._connection
        connection.begin()
        self._look_up(statement)
        cursor = connection.sqlite.execute(to_sqlite(statement, connection.home, connection.variables))
        if cursor.description is None:
            silent = connection.settings.get("NOCOUNT") == "ON"
            self.rowcount = -1 if silent else cursor.rowcount
            return False
        self.description = [(name, None, None, None, None, None, None) for name, *_ in cursor.description]
        dates = is_datetime(statement)
        self._rows = [_with_dates(row, dates) for row in cursor.fetchall()]
        return True

    def _look_up(self, statement: exp.Expression) -> None:
        """Have what the statement names: the system views as they are now, other databases attached."""
        connection = self._connection
        for table in statement.find_all(exp.Table):
            if table.catalog:
                assert table.db == SCHEMA, table
                connection.attach(table.catalog)
            if table.db in ("sys", "INFORMATION_SCHEMA"):
                current = connection.database
                fill_catalog(connection.sqlite, "main" if current == connection.home else current)


def _site() -> tuple[str, int]:
    """The line of efsync that has something said, with its file; no line where a test speaks itself."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if PACKAGE in file.parents:
            return str(file.relative_to(PACKAGE.parent)), frame.f_lineno
        frame = frame.f_back
    return "", 0


def _compared(one: str, other: str) -> int:
    """Texts as the collation compares them: no case, no padding, accents count, ß is ss and æ is ae."""
    left, right = (_folded(text) for text in (one, other))
    return (left > right) - (left < right)


def _compared_exactly(one: str, other: str) -> int:
    """Texts to the letter, but for padding."""
    left, right = (text.rstrip(" ") for text in (one, other))
    return (left > right) - (left < right)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.rstrip(" ")).casefold().replace("æ", "ae")


def _literal(node: exp.Expression) -> Any:
    """The value of a procedure's argument."""
    value = node.expression if isinstance(node, exp.EQ) else node
    return None if isinstance(value, exp.Null) else value.this if value.is_string else value.name


def _with_dates(row: tuple[Any, ...], dates: list[bool]) -> tuple[Any, ...]:
    if not any(dates):
        return row
    return tuple(datetime.fromisoformat(value) if date else value for value, date in zip(row, dates, strict=True))


def _functions(connection: Connection) -> list[tuple[str, int, Callable[..., Any]]]:
    """The functions of SQL Server that efsync and SQLAlchemy ask."""
    properties = {"ProductVersion": RELEASE, "Collation": COLLATION, "Updateability": "READ_WRITE", "CodePage": 1252}
    denied = connection.server.denied
    return [
        ("SERVERPROPERTY", 1, properties.get),
        ("DATABASEPROPERTYEX", 2, lambda _, name: properties[name]),
        ("COLLATIONPROPERTY", 2, lambda _, name: properties[name]),
        ("DB_NAME", 0, lambda: connection.database),
        ("SCHEMA_NAME", 0, lambda: SCHEMA),
        ("HAS_PERMS_BY_NAME", 3, lambda name, kind, right: int((name, right) not in denied)),
        ("HAS_PERMS_BY_NAME", 5, lambda name, kind, right, *_: int((name, right) not in denied)),
        ("APPLOCK_TEST", 4, lambda _principal, name, *_: connection.may_lock(name)),
        ("SYSUTCDATETIME", 0, lambda: datetime.now(UTC).replace(tzinfo=None).isoformat(" ")),
    ]
