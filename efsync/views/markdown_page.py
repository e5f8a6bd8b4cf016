"""A comment that has an end: what does not fit is left out, and how much that was can be said."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from efsync.views.markdown import length

LIMIT = 65_000
"""The most characters of a whole page; GitHub takes 65,536 in a comment, GitLab more."""

_BETWEEN = "\n\n"
_MISSES = 100
"""After so many lines that did not fit no more are tried."""


class Page:
    """Blocks of Markdown, as many as there is room for."""

    def __init__(self, room: int = LIMIT) -> None:
        self.room = room
        """How many characters still fit."""
        self._blocks: list[str] = []

    def add(self, block: str) -> None:
        """Add `block`, where there is room for it."""
        needed = length(block) + len(_BETWEEN)
        if needed <= self.room:
            self.room -= needed
            self._blocks.append(block)

    @contextmanager
    def keeping(self, blocks: Sequence[str]) -> Iterator[None]:
        """Leaves room for `blocks`, which are added at the end."""
        kept = [block for block in blocks if block]
        room = sum(length(block) + len(_BETWEEN) for block in kept)
        self.room -= room
        yield
        self.room += room
        for block in kept:
            self.add(block)

    def __str__(self) -> str:
        return _BETWEEN.join(self._blocks) + "\n"


def fitting(lines: Iterable[str], room: int) -> tuple[str, ...]:
    """Those of `lines`, in their order, that fit into `room`, each with its line end; a long one is passed over."""
    found = []
    misses = 0
    for line in lines:
        needed = length(line) + 1
        if needed <= room:
            room -= needed
            found.append(line)
        else:
            misses += 1
        if misses == _MISSES:
            break
    return tuple(found)
