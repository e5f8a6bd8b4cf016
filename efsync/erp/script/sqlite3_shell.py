"""The `sqlite3` shell."""

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects import sqlite

from efsync.erp.script.client import Client, Place
from efsync.erp.script.literals import joined, lines, quoted


class Sqlite3(Client):
    """Needs a shell of version 3.28 or newer, for `.parameter` and `sha3`."""

    name = "sqlite3"
    escaping = "In a value, write ' as ''."
    dialect = sqlite.dialect(paramstyle="named")

    def text(self, value: str) -> str:
        """Literals without controls, `char()` for the rest."""
        written = [[quoted(run) if plain else _characters(run) for plain, run in line] for line in lines(value)]
        return joined(written, lambda terms, space: f"({f' ||{space}'.join(terms)})") if written else "''"

    def variable(self, name: str) -> str:
        """A parameter; one that is not set is NULL."""
        return f"CAST(:{name} AS TEXT)"

    def letters(self, held: Any) -> Any:
        """Text, compared byte by byte."""
        return func.rtrim(held).collate("BINARY")

    def digest(self, key: Any, letters: Any) -> Any:
        """SHA3-256, which the shell brings along."""
        return func.lower(func.hex(func.sha3(key.op("||")(letters), 256)))

    def digest_of(self, key: str, text: str) -> str:
        """SHA3-256 over UTF-8."""
        return hashlib.sha3_256((key + text).encode("utf-8", "surrogatepass")).hexdigest()

    def opening(self) -> Iterable[str]:
        """An error ends the shell, and with it the transaction."""
        yield ".bail on"
        yield ".timeout 5000"
        yield ".parameter init"
        yield "CREATE TEMP TABLE efsync_expected (holds);"

    def begin(self) -> Iterable[str]:
        """Apply takes the same lock, which is the one of the whole file."""
        yield "BEGIN IMMEDIATE;"

    def expect(self, condition: str, message: str) -> str:
        """`RAISE` works in a trigger only, and with a message that is a literal."""
        return "\n".join(
            [
                "CREATE TEMP TRIGGER efsync_expect BEFORE INSERT ON efsync_expected WHEN NEW.holds IS NOT 1 "
                f"BEGIN SELECT RAISE(ABORT, {quoted(message)}); END;",
                f"INSERT INTO efsync_expected VALUES ({condition});",  # noqa: S608
                "DROP TRIGGER temp.efsync_expect;",
            ]
        )

    def closing(self, message: str) -> Iterable[str]:
        """The temporary table goes too."""
        yield "COMMIT;"
        yield "DROP TABLE temp.efsync_expected;"
        yield f"SELECT {quoted(message)};"

    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """Both files through standard input, one after the other."""
        files = " ".join(shlex.quote(each) for each in (passwords, script) if each)
        return [f"cat {files} | sqlite3 -batch -bail {shlex.quote(place.database or 'FILE')}"]

    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """Rows of the table of parameters: quotes are doubled there as in any SQL."""
        row = "INSERT INTO sqlite_parameters VALUES "
        return [".parameter init", *(f"{row}(':{name}', '…');" for name in names)]


def _characters(run: str) -> str:
    return f"char({', '.join(str(ord(letter)) for letter in run)})"
