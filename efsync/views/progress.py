"""A bar on a terminal that shows how far a command has come."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from efsync.model.language import _

Passed = tuple[int, int]
"""How many were looked at, and of how many; of none where that is not known yet."""

WIDTH = 30


def progress_bar(console: Console, passed: Callable[[], Passed], of: str, since: float) -> Live:
    """A bar that asks now and then what has `passed` `of` the things it counts, with the time `since` a moment.

    It is gone at its end.
    """
    return Live(
        get_renderable=lambda: _bar(*passed(), of, monotonic() - since),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _bar(done: int, total: int, of: str, seconds: float) -> Table:
    shown = Table.grid(padding=(0, 1))
    bar = ProgressBar(total=total or None, completed=done, width=WIDTH, pulse=not total)
    count = Text(_("{done:,} of {total:,} {things}", done=done, total=total, things=of) if total else _("working"))
    shown.add_row(bar, count, Text(str(timedelta(seconds=int(seconds))), style="dim"))
    return shown
