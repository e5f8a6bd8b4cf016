"""How far a command has come, shown once it lasts."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from efsync.views.progress import Passed

DELAY = 1.0
"""Seconds that a command may take before there is a bar."""


class Passing:
    """Keeps what a workflow says of its progress: often, so that it may take no time."""

    def __init__(self) -> None:
        self.passed: Passed = (0, 0)

    def __call__(self, done: int, total: int) -> None:
        """What a workflow calls for each one."""
        self.passed = (done, total)


@contextmanager
def shown_once_it_lasts(console: "Callable[[], Console]", of: str) -> Iterator[Passing]:
    """Shows a bar on a `console` after a while, of how many `of` something passed, and takes it away at the end.

    A thread of its own looks at the clock.

    So there is one where nothing passes either, because a database is waited for.
    """
    passing, since, bar = Passing(), monotonic(), ExitStack()

    def show() -> None:
        """Show the bar."""
        from efsync.views.progress import progress_bar  # slow to import, and most commands end before

        bar.enter_context(progress_bar(console(), lambda: passing.passed, of, since))

    clock = threading.Timer(DELAY, show)
    clock.daemon = True
    clock.start()
    try:
        yield passing
    finally:
        clock.cancel()
        clock.join()
        bar.close()


def is_wanted(*, text: bool) -> bool:
    """Whether somebody looks: at a terminal that moves, and not at a document that goes elsewhere."""
    if not text and not sys.stdout.isatty():
        return False
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("CI") or os.environ.get("TERM") in ("dumb", "unknown")
    return sys.stderr is not None and sys.stderr.isatty() and not unwanted
