"""`sqlcmd`, for SQL Server."""

import hashlib
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from sqlalchemy import cast, func, literal, literal_column
from sqlalchemy.dialects import mssql
from sqlalchemy.dialects.mssql import NVARCHAR, VARBINARY
from sqlalchemy.types import NullType

from efsync.erp.locks import NAME
from efsync.erp.script.client import Client, Place
from efsync.erp.script.compile import MARK, Compilable, compile_marked, fill_in
from efsync.erp.script.literals import joined, lines, quoted
from efsync.erp.script.variables import Variable

_OPENING = """
:on error exit
SET NOCOUNT ON;
SET XACT_ABORT ON;
SET ANSI_NULLS ON;
SET ANSI_PADDING ON;
SET ANSI_WARNINGS ON;
SET QUOTED_IDENTIFIER ON;
SET ARITHABORT ON;
SET CONCAT_NULL_YIELDS_NULL ON;
SET IMPLICIT_TRANSACTIONS OFF;
SET LOCK_TIMEOUT {milliseconds};
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @message nvarchar(2048), @lock int;
"""

_EMPTY = "CAST(N'' AS nvarchar(max))"
"""Begins every concatenation: one of short texts only is cut at 4,000 characters."""


class Sqlcmd(Client):
    """The whole script is one batch: where it can't be read to its end, nothing of it is run.

    sqlcmd replaces `$(NAME)` everywhere, inside of quotes and comments too. Needs SQL Server 2012 or newer (`THROW`),
    and 2016 for passwords of more than 8,000 bytes (`HASHBYTES`).
    """

    name = "sqlcmd"
    passwords_file = "passwords.env"
    escaping = r"In a value, write ' as '\'''\'': two for SQL Server, each as the shell wants it."

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.dialect = mssql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
        self._numbers = count(1)

    def text(self, value: str) -> str:
        """Literals without `$(`, and `NCHAR()` for what can't stand in one."""
        written = [[term for plain, run in line for term in _terms(plain, run)] for line in lines(value)]
        if sum(map(len, written)) < 2:
            return written[0][0] if written else "N''"
        return joined(written, lambda terms, space: f"({f' +{space}'.join([_EMPTY, *terms])})")

    def binary(self, value: bytes) -> str:
        """Bytes."""
        return f"0x{value.hex()}"

    def statement(self, statement: Compilable) -> str:
        """A procedure takes constants and variables only, and no expressions."""
        marked, values = compile_marked(statement, self.dialect)
        if not marked.startswith("EXEC "):
            return fill_in(marked, values, self.literal) + ";"
        names = [f"@value{next(self._numbers)}" for _ in values]
        declared = [
            f"DECLARE {name} nvarchar(max) = {self.literal(value)};"
            for name, value in zip(names, values, strict=True)
        ]  # fmt: skip
        return "\n".join([*declared, MARK.sub(lambda found: names[int(found[1])], marked) + ";"])

    def variable(self, name: str) -> str:
        """Replaced by sqlcmd: what is in it has to fit between quotes."""
        return f"N'$({name})'"

    def letters(self, held: Any) -> Any:
        """Text, compared code by code."""
        return func.rtrim(cast(held, NVARCHAR())).collate("Latin1_General_100_BIN2")

    def digest(self, key: Any, letters: Any) -> Any:
        """SHA2-256."""
        both = cast(cast(key, NVARCHAR()).op("+")(letters), VARBINARY("max"))  # type: ignore[no-untyped-call]
        return func.convert(literal_column("varchar(64)"), func.hashbytes(literal_column("'SHA2_256'"), both), 2)

    def digest_of(self, key: str, text: str) -> str:
        """SHA2-256 over UTF-16, as nvarchar is stored."""
        return hashlib.sha256((key + text).encode("utf-16-le", "surrogatepass")).hexdigest().upper()

    def opening(self, variables: Sequence[str]) -> Iterable[str]:
        """Where `:on error exit` is no command, it is an error, and nothing is run."""
        return _OPENING.format(milliseconds=self.wait * 1000).strip().splitlines()

    def variable_is_set(self, variable: str) -> Sequence[str]:
        """sqlcmd stops at a variable that is not set, and `-x` replaces none."""
        replaced = literal(Variable(variable), NullType()) != literal(f"$({variable})", NullType())
        stop = self.expect(self.sql(replaced), f"the variable {variable} is not set")
        return [stop, *super().variable_is_set(variable)]

    def lock(self) -> Iterable[str]:
        """The lock is held until the transaction ends."""
        yield f"EXEC @lock = sp_getapplock @Resource = N'{NAME}', @LockMode = 'Exclusive',"
        yield "  @LockOwner = 'Transaction', @LockTimeout = 0;"
        yield self.expect("@lock >= 0", "another apply is writing to this ERP")

    def expect(self, condition: str, message: str) -> str:
        """`THROW` ends the batch and, with `XACT_ABORT`, the transaction; a `%` in its message is doubled."""
        return (
            f"IF NOT EXISTS (SELECT 1 WHERE {condition})\n"
            f"BEGIN\n  SET @message = {self.text(message.replace('%', '%%'))};\n  THROW 51000, @message, 1;\nEND;"
        )

    def transaction(self, body: Sequence[str], done: str, variables: Sequence[str]) -> Iterable[str]:
        """The rest of the batch, of which nothing is run after an error."""
        yield "BEGIN TRANSACTION;"
        yield from body
        yield "COMMIT TRANSACTION;"
        yield f"PRINT {self.text(done)};"
        yield "GO"

    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """Variables come from the environment, which other users do not see."""
        read = [f"set -a; . {shlex.quote(f'./{passwords}')}; set +a"] if passwords else []
        return [*read, _command(place, script, shlex.quote)]

    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """Shell assignments; a quote in the value is doubled for SQL Server."""
        return [f"{name}='…'" for name in names]

    def elsewhere(self, place: Place, script: str, names: Sequence[str]) -> Sequence[str]:
        """PowerShell and cmd, which have environments too, and `-v`, which everybody sees."""
        return [
            "In PowerShell, with ' in a value as '''' in the file passwords.ps1:",
            "",
            *(f"  $env:{name} = '…'" for name in names),
            "",
            r"  . .\passwords.ps1",
            f"  {_command(place, script, quoted)}",
            "",
            "In cmd, with ' in a value as '' and % as %% in the file passwords.cmd:",
            "",
            *(f'  @set "{name}=…"' for name in names),
            "",
            "  call passwords.cmd",
            f"  {_command(place, script, _in_double_quotes)}",
            "",
            "Close the window afterwards: the variables go with it.",
            'sqlcmd takes them by -v NAME="…" too, with \' as \'\' and " as "", but then',
            "every user of the machine can see them in its list of processes.",
        ]


def _command(place: Place, script: str, quote: Callable[[str], str]) -> str:
    """How a shell in which `quote` makes one word of a text runs the file `script`."""
    server = f"{place.host},{place.port}" if place.host and place.port else place.host
    options = [("-S", server), ("-d", place.database), ("-i", script)]
    words = [f"{option} {quote(value)}" for option, value in options if value is not None]
    return " ".join(["sqlcmd -b -I -f 65001", *words])


def _in_double_quotes(word: str) -> str:
    return f'"{word}"'


def _terms(plain: bool, run: str) -> list[str]:
    if plain:
        return [f"N{quoted(part)}" for part in re.sub(r"\$(?=\()", "$\0", run).split("\0")]
    units = run.encode("utf-16-be", "surrogatepass")
    return [f"NCHAR({int.from_bytes(units[start : start + 2], 'big')})" for start in range(0, len(units), 2)]
