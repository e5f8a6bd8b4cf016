"""Cuts texts into pieces that a line of a script can hold."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

LONGEST = 1000
"""Characters in one line of a script, more or less: people read it, and some clients have trouble with long ones."""

WIDEST = 50
"""Terms of one expression: servers limit how deep, or how wide, an expression may be (SQLite: 1,000 deep)."""

Pieces = Sequence[tuple[bool, str]]
Join = Callable[[Sequence[str]], str]


def lines(text: str, plain: Callable[[str], bool] = str.isprintable) -> Iterator[Pieces]:
    """The lines of a text, long ones in parts, each as runs of characters that are `plain` (`True`) or not.

    What can't be seen, or changes the direction of what is seen, is not plain: a script means what it shows.
    """
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), LONGEST):
            yield list(_pieces(line[start : start + LONGEST], plain))


def _pieces(line: str, plain: Callable[[str], bool]) -> Iterator[tuple[bool, str]]:
    for is_plain, run in groupby(line, plain):
        letters = "".join(run)
        longest = LONGEST if is_plain else WIDEST
        for start in range(0, len(letters), longest):
            yield is_plain, letters[start : start + longest]


def joined(written: Sequence[Sequence[str]], join: Callable[[Sequence[str], str], str]) -> str:
    """One expression of all terms in all lines; `join` makes one of a few terms, with a separator's space between."""
    return _grouped(
        [_grouped(terms, lambda group: join(group, " ")) for terms in written], lambda group: join(group, "\n")
    )


def _grouped(terms: Sequence[str], join: Join) -> str:
    while len(terms) > WIDEST:
        terms = [join(terms[start : start + WIDEST]) for start in range(0, len(terms), WIDEST)]
    return terms[0] if len(terms) == 1 else join(terms)


def quoted(text: str) -> str:
    """A literal of standard SQL, for a text without backslashes."""
    return "'" + text.replace("'", "''") + "'"


def comment(text: str) -> str:
    """`text` as lines of comment that nothing in it can end, and in which no client finds a variable."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"-- {shown}".rstrip().replace("$(", "$ (")
