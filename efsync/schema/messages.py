"""jsonschema's findings, said about the user's own file instead of about JSON Schema."""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from efsync.model.language import joined, message
from efsync.model.problems import Location, Problem
from efsync.schema.fine import is_fine
from efsync.schema.shipped import schema_text

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Path = tuple[str | int, ...]

_TYPES = {
    "string": message("text"),
    "integer": message("a whole number"),
    "number": message("a number"),
    "boolean": message("true or false"),
    "object": message("a mapping"),
    "array": message("a list"),
    "null": "null",
}
_PATTERNS = {
    "address": message("is not a mail address (one @, no blanks, no line breaks)"),
    "server": message("is not a host name"),
    "domain": message("is not a mail domain"),
    "department": message("is not a department (no control characters, no blank at its start)"),
    "env": message("is not the name of an environment variable"),
    "secrets.vault.address": message("is not the address of a server (https://…; http:// on this machine only)"),
}
"""What is wrong with the value of a field, or of what stands at one path of the settings."""

_OTHER_PATTERN = message("has characters that are not allowed here")
_REFERENCES = {
    "env": _PATTERNS["env"],
    "file": message("is not the path of a file"),
    "age": message("is not the path of a file"),
}
_OR = message(" or ")
_NEVER_TEXT = message("write {env: NAME} or {file: PATH}; a password itself never stands in a file")


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
    missing_at: set[tuple[Path, tuple[str, ...]]] = set()
    for error in _validator(schema_text(name)).iter_errors(data):
        rules = error.schema if isinstance(error.schema, Mapping) else {}
        if error.validator == "pattern" and error.instance == "" and rules.get("minLength"):
            continue  # that it is empty is said already
        if error.validator == "required":  # one for each key that is missing, but which one is said in words only
            required = tuple(error.absolute_path), tuple(error.validator_value)
            if required in missing_at:
                continue
            missing_at.add(required)
        finding = _Finding(
            rule=str(error.validator),
            wanted=error.validator_value,
            value=error.instance,
            path=tuple(error.absolute_path),
            known=tuple(rules.get("properties", ())),
            is_key="propertyNames" in error.absolute_schema_path,
            may_be_null="null" in rules.get("type", ()),
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
        remedy = message("indent it as the fields of its user")
        yield Problem("schema", message("password stands where a user code does"), place, remedy)
    elif finding.is_key:
        yield _key_problem(finding, locate((*path, finding.value), True))
    elif finding.rule == "required":
        for key in finding.wanted:
            if key not in finding.value:
                missing = message("{key} is missing", key=key)
                yield Problem("schema", _named(finding.field, missing), locate(path, True))
    else:
        said, hint = _sentence(finding)
        yield Problem("schema", _named(finding.field, said), locate(path, False), hint)


def _sentence(finding: _Finding) -> tuple[str, str | None]:
    """What is wrong with a value, and what to write instead where that is not obvious."""
    value, wanted, field = finding.value, finding.wanted, finding.field
    match finding.rule:
        case "type":
            return _type_sentence(value, [wanted] if isinstance(wanted, str) else wanted, field)
        case "const":
            return _must_be([_shown(wanted)], _shown(value)), None
        case "enum":
            choices = [str(each) for each in wanted]
            return _must_be(choices, _shown(value)), _did_you_mean(str(value), choices)
        case "minimum":
            return message("{value} is less than {least}", value=_shown(value), least=wanted), None
        case "maximum":
            return message("{value} is greater than {most}", value=_shown(value), most=wanted), None
        case "minLength":
            clear = message("write null to clear the field, or leave it out to keep the ERP's value")
            return message("is empty"), clear if finding.may_be_null else None
        case "maxLength":
            return message("is longer than {most} characters", most=wanted), None
        case "pattern":
            reason = _PATTERNS.get(".".join(map(str, finding.path))) or _PATTERNS.get(field) or _OTHER_PATTERN
            return joined(" ", (_shown(value), reason)), None
        case "minProperties" if finding.known:
            return message("is empty; it needs one of {names}", names=", ".join(finding.known)), None
        case "minProperties":
            return message("is empty"), None
        case "maxProperties":
            return message("has {names}; it takes only one of them", names=", ".join(map(str, value))), None
    return message("{value} is not allowed here", value=_shown(value)), None


def _must_be(wanted: Sequence[str], value: str) -> str:
    return message("must be {wanted}, not {value}", wanted=joined(_OR, wanted), value=value)


def _type_sentence(value: object, allowed: list[str], field: str) -> tuple[str, str | None]:
    wanted = [each for each in allowed if each != "null"]
    is_lone_text = isinstance(value, str) and allowed == ["object"]  # `JPEREZ: hunter2`, `targets = "postgresql://…"`
    said = _must_be([_TYPES[each] for each in wanted], _TYPES["string"] if is_lone_text else _shown(value))
    hint = None
    if isinstance(value, str) and "integer" in allowed and re.fullmatch("[0-9]{1,9}", value.strip()):
        hint = message("write {value} without quotes", value=int(value))
    elif wanted == ["boolean"]:
        hint = message("write true or false")
    elif "string" in allowed and isinstance(value, int | float):
        hint = message("put it in quotes: '{value}'", value=_shown(value))
    elif field == "users" and value is None:
        hint = message("write {} for a department without accounts")
    elif value is None and "object" in allowed:
        hint = message("write {} where nothing is to be set")
    return said, hint


def _password_problem(finding: _Finding, place: Location) -> Problem:
    """A finding below a password: says nothing of the value, which may be one."""
    if finding.rule == "type" and finding.field == "password":
        said = message("a password is a reference, never text")
        return Problem("plain-password", _named("password", said), place, _NEVER_TEXT)
    if finding.rule == "maxProperties":
        said = message("a reference has one kind, not two")
    elif finding.rule == "minProperties":
        said = message("the reference is empty")
    else:
        reason = _REFERENCES.get(finding.field, message("is not a text that names one"))
        said = message("what {kind} names {is_wrong}", kind=finding.field, is_wrong=reason)
    return Problem("schema", _named("password", said), place, _NEVER_TEXT)


def _key_problem(finding: _Finding, place: Location) -> Problem:
    key = str(finding.value)
    if finding.rule == "maxLength":
        said = message(
            "{key} has {length} characters; a user code has at most {most}",
            key=_shown(key), length=len(key), most=finding.wanted,
        )  # fmt: skip
    elif finding.rule == "minLength":
        said = message("a user code is empty")
    elif finding.field == "users":
        said = message("{key} is not a user code (no control characters, no blank at either end)", key=_shown(key))
    elif finding.field == "vars":
        said = message("{key} is not a name (letters a to z, digits and _)", key=_shown(key))
    else:
        said = message("{key} is not a name (letters a to z, digits, _, . and -)", key=_shown(key))
    return Problem("schema", said, place)


def _unknown_key(finding: _Finding, key: str, place: Location) -> Problem:
    if finding.path == ("defaults",) and key in ("address", "password"):
        own = message("each account has its own: write it at the user")
        return Problem("unknown-key", message("{key} can't stand in defaults", key=key), place, own)
    known = ", ".join(finding.known)
    if _is_password(finding.path):
        said = message("there is no such kind of reference; known are {kinds}", kinds=known)
        return Problem("unknown-key", _named("password", said), place, _NEVER_TEXT)
    hint = _did_you_mean(key, finding.known) or message("known here: {names}", names=known)
    return Problem("unknown-key", message("{key} is not known here", key=_shown(key)), place, hint)


def _did_you_mean(word: str, known: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(word.lower(), known, n=1)
    return message("did you mean {name}?", name=near[0]) if near else None


def _is_password(path: Path) -> bool:
    return len(path) > 2 and path[0] == "users" and path[2] == "password"


def _is_under_user_password(path: Path) -> bool:
    """Whether a password that is indented too little is taken for a user; then nothing below it is shown."""
    return len(path) > 1 and path[0] == "users" and str(path[1]).casefold() == "password"


def _named(field: str, said: str) -> str:
    return joined(": ", (field, said)) if field else said


def _shown(value: object) -> str:
    """A value in a message: short, in the words of YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}…'"
    if isinstance(value, dict):
        return _TYPES["object"]
    if isinstance(value, list):
        return _TYPES["array"]
    if isinstance(value, int) and abs(value) > 10**60:
        return message("a number that is far too large")
    return str(value)
