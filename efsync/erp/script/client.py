"""What all clients have in common: how a script speaks to its server."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Dialect, literal, or_
from sqlalchemy.types import NullType

from efsync.erp.columns import ColumnFacts
from efsync.erp.script.compile import Compilable, compile_marked, fill_in
from efsync.erp.script.variables import CHECK_KEY, Variable
from efsync.model.language import message
from efsync.model.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Place:
    """Where the target's database is, as a client's options say it."""

    database: str | None = None
    host: str | None = None
    port: int | None = None


class Client(ABC):
    """One client and its server: how values are written, what is checked and how, how a script begins and ends.

    `wait` is for how many seconds a script waits for somebody else's lock.
    """

    name: ClassVar[str]
    passwords_file: ClassVar[str] = "passwords.sql"
    escaping: ClassVar[str] = r"In a value, write ' as '' and \ as \\."
    dialect: Dialect

    def __init__(self, wait: int) -> None:
        self.wait = wait

    def sql(self, statement: Compilable) -> str:
        """A statement or an expression as SQL, every value in it written out."""
        return fill_in(*compile_marked(statement, self.dialect), self.literal)

    def statement(self, statement: Compilable) -> str:
        """A statement that is run for what it does."""
        return self.sql(statement) + ";"

    def literal(self, value: object) -> str:
        """A value as SQL. Raises `Refused` (`script-value`) for one of a kind that no mail field holds."""
        match value:
            case Variable():
                return self.variable(value.name)
            case None:
                return "NULL"
            case bool():
                return self.switch(value)
            case int():
                return str(value)
            case Decimal() if value.is_finite():
                return format(value, "f")
            case float() if math.isfinite(value):
                return repr(value)
            case str():
                return self.text(value)
            case bytes():
                return self.binary(value)
        kind = type(value).__name__
        strange = message("the ERP holds a value of type {kind} in a mail field, which no script can name", kind=kind)
        raise Refused(Problem("script-value", strange, hint=message("correct it in the ERP, or use apply")))

    def switch(self, value: bool) -> str:
        """Yes or no."""
        return str(int(value))

    def binary(self, value: bytes) -> str:
        """Bytes."""
        return f"X'{value.hex()}'"

    def is_text(self, held: Any, text: str) -> Any:
        """Whether a column or variable holds `text` to the letter, padding aside."""
        return self.letters(held) == literal(text.rstrip(" "), NullType())

    def is_empty(self, held: Any, facts: ColumnFacts) -> Any:
        """Whether a column holds nothing, or nothing but blanks."""
        empty = held.is_(None)
        return or_(empty, self.is_text(held, "")) if facts.is_text or facts.lenient else empty

    def has_digest(self, held: Any, digest: str) -> Any:
        """Whether the keyed hash of a column or variable is `digest`."""
        return self.digest(literal(Variable(CHECK_KEY), NullType()), self.letters(held)) == literal(digest, NullType())

    def variable_is_set(self, variable: str) -> Sequence[str]:
        """Stops, with the variable's name, where it is not set or is empty."""
        held = literal(Variable(variable), NullType())
        filled = self.letters(held) != literal("", NullType())
        return [self.expect(self.sql(filled), f"the variable {variable} is not set")]

    @abstractmethod
    def text(self, value: str) -> str:
        """Text."""

    @abstractmethod
    def variable(self, name: str) -> str:
        """The value of a variable, as text."""

    @abstractmethod
    def letters(self, held: Any) -> Any:
        """A column or variable as text without trailing blanks that is compared to the letter."""

    @abstractmethod
    def digest(self, key: Any, letters: Any) -> Any:
        """The hash of `key` and `letters`, as hexadecimal digits."""

    @abstractmethod
    def digest_of(self, key: str, text: str) -> str:
        """The same hash, computed here."""

    @abstractmethod
    def opening(self, variables: Sequence[str]) -> Iterable[str]:
        """Makes the client stop at the first error, says what the file's characters mean, looks for `variables`."""

    @abstractmethod
    def lock(self) -> Iterable[str]:
        """Takes the lock that apply takes, where the transaction is not that lock already."""

    @abstractmethod
    def expect(self, condition: str, message: str) -> str:
        """Stops the script with `message`, nothing written, unless `condition` is true."""

    @abstractmethod
    def transaction(self, body: Sequence[str], done: str, variables: Sequence[str]) -> Iterable[str]:
        """Does all of `body` or nothing of it, even in a client that goes on after errors; says `done` only then.

        `body` was made by this client's own `lock`, `expect` and `statement`.
        """

    @abstractmethod
    def commands(self, place: Place, script: str, passwords: str | None) -> Sequence[str]:
        """How to run the file `script`, with variables from the file `passwords` where there are any."""

    @abstractmethod
    def assignments(self, names: Iterable[str]) -> Sequence[str]:
        """What sets the variables in the file of passwords, with dots in place of the values."""

    def elsewhere(self, place: Place, script: str, names: Sequence[str]) -> Sequence[str]:
        """How the same is done where another shell is at hand, as text."""
        return ()
