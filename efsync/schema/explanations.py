"""What docs/problems.md says about each problem code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from efsync.schema.shipped import shipped

_ROW = re.compile(r"^\| `(?P<code>[^`]+)` \| (?P<meaning>.+?) \| (?P<remedy>.+?) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means, and what to do: Markdown, a sentence or a few."""

    meaning: str
    remedy: str


@cache
def explanations() -> Mapping[str, Explanation]:
    """Every code that is explained."""
    text = (shipped("docs") / "problems.md").read_text(encoding="utf-8")
    return {found["code"]: Explanation(found["meaning"], found["remedy"]) for found in _ROW.finditer(text)}
