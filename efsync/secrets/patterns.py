"""Allow-lists: names that can mean one thing only, and patterns whose `*` stays between two slashes."""

import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase

MAX_LENGTH = 500
_MEANS_MORE = frozenset("\\%?*[]")
"""What a URL, a shell or another system reads as something else than itself."""


def is_plain(name: str) -> bool:
    """Whether a name means what it shows: no way up, no empty step, nothing that is not seen or stands for another."""
    return (
        len(name) <= MAX_LENGTH
        and name.isprintable()
        and not _MEANS_MORE.intersection(name)
        and unicodedata.normalize("NFKC", name) == name
        and all(step == step.strip() and step not in ("", ".", "..") for step in name.split("/"))
    )


def is_listed(name: str, patterns: Iterable[str]) -> bool:
    """Whether a plain name matches one of the patterns, step by step; upper and lower case are different."""
    return is_plain(name) and any(_matches(name, pattern) for pattern in patterns)


def is_field_listed(name: str, field: str, patterns: Iterable[str], standard: str = "") -> bool:
    """The same of a field of a name, which a pattern names after `#`: without, it allows the `standard` one only."""
    return (not field or (is_plain(field) and "/" not in field)) and any(
        bool(field) == bool(of_field) and fnmatchcase(field, of_field) and is_listed(name, [of_name])
        for of_name, of_field in (with_field(pattern, standard) for pattern in patterns)
    )


def with_field(written: str, standard: str = "") -> tuple[str, str]:
    """A name and its field, as `NAME#FIELD` has them."""
    name, _, field = written.partition("#")
    return name, field or standard


def _matches(name: str, pattern: str) -> bool:
    steps, wanted = name.split("/"), pattern.split("/")
    return len(steps) == len(wanted) and all(map(fnmatchcase, steps, wanted))
