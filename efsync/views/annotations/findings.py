"""Problems as a host wants them: with a path from the top of the repository, and a name that stays."""

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from efsync.model.problems import Problem

_PLACE = re.compile(r":\d+(?::\d+)?|\b\d+:\d+\b|\bline \d+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem whose place, where it has one, is told from the top of the repository.

    `file` is its file, or the settings where it has no place. The `fingerprint` is the same as long as the problem
    is, wherever its line moves to.
    """

    problem: Problem
    file: str
    fingerprint: str

    @property
    def line(self) -> int | None:
        """Its line, from 1."""
        return self.problem.location.line if self.problem.location else None

    @property
    def column(self) -> int | None:
        """Its column in code points, from 1."""
        return self.problem.location.column if self.problem.location else None


def findings_of(problems: Iterable[Problem], folder: str, settings: str) -> tuple[Finding, ...]:
    """Problems as findings; their files are relative to `folder`, where the `settings` stand."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for problem in problems:
        place = problem.location
        file = path_from_top(folder, place.file if place else settings)
        same = (problem.code, file, _PLACE.sub("", problem.message))
        seen[same] += 1
        moved = replace(problem, location=replace(place, file=file)) if place else problem
        found.append(Finding(moved, file, _digest((*same, str(seen[same])))))
    return tuple(found)


def path_from_top(folder: str, file: str) -> str:
    """A `file` that is named relative to `folder`, from where `folder` is seen."""
    return posixpath.normpath(posixpath.join(folder, file))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
