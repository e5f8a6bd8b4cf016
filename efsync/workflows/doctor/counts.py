"""How many of what, and a few of many."""

from collections.abc import Sequence

from efsync.model.language import Message, message, plural

_NAMED = 3
"""How many of many a message names."""


def accounts(number: int) -> Message:
    """A number of accounts."""
    return plural("{count:,} account", "{count:,} accounts", number)


def department_files(number: int) -> Message:
    """A number of department files."""
    return plural("{count:,} department file", "{count:,} department files", number)


def errors(number: int) -> Message:
    """A number of errors."""
    return plural("{count:,} error", "{count:,} errors", number)


def users(number: int) -> Message:
    """A number of users."""
    return plural("{count:,} user", "{count:,} users", number)


def some(names: Sequence[str]) -> str:
    """The first few of `names`, and how many more there are."""
    first = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return message("{names} and {more:,} more", names=first, more=more) if more > 0 else first
