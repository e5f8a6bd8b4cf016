"""`psql`, for PostgreSQL."""

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Text, cast, func
from sqlalchemy.dialects import postgresql

from efsync.erp.locks import lock_statement
from efsync.erp.script.client import Client, Place
from efsync.erp.script.literals import lines, quoted

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_OPENING = r"""
\set ON_ERROR_STOP on
\set ON_ERROR_ROLLBACK off
\set AUTOCOMMIT on
\set ECHO none
\set QUIET on
\set VERBOSITY terse
\set SHOW_CONTEXT never
\encoding UTF8
SET standard_conforming_strings = on;
SET client_min_messages = warning;
CREATE OR REPLACE FUNCTION pg_temp.efsync_expect(holds boolean, message text) RETURNS void LANGUAGE plpgsql AS $efsync$
BEGIN
  IF holds IS NOT TRUE THEN RAISE EXCEPTION '%', message; END IF;
END
$efsync$;
"""


class Psql(Client):
    """Needs psql 10 or newer for `\\if`, and PostgreSQL 11 or newer for `sha256`."""

    name = "psql"
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]

    def text(self, value: str) -> str:
        """A literal, with escapes where it needs any, continued on the next line after each line end."""
        found = lines(value, lambda _letter: True)
        written = ["".join(_escaped(letter) for _, run in line for letter in run) for line in found] or [""]
        prefix = "E" if any("\\" in line for line in written) else ""
        return prefix + "\n".join(f"'{line}'" for line in written)

    def switch(self, value: bool) -> str:
        """PostgreSQL takes no number for yes or no."""
        return "true" if value else "false"

    def binary(self, value: bytes) -> str:
        """In hexadecimal; PostgreSQL's `X'…'` is a string of bits."""
        return f"decode('{value.hex()}', 'hex')"

    def variable(self, name: str) -> str:
        """A setting of the session: where a statement fails, the server logs its text, and not what is set."""
        return f"current_setting('efsync.{name}')"

    def letters(self, held: Any) -> Any:
        """Text, compared byte by byte."""
        return func.rtrim(cast(held, Text)).collate("C")

    def digest(self, key: Any, letters: Any) -> Any:
        """SHA-256."""
        return func.encode(func.sha256(func.convert_to(key.op("||")(letters), "UTF8")), "hex")

    def digest_of(self, key: str, text: str) -> str:
        """SHA-256 over UTF-8."""
        return hashlib.sha256((key + text).encode("utf-8", "surrogatepass")).hexdigest()

    def opening(self) -> Iterable[str]:
        """Errors name no statement: one might hold a password."""
        return _OPENING.strip().splitlines()

    def variable_is_set(self, variable: str) -> Sequence[str]:
        """A variable that is not set would not even be SQL; psql quotes what is in it."""
        stop = self.expect("false", f"the variable {variable} is not set")
        kept = f"SELECT set_config('efsync.{variable}', :'{variable}', false) AS efsync_held \\gset"
        defined = [f"\\if :{{?{variable}}}", "\\else", stop, "\\endif"]
        return [*defined, kept, *super().variable_is_set(variable)]

    def begin(self) -> Iterable[str]:
        """The advisory lock is held until the transaction ends."""
        yield "BEGIN ISOLATION LEVEL READ COMMITTED;"
        yield "SET LOCAL lock_timeout = '30s';"
        yield self.expect(f"({lock_statement('postgresql')})", "another apply is writing to this ERP")

    def expect(self, condition: str, message: str) -> str:
        """`\\gset` keeps the result off the screen."""
        return f"SELECT pg_temp.efsync_expect({condition}, {self.text(message)}) AS efsync_held \\gset"

    def closing(self, message: str) -> Iterable[str]:
        """Said by the server, which is reached only after the commit."""
        yield "COMMIT;"
        yield f"\\echo {quoted(message)}"

    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """Two files in one session."""
        options = [("-h", place.host), ("-p", place.port), ("-d", place.database), ("-f", passwords), ("-f", script)]
        words = [f"{option} {shlex.quote(str(value))}" for option, value in options if value is not None]
        return [" ".join(["psql -X", *words])]

    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """Quotes and backslashes in the value are doubled."""
        return [f"\\set {name} '…'" for name in names]


def _escaped(letter: str) -> str:
    if letter == "'":
        return "''"
    if letter == "\\":
        return "\\\\"
    if letter.isprintable():
        return letter
    return _ESCAPES.get(letter) or (f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}")
