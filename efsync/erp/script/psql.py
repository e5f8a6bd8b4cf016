"""`psql`, for PostgreSQL."""

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Text, cast, func
from sqlalchemy.dialects import postgresql

from efsync.erp.locks import lock_statement
from efsync.erp.script.client import Client, Place
from efsync.erp.script.literals import lines

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
"""

_END = """
EXCEPTION WHEN OTHERS THEN
  -- Without the details of the error: a whole row can stand there, and in the server's log.
  RAISE EXCEPTION USING MESSAGE = SQLERRM, ERRCODE = SQLSTATE;
END
"""

_OUTCOME = "coalesce(nullif(current_setting('efsync.outcome', true), ''), 'nothing was changed')"


class Psql(Client):
    """Everything is one `DO`, and so one statement: done or undone as a whole, also where psql goes on after errors.

    Needs psql 11 or newer for `:{?NAME}`, and PostgreSQL 11 or newer for `sha256`.
    """

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
        return f"current_setting('efsync.{name}', true)"

    def letters(self, held: Any) -> Any:
        """Text, compared byte by byte."""
        return func.rtrim(cast(held, Text)).collate("C")

    def digest(self, key: Any, letters: Any) -> Any:
        """SHA-256."""
        return func.encode(func.sha256(func.convert_to(key.op("||")(letters), "UTF8")), "hex")

    def digest_of(self, key: str, text: str) -> str:
        """SHA-256 over UTF-8."""
        return hashlib.sha256((key + text).encode("utf-8", "surrogatepass")).hexdigest()

    def opening(self, variables: Sequence[str]) -> Iterable[str]:
        """Takes over the variables by statements that can't fail: the log has the text of those that do."""
        yield from _OPENING.strip().splitlines()
        if variables:
            # inside of a transaction that has failed, every statement does
            yield "\\unset efsync_ready"
            yield "SELECT true AS efsync_ready \\gset"
            yield "\\if :{?efsync_ready}"
            for name in variables:
                yield from (f"\\if :{{?{name}}}", "\\else", f"\\set {name} ''", "\\endif")
                yield f"SELECT set_config('efsync.{name}', :'{name}', false) AS efsync_held \\gset"
            yield "\\endif"

    def lock(self) -> Iterable[str]:
        """The advisory lock is held until the transaction ends."""
        yield self.expect(f"({lock_statement('postgresql')})", "another apply is writing to this ERP")

    def expect(self, condition: str, message: str) -> str:
        """An error of PL/pgSQL."""
        return f"IF ({condition}) IS NOT TRUE THEN RAISE EXCEPTION USING MESSAGE = {self.text(message)}; END IF;"

    def transaction(self, body: Sequence[str], done: str, variables: Sequence[str]) -> Iterable[str]:
        """The outcome is a setting that lives and dies with the transaction."""
        tag = _tag(body)
        yield "BEGIN ISOLATION LEVEL READ COMMITTED;"
        yield f"SET LOCAL lock_timeout = '{self.wait}s';"
        yield f"DO {tag}"
        yield "#variable_conflict use_column"
        yield "BEGIN"
        yield from body
        yield f"PERFORM set_config('efsync.outcome', {self.text(done)}, false);"
        yield from _END.strip().splitlines()
        yield f"{tag};"
        yield "COMMIT;"
        yield "\\set efsync_outcome 'what was changed is not known: make a new plan'"
        yield f"SELECT {_OUTCOME} AS efsync_outcome \\gset"
        for name in ("outcome", *variables):
            yield f"SELECT set_config('efsync.{name}', '', false) AS efsync_held \\gset"
        yield "\\echo :efsync_outcome"

    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """Two files in one session."""
        options = [("-h", place.host), ("-p", place.port), ("-d", place.database), ("-f", passwords), ("-f", script)]
        words = [f"{option} {shlex.quote(str(value))}" for option, value in options if value is not None]
        return [" ".join(["psql -X", *words])]

    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """Quotes and backslashes in the value are doubled."""
        return [f"\\set {name} '…'" for name in names]


def _tag(body: Sequence[str]) -> str:
    """A mark for both ends of a text, which stands nowhere in it."""
    whole = "\n".join(body)
    return next(tag for tag in map("$efsync{}$".format, count(1)) if tag not in whole)


def _escaped(letter: str) -> str:
    if letter == "'":
        return "''"
    if letter == "\\":
        return "\\\\"
    if letter.isprintable():
        return letter
    return _ESCAPES.get(letter) or (f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}")
