"""The `sqlite3` shell."""

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects import sqlite

from efsync.erp.script.client import Client, Place
from efsync.erp.script.compile import Compilable
from efsync.erp.script.literals import comment, joined, lines, quoted

_OPENING = """
.bail on
.parameter init
-- Foreign keys are as for apply. They can't be switched inside of a transaction, which tells whether one is open.
PRAGMA foreign_keys = ON;
DROP TABLE IF EXISTS temp.efsync;
CREATE TEMP TABLE efsync AS
  SELECT foreign_keys AS alone, 0 AS begun, 'nothing was changed' AS outcome FROM pragma_foreign_keys;
PRAGMA foreign_keys = OFF;
"""

_ALONE = "(SELECT alone FROM efsync) AND NOT (SELECT foreign_keys FROM pragma_foreign_keys)"

_SPACES = ("' '", "char(9)", "char(10)", "char(13)")
_TIGHT = reduce(lambda text, space: f"replace({text}, {space}, '')", _SPACES, "upper(sql)")
_WHOLE = f"NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND {_TIGHT} LIKE '%RAISE(FAIL,%')"  # noqa: S608


class Sqlite3(Client):
    """Everything is one trigger, and so one statement.

    SQLite does or undoes a statement as a whole, whether the shell stops at errors or not; at its prompt it never does.
    At each line that ends in `;` the shell reads a statement from its beginning again: here they begin lines instead.
    Needs a shell of version 3.28 or newer, for `.parameter` and `sha3`.
    """

    name = "sqlite3"
    escaping = "In a value, write ' as ''."
    dialect = sqlite.dialect(paramstyle="named")
    # a trigger writes to no table with its schema; the shell opens one file, and so has one only
    dialect.identifier_preparer.schema_for_object = lambda _table: None  # type: ignore[assignment]

    def text(self, value: str) -> str:
        """Literals without controls, `char()` for the rest."""
        written = [[quoted(run) if plain else _characters(run) for plain, run in line] for line in lines(value)]
        return joined(written, lambda terms, space: f"({f' ||{space}'.join(terms)})") if written else "''"

    def variable(self, name: str) -> str:
        """A row of the table of parameters: a trigger takes none itself. One that is not set is NULL."""
        return f"(SELECT CAST(value AS TEXT) FROM temp.sqlite_parameters WHERE key = ':{name}')"  # noqa: S608

    def letters(self, held: Any) -> Any:
        """Text, compared byte by byte."""
        return func.rtrim(held).collate("BINARY")

    def digest(self, key: Any, letters: Any) -> Any:
        """SHA3-256, which the shell brings along."""
        return func.lower(func.hex(func.sha3(key.op("||")(letters), 256)))

    def digest_of(self, key: str, text: str) -> str:
        """SHA3-256 over UTF-8."""
        return hashlib.sha3_256((key + text).encode("utf-8", "surrogatepass")).hexdigest()

    def opening(self, variables: Sequence[str]) -> Iterable[str]:
        """A table that holds how it went."""
        return [f".timeout {self.wait * 1000}", *_OPENING.strip().splitlines()]

    def lock(self) -> Iterable[str]:
        """A statement that writes has the lock of the whole file from its beginning, as apply has."""
        yield self.expect(_WHOLE, "a trigger of the ERP raises FAIL, which keeps half of a change: use apply")

    def statement(self, statement: Compilable) -> str:
        """A statement of the trigger, after others."""
        return f"; {self.sql(statement)}"

    def expect(self, condition: str, message: str) -> str:
        """`RAISE` takes a message that is a literal."""
        return f"; {_stop(condition, message)}"

    def transaction(self, body: Sequence[str], done: str, variables: Sequence[str]) -> Iterable[str]:
        """A trigger of the temporary table; `OR ABORT` counts for all that it writes, whatever the tables say."""
        yield "CREATE TEMP TRIGGER efsync_apply AFTER UPDATE OF begun ON efsync BEGIN"
        yield _stop(_ALONE, "a transaction is open: end it, and run this again")
        yield from body
        yield f"; UPDATE efsync SET outcome = {quoted(done)};"  # noqa: S608
        yield "END;"
        yield ""
        yield comment("This runs it.")
        yield "UPDATE OR ABORT temp.efsync SET begun = 1;"
        yield "SELECT outcome FROM temp.efsync;"

    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """Both files through standard input, one after the other."""
        files = " ".join(shlex.quote(each) for each in (passwords, script) if each)
        return [f"cat {files} | sqlite3 -batch -bail {shlex.quote(place.database or 'FILE')}"]

    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """Rows of the table of parameters: quotes are doubled there as in any SQL."""
        row = "INSERT INTO sqlite_parameters VALUES "
        return [".parameter init", *(f"{row}(':{name}', '…');" for name in names)]


def _stop(condition: str, message: str) -> str:
    return f"SELECT RAISE(ABORT, {quoted(message)}) WHERE ({condition}) IS NOT 1"


def _characters(run: str) -> str:
    return f"char({', '.join(str(ord(letter)) for letter in run)})"
