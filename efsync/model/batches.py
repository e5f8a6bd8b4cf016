"""Divides what is many into batches."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

BATCH = 500
"""How many accounts are held, asked for or written at a time; SQL Server takes 2,100 parameters in a statement."""

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in their order, `size` at a time; the last batch may have fewer."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
