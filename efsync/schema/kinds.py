"""The kinds of reference that plug-ins add to those of the shipped schema."""

import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

GROUP = "efsync.secrets"
"""The entry points of all providers of secrets, efsync's own too."""


def reference_kinds() -> Mapping[str, EntryPoint]:
    """The entry point of each kind that is installed."""
    return _found(tuple(sys.path))


@cache  # the packages of an environment are many to look through
def _found(_path: tuple[str, ...]) -> Mapping[str, EntryPoint]:
    return MappingProxyType({each.name: each for each in entry_points(group=GROUP)})
