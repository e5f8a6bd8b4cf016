"""Counts as text: tables whose numbers stand below each other."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from efsync.model.language import _
from efsync.model.stats import Stats
from efsync.views.stats_tables import Breakdown, absent, breakdowns, title

_WIDEST = 40
"""So many cells of a name are shown."""


def stats_text(stats: Stats) -> Iterator[Text]:
    """All tables, and how many accounts no user of the ERP has."""
    yield Text(title(stats), style="bold")
    if not stats.counts.departments:
        yield Text(_("There are no users."))
    tables = list(breakdowns(stats.counts))
    width = max((cell_len(_clipped(label)) for each in tables for label in _labels(each)), default=0)
    for each in tables:
        yield Text()
        yield from _table(each, width)
    for number, line in enumerate(absent(stats)):
        if number == 0:
            yield Text()
        yield Text(line, style="yellow")


def _table(table: Breakdown, width: int) -> Iterator[Text]:
    columns = table.columns
    yield Text("  ".join((_padded(table.title, width), *columns)), style="bold")
    for row in table.rows:
        yield Text.assemble(_padded(row.label, width), *_cells(columns, row.numbers))
    yield Text.assemble((_padded(_("total"), width), "dim"), *_cells(columns, table.total))


def _cells(columns: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    for column, number in zip(columns, numbers, strict=True):
        yield f"  {number:>{cell_len(column)},}", "" if number else "dim"


def _labels(table: Breakdown) -> Iterator[str]:
    yield from (table.title, _("total"), *(row.label for row in table.rows))


def _padded(text: str, width: int) -> str:
    shown = _clipped(text)
    return shown + " " * (width - cell_len(shown))


def _clipped(text: str) -> str:
    """`text` in at most so many cells of a terminal; of a longer one its beginning."""
    if cell_len(text) <= _WIDEST:
        return text
    kept = ""
    for character in text:
        if cell_len(kept + character) >= _WIDEST:
            break
        kept += character
    return f"{kept}…"
