"""What the English texts of a plan's document are made of, so that whoever reads it later is told in their language.

A document is not to be trusted: only patterns of efsync's own catalogues are filled in, with texts and numbers, and
only where the English that comes out is the text that stands in the document anyway.
"""

from collections.abc import Collection, Mapping
from string import Formatter
from typing import Any

from efsync.model.language import Joined, Message, Word, is_translated, joined, message, plural, word

_DEEPEST = 8
"""How far a message may stand in a message."""

Wording = str | int | float | dict[str, Any]


def wording_of(text: str | None) -> dict[str, Any] | None:
    """What `text` is made of, as JSON; `None` where nothing in it is said otherwise in any language."""
    found = _wording(text)
    return found if isinstance(found, dict) else None


def text_of(text: str, wording: Any) -> str:
    """`text`, as the message that it was where `wording` tells that, and it is as it has to be."""
    try:
        made = _text(wording, _DEEPEST)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return text
    return made if isinstance(made, Message) and made == text else text


def _wording(value: Any) -> Wording:
    if isinstance(value, Joined):
        parts = [_wording(part) for part in value.parts]
        separator = _wording(value.one)
        is_plain = all(isinstance(each, str) for each in (separator, *parts))
        return str(value) if is_plain else {"separator": separator, "parts": parts}
    if isinstance(value, Word):
        known = is_translated(value.one, context=value.context)
        return {"word": value.one, "context": value.context} if known else str(value)
    if type(value) is Message and is_translated(value.one, value.many):
        return _pattern(value)
    return value if isinstance(value, int | float) else str(value)


def _pattern(value: Message) -> dict[str, Any]:
    """A message with those values that stand in it."""
    patterns = {"pattern": value.one} if value.many is None else {"pattern": value.one, "plural": value.many}
    named = {name for each in patterns.values() for _, name, _, _ in Formatter().parse(each)}
    values = {name: _wording(each) for name, each in value.values.items() if name in named or name == "count"}
    return {**patterns, "values": values} if values else {**patterns}


def _text(wording: Any, depth: int) -> str | int | float:
    """A text or a number of a document. Raises any error of a lookup or a format where it is none of ours."""
    if isinstance(wording, str | int | float):
        return wording
    if not isinstance(wording, Mapping) or not depth:
        raise TypeError
    if "parts" in wording:
        separator, *parts = (_part(each, depth) for each in (wording["separator"], *wording["parts"]))
        return joined(separator, parts)
    if "word" in wording:
        return word(_part(wording["context"], depth), _part(wording["word"], depth))
    one, many = wording["pattern"], wording.get("plural")
    if not isinstance(one, str) or not isinstance(many, str | None) or not is_translated(one, many):
        raise ValueError
    values = {name: _text(each, depth - 1) for name, each in dict(wording.get("values", {})).items()}
    if many is None:
        return message(one, **values)
    count = values.pop("count")
    if type(count) is not int or not _is_simple(many, {*values, "count"}):
        raise TypeError
    return plural(one, many, count, **values)


def _is_simple(many: str, names: Collection[str]) -> bool:
    """Whether a pattern only names values: compiled catalogues know the `one` of a plural, and not its `many`."""
    return all(
        name is None or (name in names and style in ("", ",") and not conversion)
        for _, name, style, conversion in Formatter().parse(many)
    )


def _part(wording: Any, depth: int) -> str:
    part = _text(wording, depth - 1)
    if not isinstance(part, str):
        raise TypeError
    return part
