"""Compiles statements to plain SQL without parameters."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Executable

Compilable = ClauseElement | Executable
_LINE_END = re.compile(r"\s*\n\s*")
MARK = re.compile("\0([0-9]+)\0")


def compile_marked(statement: Compilable, dialect: Dialect) -> tuple[str, list[Any]]:
    """The SQL with a mark in place of each value, and the values.

    Values are put in last: nothing of the compiler, such as its treatment of `%` and `:`, sees them.
    """
    values: list[Any] = []

    class Marking(dialect.statement_compiler):  # type: ignore[misc,name-defined]
        """Leaves a mark for each value."""

        def render_literal_value(self, value: Any, type_: Any) -> str:
            """Note the value; its mark."""
            values.append(value)
            return f"\0{len(values) - 1}\0"

    compiled = Marking(dialect, statement, compile_kwargs={"literal_binds": True})
    assert not compiled.params, "a value is left out of the SQL"
    return _LINE_END.sub(" ", str(compiled)), values


def fill_in(marked: str, values: list[Any], literal: Callable[[Any], str]) -> str:
    """`marked` SQL with each value as `literal` writes it."""
    return MARK.sub(lambda found: literal(values[int(found[1])]), marked)
