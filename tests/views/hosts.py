"""What hosts make of the formats in which problems stand beside lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import jsonschema
import xmlschema

from tests.published import published_schema

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_JUNIT = Path(__file__).with_name("jenkins-junit.xsd")


@dataclass(frozen=True)
class Command:
    """A workflow command as the runner of GitHub Actions understands it."""

    name: str
    properties: Mapping[str, str]
    data: str


def commands(log: str) -> list[Command]:
    """The commands in a log, found and unescaped as the runner does; one of the old form would be one too."""
    found = []
    for line in log.replace("\r", "\n").split("\n"):
        if line.lstrip().startswith("::") and "::" in line.lstrip()[2:]:
            head, _, data = line.lstrip()[2:].partition("::")
            name, _, properties = head.partition(" ")
            pairs = (pair.partition("=") for pair in properties.split(",") if pair)
            found.append(Command(name, {key: _unescaped(value) for key, _, value in pairs}, _unescaped(data)))
        elif "##[" in line:
            found.append(Command("old form", {}, line))
    return found


def _unescaped(text: str) -> str:
    for sequence, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(sequence, character)
    return text


def assert_is_sarif(log: Any) -> None:
    """Whether a log is valid against the published schema."""
    schema = published_schema(_SARIF)
    assert "2.1.0" in schema["title"]
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)


@cache
def _junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(_JUNIT))


def junit_of(text: str) -> Element:
    """The suites, which have to be valid against the schema of Jenkins."""
    _junit_schema().validate(text)
    return fromstring(text)
