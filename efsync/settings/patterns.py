"""Targets by pattern: one table of efsync.toml stands for a target for each name in a file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.problems import Location, Problem
from efsync.settings.places import Places, in_table

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
        place = places.locate(("targets", pattern, "names"))
        found.problems.append(Problem("config", in_table(_unread(file, error), ("targets", pattern)), place))
        return
    found.files.append(text)
    names = dict(_names(text))
    if not names:
        said = message("holds no name for [targets.{pattern}]", pattern=pattern)
        found.problems.append(Problem("config", said, Location(file)))
    for number, name in names.items():
        target = pattern.replace(STAR, name)
        place = Location(file, number, 1)
        if not _PART.fullmatch(name):
            said = message("'{name}' can't be part of a target's name", name=name)
            hint = message("a name has letters a to z, digits, _, . and -, and begins with a letter or digit")
            found.problems.append(Problem("config", said, place, hint))
        elif target in tables_of:
            said = message(
                "there is a target {target} already, of [targets.{table}]", target=target, table=tables_of[target]
            )
            found.problems.append(Problem("config", said, place, message("remove one of the two")))
        else:
            tables_of[target] = pattern
            found.tables[target] = {
                key: value.replace(NAME, name) if key in _NAMED else value for key, value in table.items()
            }


def _pattern_problem(name: str, table: Mapping[str, Any], places: Places) -> Problem | None:
    path = ("targets", name)
    place = places.locate(path, key=True)
    if name.count(STAR) > 1:
        return Problem("config", in_table(message("a target's name has one * at most"), path), place)
    if STAR not in name:
        if "names" not in table:
            return None
        said = message("names: there is no * in the target's name for them to stand in")
        hint = message('write [targets."{name}-*"]', name=name)
        return Problem("config", in_table(said, path), places.locate((*path, "names")), hint)
    if "names" not in table:
        hint = message('write names = "FILE": a file with a name for the * in each line')
        return Problem("config", in_table(message("{key} is missing", key="names"), path), place, hint)
    if not any(NAME in table.get(key, "") for key in _NAMED):
        said = message("every name would lead to the same accounts")
        hint = message("write {name} in url, database, schema or tenant, where the name is to stand", name=NAME)
        return Problem("config", in_table(said, path), places.locate((*path, "url")), hint)
    return None


def _unread(file: str, error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return message("names: {file} can't be read: {reason}", file=file, reason=reason(error))
    return message("names: {file} is not UTF-8 text", file=file)


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Each line's number and name."""
    for number, line in enumerate(text.splitlines(), start=1):
        if name := line.partition("#")[0].strip():
            yield number, name
