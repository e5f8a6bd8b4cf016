"""The files that ship with efsync: schemas, and the demo's settings and accounts.

They stand at the top level of the repository and inside the package of an installed wheel.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

SCHEMAS = ("department", "plan", "configuration", "probe")


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as `schemas` or `efsync.toml`."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "shipped" / name
    return installed if installed.exists() else package.parent / name


def schema_text(name: str) -> str:
    """The text of one of `SCHEMAS`."""
    return (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def schema(name: str) -> dict[str, Any]:
    """One of `SCHEMAS`, parsed; not to be changed."""
    parsed: dict[str, Any] = json.loads(schema_text(name))
    return parsed
