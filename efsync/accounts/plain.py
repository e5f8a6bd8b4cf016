"""Reads a department file that has nothing unusual about it, quickly.

yaml-rs reads it, and jsonschema-rs judges the data; each may only say that all is fine. Whatever they could take for
something else than `document.parse` does (a number as text, a merge, a hidden line end) is unusual here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml_rs

from efsync.accounts.folder import MAX_VALUES
from efsync.schema.fine import is_fine

_PREAMBLE = re.compile(r"(?: *(?:#[^\n]*)?\n)*(?:---\n)?")
_MARKERS = ("---", "...", "%")
# slow to compile, and seldom needed
_HIDDEN = r"[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_UNUSUAL = ("\\", "<<", ":}", ":,", ":]", ": :", ", :", "{:", " \n")
_EMPTY_END = re.compile(r": +[|>][-+0-9]*(?: +#.*)?\n+\Z")
_SIGNS = "&*!?["
_FLOW = re.compile(r"""\{(?! *(?:[^{}\[\]"'#|>\n]|"[^"\n]*"|'[^'\n]*')*\} *(?:\n|#))""")
_BEFORE_NODES = ":,[{"
_USUAL_NUMBER = r""": *(?:(?:0|[1-9][0-9]*)(?= *[\n,}]| +\#|\Z)|null\b|~)"""
_NUMBERS = tuple(re.compile(rf"""{key}(?<!\w{key})["']?(?:({_USUAL_NUMBER})|\s*:)""") for key in ("version", "port"))
"""What looks like a key with a number; the group is empty where the number is not written as usual."""


def plain_data(text: str) -> dict[str, Any] | None:
    """The data of a department file that is valid and plain; `None` where `document.parse` has to look.

    `parse` gives the same data, and finds no problem.
    """
    body = text.replace("\r\n", "\n")
    if not body.replace("\n", "").isprintable() and re.search(_HIDDEN, body):
        return None
    start = _PREAMBLE.match(body)
    body = body[start.end() :] if start else body
    if _is_unusual(body):
        return None
    try:
        data = yaml_rs.loads(body, parse_datetime=False)
        if isinstance(data, dict) and is_fine("department", data) and _numbers_are_plain(body, data):
            return data
    except ValueError:  # no YAML, or a key twice
        pass
    return None


def _is_unusual(text: str) -> bool:
    """Whether there is an escape, a merge, an anchor, a tag, a directive, a flow that is not plain, or far too much."""
    return (
        not text.endswith("\n")
        or _EMPTY_END.search(text, max(0, len(text) - 200)) is not None
        or any(each in text for each in _UNUSUAL)
        or text.startswith(_MARKERS)
        or any(f"\n{marker}" in text for marker in _MARKERS)
        or any(_begins_node(text, position) for position in _signs(text))
        or _most_values(text) > MAX_VALUES
    )


def _signs(text: str) -> Iterator[int]:
    """Where a sign stands that means something at the beginning of a key or a value."""
    for sign in _SIGNS:
        position = text.find(sign)
        while position >= 0:
            yield position
            position = text.find(sign, position + 1)
    for found in _FLOW.finditer(text):
        yield found.start()


def _begins_node(text: str, position: int) -> bool:
    """Whether a key or a value may begin there."""
    before = text[text.rfind("\n", 0, position) + 1 : position].rstrip(" ")
    return not before or before[-1] in _BEFORE_NODES


def _most_values(text: str) -> int:
    """As many as a valid file holds at most: each value but the first stands behind one of these signs."""
    return 1 + text.count(":") + text.count(",") + text.count("{") + len(text) // 64


def _numbers_are_plain(text: str, data: Mapping[str, Any]) -> bool:
    """Whether all numbers are written as usual: `0x24B` and `5_87` are texts to `parse`, and so are `0012` and `1e3`.

    A valid file has them in its version, in ports and among variables only.
    """
    mappings = [data.get("defaults", {}), *data["users"].values()]
    versions, ports = (pattern.findall(text) for pattern in _NUMBERS)
    return (
        all(versions)
        and all(ports)
        and len(versions) == 1
        and len(ports) == sum("port" in mapping for mapping in mappings)
        and not any(isinstance(value, float) or type(value) is int for value in _variables(data, mappings))
    )


def _variables(data: Mapping[str, Any], mappings: list[Any]) -> Iterator[Any]:
    for mapping in (data, *mappings):
        if "vars" in mapping:
            yield from mapping["vars"].values()
