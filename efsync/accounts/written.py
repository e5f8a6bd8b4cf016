"""From a place in a text to the place in the YAML file where it is written, where that can be told."""

import re

from efsync.model.problems import Location

_BLOCK = re.compile(r"(?:[&!]\S*\s+)*\|[-+0-9]*[ \t]*(?:#.*)?$")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")


def written_at(source: str, start: Location, text: str, line: int, column: int) -> Location:
    """Where the character of `text` at `line` and `column` is written in `source`, whose value starts at `start`.

    A literal block (`|`) and a value on one line without escapes are told exactly. A folded one or one with escapes is
    not: then it is where the value starts.
    """
    lines = source.replace("\r\n", "\n").split("\n")
    if start.line is None or start.column is None or start.line > len(lines):
        return start
    first = lines[start.line - 1][start.column - 1 :]
    if _BLOCK.match(first):
        indent = _indent(lines[start.line :], text.split("\n"))
        return start if indent is None else Location(start.file, start.line + line, indent + column)
    properties = _PROPERTIES.match(first)
    written = start.column - 1 + (properties.end() if properties else 0)
    written += lines[start.line - 1][written : written + 1] in ("'", '"')
    if "\n" not in text and lines[start.line - 1].startswith(text, written):
        return Location(start.file, start.line, written + column)
    return start


def _indent(block: list[str], text: list[str]) -> int | None:
    """By how much the lines of a block are indented; `None` where they are not those of the text."""
    first = next((number for number, each in enumerate(text) if each.strip()), None)
    if first is None or len(block) < len(text) - 1:
        return None
    indent = len(block[first]) - len(text[first]) if first < len(block) else 0
    same = (
        written[indent:].rstrip(" ") == each.rstrip(" ") and not written[:indent].strip()
        for written, each in zip(block, text, strict=False)
        if each.strip()
    )
    return indent if indent > 0 and all(same) else None
