"""Makes nodes of values: what is new in a file is written like this."""

from collections.abc import Mapping

from efsync.accounts.department import Entry as Said
from efsync.accounts.department import IncludedText
from efsync.accounts.editing import scalars
from efsync.accounts.editing.order import rank
from efsync.accounts.editing.tree import Collection, Entry, Node, Scalar
from efsync.model.fields import FIELDS, FieldKind
from efsync.model.secrets import SecretReference

Plain = str | int | float | bool | None
Raw = Plain | Mapping[str, Plain]
"""A field's value, or variables, as they stand in the data of a file."""

_LONG = 80
ACCOUNT = ("users", "")
"""The path of any account."""


def raw(said: Said) -> Raw:
    """What stands in a file for what it says of a field."""
    match said:
        case IncludedText(path, is_template):
            return {"template" if is_template else "file": path}
        case SecretReference(kind, argument):
            return {kind: argument}
    return said


def node(field: str, value: Raw) -> Node:
    """The value of a field as a node."""
    if isinstance(value, Mapping):
        return Collection([Entry(_word(name), node("", each)) for name, each in value.items()], is_flow=True)
    if isinstance(value, str):
        is_long = FIELDS.get(field) is FieldKind.HTML and ("\n" in value or len(value) > _LONG)
        written = scalars.block(value, indent=2) if is_long else None
        if written is None:
            return _word(value)
        sign, lines = written
        return Scalar(value, "\n".join([sign, *lines, ""]), "|")
    text = "null" if value is None else str(value).lower()
    return Scalar(text, text)


def account(code: str, fields: Mapping[str, Raw]) -> Entry:
    """A user with fields, in canonical order."""
    return Entry(_word(code), collection(fields))


def collection(fields: Mapping[str, Raw]) -> Collection:
    """Fields below each other, in canonical order."""
    ordered = sorted(fields, key=lambda field: rank(ACCOUNT, field))
    return Collection([Entry(Scalar(field, field), node(field, fields[field])) for field in ordered], is_flow=False)


def put(into: Collection, field: str, value: Raw) -> None:
    """Set a field of an account: in its place, or where it comes in canonical order."""
    new = node(field, value)
    known = into.entry(field)
    if known is not None:
        known.value = new
        return
    into.entries.insert(place_of(into, field), Entry(Scalar(field, field), new))


def place_of(into: Collection, field: str) -> int:
    """Behind which of an account's entries a field comes that is not there yet; 0 before the first."""
    own = rank(ACCOUNT, field)
    return max(
        (number for number, each in enumerate(into.entries, start=1) if rank(ACCOUNT, each.name) < own), default=0
    )


def _word(text: str) -> Scalar:
    source = scalars.word(text)
    return Scalar(text, source, source[0] if source[0] in ("'", '"') else None)
