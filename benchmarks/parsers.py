"""The fast YAML parsers of this environment, and which of them is the fastest that gives the data."""

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

Parse = Callable[[str], Any]


class NoParser(Exception):
    """There is no fast parser here."""


def _yaml_rs() -> Parse:
    loads: Parse = import_module("yaml_rs").loads
    return loads


def _rapidyaml() -> Parse:
    ryml = import_module("ryml")
    # its tree has texts only; what is a number is told by its JSON
    return lambda text: json.loads(ryml.emit_json(ryml.parse_in_arena(text.encode())))


def _pyyaml() -> Parse:
    import yaml

    class CoreLoader(yaml.CSafeLoader):
        """PyYAML's parser in C with the rules of YAML 1.2's core schema."""

    CoreLoader.yaml_implicit_resolvers = {}
    for kind, pattern, starts in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ):
        CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(rf"(?:{pattern})\Z"), starts)
    return lambda text: yaml.load(text, Loader=CoreLoader)


REFERENCE = "PyYAML in C with YAML 1.2 rules"
"""The parser that says what the data are."""

PARSERS: dict[str, Callable[[], Parse]] = {
    REFERENCE: _pyyaml,
    "yaml-rs": _yaml_rs,
    "rapidyaml": _rapidyaml,
}
"""What makes each parser; raises where it is not installed."""


def fastest_parser(text: str) -> tuple[str, dict[str, float]]:
    """The name of the fastest parser that reads `text` as the reference does, and the seconds of each that does.

    Raises `NoParser` where the reference is not installed.
    """
    parsers = installed_parsers()
    if REFERENCE not in parsers:
        raise NoParser(f"there is no {REFERENCE} here: install PyYAML with libyaml")
    expected = parsers[REFERENCE](text)
    seconds = {
        name: min(_seconds(parse, text) for _ in range(9)) for name, parse in parsers.items() if parse(text) == expected
    }
    return min(seconds, key=seconds.__getitem__), seconds


def installed_parsers() -> dict[str, Parse]:
    """The parsers that are installed here, by name."""
    found = {}
    for name, make in PARSERS.items():
        with suppress(ImportError, AttributeError):
            found[name] = make()
    return found


def _seconds(parse: Parse, text: str) -> float:
    started = time.perf_counter()
    parse(text)
    return time.perf_counter() - started
