"""The files that ship with efsync: schemas, the demo's settings and accounts, and what problem codes mean.

They stand at the top level of the repository and inside the package of an installed wheel. The department schema knows
the kinds of reference of installed plug-ins too.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from efsync.schema.kinds import reference_kinds

SCHEMAS = ("department", "plan", "configuration", "probe")


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as `schemas` or `efsync.toml`."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "shipped" / name
    return installed if installed.exists() else package.parent / name


def schema_text(name: str) -> str:
    """The text of one of `SCHEMAS`."""
    return _text(name, tuple(reference_kinds()) if name == "department" else ())


def schema(name: str) -> dict[str, Any]:
    """One of `SCHEMAS`, parsed; not to be changed."""
    return _parsed(schema_text(name))


@cache
def _text(name: str, kinds: tuple[str, ...]) -> str:
    text = (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    if not kinds:
        return text
    parsed = json.loads(text)
    known = parsed["$defs"]["password"]["properties"]
    added = [kind for kind in kinds if kind not in known]
    if not added:
        return text
    for kind in added:
        description = f"What the plug-in {kind} reads."  # not said to people
        known[kind] = {**_PLUG_IN, "description": description}
    return json.dumps(parsed, indent=2, ensure_ascii=False) + "\n"


@cache
def _parsed(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed


_PLUG_IN = {
    "type": "string",
    "minLength": 1,
    "maxLength": 500,
    "pattern": "^(?![\\s\\S]*[\\u0000-\\u001f\\u007f])",
    "examples": ["mail/jperez"],
}
"""The rules for a reference of a plug-in, whatever it is."""
