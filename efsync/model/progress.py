"""How far a command has come: workflows say it, and whoever calls them may show it."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Is told, again and again, how many accounts or targets were looked at, and of how many."""


def unseen(done: int, total: int) -> None:
    """Shows it to nobody."""
