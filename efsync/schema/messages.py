"""jsonschema's findings, said about the user's own file instead of about JSON Schema."""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from efsync.model.problems import Location, Problem
from efsync.schema.fine import is_fine
from efsync.schema.shipped import schema_text

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Path = tuple[str | int, ...]

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}
_PATTERNS = {
    "address": "is not a mail address (one @, no blanks, no line breaks)",
    "server": "is not a host name",
    "domain": "is not a mail domain",
    "department": "is not a department (no control characters, no blank at its start)",
    "env": "is not the name of an environment variable",
}
_REFERENCES = {
    "env": _PATTERNS["env"],
    "file": "is not the path of a file",
    "age": "is not the path of a file",
}
_NEVER_TEXT = "write {env: NAME} or {file: PATH}; a password itself never stands in a file"


@dataclass(frozen=True, slots=True)
class _Finding:
    """One of jsonschema's errors: which `rule` with which parameter a value breaks, and where."""

    rule: str
    wanted: Any
    value: Any
    path: Path
    known: tuple[str, ...]
    is_key: bool
    may_be_null: bool
    message: str

    @property
    def field(self) -> str:
        """The last name of the path."""
        return str(self.path[-1]) if self.path else ""

    @property
    def container(self) -> Path:
        """The mapping that the finding is about, or in."""
        about_it = self.is_key or self.rule in ("additionalProperties", "required")
        return self.path if about_it else self.path[:-1]


def schema_problems(
    name: str, data: object, locate: Callable[[Path, bool], Location]
) -> Iterator[tuple[Path, Problem]]:
    """Everything in `data` that the schema `name` does not allow, each with the path of the mapping that it is in.

    `locate` gives the place of the value at a path, or with `True` of the key that names it.
    """
    if is_fine(name, data):
        return
    for error in _validator(schema_text(name)).iter_errors(data):
        rules = error.schema if isinstance(error.schema, Mapping) else {}
        if error.validator == "pattern" and error.instance == "" and rules.get("minLength"):
            continue  # that it is empty is said already
        finding = _Finding(
            rule=str(error.validator),
            wanted=error.validator_value,
            value=error.instance,
            path=tuple(error.absolute_path),
            known=tuple(rules.get("properties", ())),
            is_key="propertyNames" in error.absolute_schema_path,
            may_be_null="null" in rules.get("type", ()),
            message=error.message,
        )
        for problem in _problems(finding, locate):
            yield finding.container, problem


