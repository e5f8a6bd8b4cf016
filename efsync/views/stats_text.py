"""Counts as text: tables whose numbers stand below each other, no wider than a terminal."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, chop_cells
from rich.text import Text

from efsync.model.language import _
from efsync.model.stats import Stats
from efsync.views.stats_tables import Breakdown, absent, breakdowns, coverage, in_no_file, title

_WIDEST = 40
_NARROWEST = 12
"""A name may take up so many cells of a line, and at least so many."""

_LINES = 3
"""What is wider than its column goes on below, in so many lines at most."""

_GAP = "  "
_PIECES = re.compile(r"(?<=[ .@_-])|(?=:)")
"""Where a name may go on in the next line."""


def stats_text(stats: Stats, width: int = 80) -> Iterator[Text]:
    """All tables, in lines of `width` cells, and who is in no file, or no user of the ERP."""
    yield Text(title(stats), style="bold")
    yield from map(Text, coverage(stats.counts))
    for each in breakdowns(stats.counts):
        yield Text()
        yield from _table(each, width)
    lines = [*in_no_file(stats.counts), *absent(stats)]
    if lines:
        yield Text()
    yield from map(Text, lines)


def _table(table: Breakdown, width: int) -> Iterator[Text]:
    total = (_("total"), table.cells(table.total))
    rows = [*((row.label, table.cells(row.numbers)) for row in table.rows), total]
    wanted = min(_WIDEST, max(cell_len(label) for label in (table.title, *(label for label, _cells in rows))))
    numbers = [max(map(len, column)) for column in zip(*(cells for _label, cells in rows), strict=True)]
    heads = _heads(table.columns, numbers, width - wanted)
    widths = [cell_len(head[0]) for head in heads]
    names = min(wanted, max(_NARROWEST, width - _taken(widths)))
    for line in _lines(table.title, list(zip(*heads, strict=True)), names):
        line.stylize("bold")
        yield line
    for label, cells in rows:
        padded = [f"{cell:>{size}}" for cell, size in zip(cells, widths, strict=True)]
        yield from _lines(label, [padded], names)


def _lines(label: str, cells: Sequence[Sequence[str]], width: int) -> Iterator[Text]:
    """A row in as many lines as its label, or its cells, take."""
    for name, numbers in zip_longest(_folded(label, width), cells):
        shown = name or ""
        line = Text(shown)
        if numbers:
            line.append(" " * (width - cell_len(shown)))
        for each in numbers or ():
            line.append(_GAP + each, "dim" if each.strip() == "0" else "")
        line.rstrip()
        yield line


def _heads(columns: Sequence[str], numbers: Sequence[int], room: int) -> list[list[str]]:
    """The heads of columns, all in equally many lines: in as few as let them stand in so much `room`."""
    heads: list[list[str]] = []
    for lines in range(1, _LINES + 1):
        heads = [_head(words, number, lines) for words, number in zip(columns, numbers, strict=True)]
        if _taken([cell_len(head[0]) for head in heads]) <= room:
            break
    return heads


def _head(words: str, least: int, lines: int) -> list[str]:
    """`words` in so many lines, as narrow as that lets them be, but no narrower than `least`."""
    width = max(least, *map(cell_len, words.split()))
    while len(_folded(words, width, lines + 1)) > lines:
        width += 1
    shown = _folded(words, width)
    return [" " * (width - cell_len(each)) + each for each in (*[""] * (lines - len(shown)), *shown)]


def _taken(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * len(widths)


def _folded(text: str, width: int, lines: int = _LINES) -> list[str]:
    """`text` in lines of so many cells, at most so many; of a longer one the beginning."""
    folded = [""]
    for piece in _PIECES.split(text):
        if cell_len(folded[-1] + piece.rstrip()) <= width:
            folded[-1] += piece
        else:
            folded += chop_cells(piece, width)
    shown = [each.rstrip() for each in folded if each.strip()] or [""]
    if len(shown) > lines:
        shown = [*shown[: lines - 1], f"{chop_cells(shown[lines - 1], width - 1)[0]}…"]
    return shown
