"""Targets by pattern: one table of efsync.toml stands for a target for each name in a file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efsync.model.problems import Location, Problem
from efsync.settings.places import Places

STAR = "*"
NAME = "{name}"
_NAMED = ("url", "database", "schema", "tenant")
"""The keys in which `{name}` stands for what the star stands for."""

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""A name, as every target's is: none of its characters has a meaning in a url or a path."""


@dataclass(slots=True)
class Expansion:
    """A table for every target, what is wrong with patterns and their files, and what was read of those."""

    tables: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def expanded(written: Mapping[str, Mapping[str, Any]], folder: Path, places: Places) -> Expansion:
    """The targets that the tables `written` stand for; the files with their names are found from `folder`."""
    found = Expansion()
    tables_of = {name: name for name in written if STAR not in name}
    for pattern, table in written.items():
        if problem := _pattern_problem(pattern, table, places):
            found.problems.append(problem)
        elif STAR not in pattern:
            found.tables[pattern] = table
        else:
            _expand(found, tables_of, pattern, table, folder, places)
    return found


def _expand(
    found: Expansion,
    tables_of: dict[str, str],
    pattern: str,
    table: Mapping[str, Any],
    folder: Path,
    places: Places,
) -> None:
    """Add a target for each name; `tables_of` says of which table each target is."""
    file = table["names"]
    try:
        text = (folder / file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = f"can't be read: {error.strerror}" if isinstance(error, OSError) else "is not UTF-8 text"
        place = places.locate(("targets", pattern, "names"))
        found.problems.append(Problem("config", f"names: {file} {said}{_in(pattern)}", place))
        return
    found.files.append(text)
    names = dict(_names(text))
    if not names:
        found.problems.append(Problem("config", f"holds no name for [targets.{pattern}]", Location(file)))
    for number, name in names.items():
        target = pattern.replace(STAR, name)
        place = Location(file, number, 1)
        if not _PART.fullmatch(name):
            message = f"'{name}' can't be part of a target's name"
            hint = "a name has letters, digits, _, . and -, and begins with a letter or digit"
            found.problems.append(Problem("config", message, place, hint))
        elif target in tables_of:
            message = f"there is a target {target} already, of [targets.{tables_of[target]}]"
            found.problems.append(Problem("config", message, place, "remove one of the two"))
        else:
            tables_of[target] = pattern
            found.tables[target] = {
                key: value.replace(NAME, name) if key in _NAMED else value for key, value in table.items()
            }


def _pattern_problem(name: str, table: Mapping[str, Any], places: Places) -> Problem | None:
    place = places.locate(("targets", name), key=True)
    if name.count(STAR) > 1:
        return Problem("config", f"a target's name has one * at most{_in(name)}", place)
    if STAR not in name:
        if "names" not in table:
            return None
        message = f"names: there is no * in the target's name for them to stand in{_in(name)}"
        return Problem("config", message, places.locate(("targets", name, "names")), f'write [targets."{name}-*"]')
    if "names" not in table:
        hint = 'write names = "FILE": a file with a name for the * in each line'
        return Problem("config", f"names is missing{_in(name)}", place, hint)
    if not any(NAME in table.get(key, "") for key in _NAMED):
        hint = f"write {NAME} in url, database, schema or tenant, where the name is to stand"
        message = f"every name would lead to the same accounts{_in(name)}"
        return Problem("config", message, places.locate(("targets", name, "url")), hint)
    return None


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Each line's number and name."""
    for number, line in enumerate(text.splitlines(), start=1):
        if name := line.partition("#")[0].strip():
            yield number, name


def _in(name: str) -> str:
    return f", in [targets.{name}]"