@cache
def _validator(text: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # slow to import, and not needed for `efsync --help`

    return Draft202012Validator(json.loads(text))


def _problems(finding: _Finding, locate: Callable[[Path, bool], Location]) -> Iterator[Problem]:
    path = finding.path
    if finding.rule == "additionalProperties" and not _is_under_user_password(path):
        for key in finding.value:
            if key not in finding.known:
                yield _unknown_key(finding, key, locate((*path, key), True))
    elif _is_password(path):
        yield _password_problem(finding, locate(path, False))
    elif _is_under_user_password(path):
        place = locate(path[:2], True)
        yield Problem("schema", "password stands where a user code does", place, "indent it as the fields of its user")
    elif finding.is_key:
        yield _key_problem(finding, locate((*path, finding.value), True))
    elif finding.rule == "required":
        (missing,) = (key for key in finding.wanted if finding.message.startswith(repr(key)))
        yield Problem("schema", f"{_named(finding.field)}{missing} is missing", locate(path, True))
    else:
        message, hint = _sentence(finding)
        yield Problem("schema", f"{_named(finding.field)}{message}", locate(path, False), hint)


def _sentence(finding: _Finding) -> tuple[str, str | None]:
    """What is wrong with a value, and what to write instead where that is not obvious."""
    value, wanted, field = finding.value, finding.wanted, finding.field
    match finding.rule:
        case "type":
            return _type_sentence(value, [wanted] if isinstance(wanted, str) else wanted, field)
        case "const":
            return f"must be {_shown(wanted)}, not {_shown(value)}", None
        case "enum":
            choices = [str(each) for each in wanted]
            return f"must be {' or '.join(choices)}, not {_shown(value)}", _did_you_mean(str(value), choices)
        case "minimum":
            return f"{_shown(value)} is less than {wanted}", None
        case "maximum":
            return f"{_shown(value)} is greater than {wanted}", None
        case "minLength":
            clear = "write null to clear the field, or leave it out to keep the ERP's value"
            return "is empty", clear if finding.may_be_null else None
        case "maxLength":
            return f"is longer than {wanted} characters", None
        case "pattern":
            return f"{_shown(value)} {_PATTERNS.get(field, 'has characters that are not allowed here')}", None
        case "minProperties":
            return f"is empty{'; it needs one of ' * bool(finding.known)}{', '.join(finding.known)}", None
        case "maxProperties":
            return f"has {', '.join(map(str, value))}; it takes only one of them", None
    return f"{_shown(value)} is not allowed here", None


def _type_sentence(value: object, allowed: list[str], field: str) -> tuple[str, str | None]:
    wanted = [_TYPES[each] for each in allowed if each != "null"]
    is_lone_text = isinstance(value, str) and allowed == ["object"]  # `JPEREZ: hunter2`, `targets = "postgresql://…"`
    message = f"must be {' or '.join(wanted)}, not {'text' if is_lone_text else _shown(value)}"
    hint = None
    if isinstance(value, str) and "integer" in allowed and re.fullmatch("[0-9]{1,9}", value.strip()):
        hint = f"write {int(value)} without quotes"
    elif wanted == ["true or false"]:
        hint = "write true or false"
    elif "string" in allowed and isinstance(value, int | float):
        hint = f"put it in quotes: '{_shown(value)}'"
    elif field == "users" and value is None:
        hint = "write {} for a department without accounts"
    elif value is None and "object" in allowed:
        hint = "write {} where nothing is to be set"
    return message, hint


def _password_problem(finding: _Finding, place: Location) -> Problem:
    """A finding below a password: says nothing of the value, which may be one."""
    if finding.rule == "type" and finding.field == "password":
        return Problem("plain-password", "password: a password is a reference, never text", place, _NEVER_TEXT)
    if finding.rule == "maxProperties":
        message = "a reference has one kind, not two"
    elif finding.rule == "minProperties":
        message = "the reference is empty"
    else:
        reason = _REFERENCES.get(finding.field, "is not a text that names one")
        message = f"what {finding.field} names {reason}"
    return Problem("schema", f"password: {message}", place, _NEVER_TEXT)


def _key_problem(finding: _Finding, place: Location) -> Problem:
    key = str(finding.value)
    if finding.rule == "maxLength":
        message = f"{_shown(key)} has {len(key)} characters; a user code has at most {finding.wanted}"
    elif finding.rule == "minLength":
        message = "a user code is empty"
    elif finding.field == "users":
        message = f"{_shown(key)} is not a user code (no control characters, no blank at either end)"
    else:
        message = f"{_shown(key)} is not a name (letters, digits and _)"
    return Problem("schema", message, place)


def _unknown_key(finding: _Finding, key: str, place: Location) -> Problem:
    if finding.path == ("defaults",) and key in ("address", "password"):
        hint = "each account has its own: write it at the user"
        return Problem("unknown-key", f"{key} can't stand in defaults", place, hint)
    if _is_password(finding.path):
        message = f"password: there is no such kind of reference; known are {', '.join(finding.known)}"
        return Problem("unknown-key", message, place, _NEVER_TEXT)
    hint = _did_you_mean(key, finding.known) or f"known here: {', '.join(finding.known)}"
    return Problem("unknown-key", f"{_shown(key)} is not known here", place, hint)


def _did_you_mean(word: str, known: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(word.lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else None


def _is_password(path: Path) -> bool:
    return len(path) > 2 and path[0] == "users" and path[2] == "password"


def _is_under_user_password(path: Path) -> bool:
    """Whether a password that is indented too little is taken for a user; then nothing below it is shown."""
    return len(path) > 1 and path[0] == "users" and str(path[1]).casefold() == "password"


def _named(field: str) -> str:
    return f"{field}: " if field else ""


def _shown(value: object) -> str:
    """A value in a message: short, in the words of YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}…'"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "a number that is far too large" if isinstance(value, int) and abs(value) > 10**60 else str(value)
