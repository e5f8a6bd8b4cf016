"""The normal form of values and codes: what two of them must share to count as equal.

Databases pad, change case, store numbers as text and yes/no as bit, 0/1 or S/N. Everything is
brought to one form before it is compared, so that a plan right after an apply is empty.
"""

import unicodedata
from decimal import Decimal

from efsync.model.fields import FIELDS, FieldKind, PlainValue

_YES = frozenset({"S", "SI", "SÍ", "Y", "YES", "T", "TRUE", "V", "VERDADERO"})
_NO = frozenset({"N", "NO", "F", "FALSE", "FALSO"})
_MAX_DIGITS = 18
"""As many as a 64-bit column holds; a longer number, such as a text `1E999999999`, stays text."""


def normal_value(field: str, raw: object) -> PlainValue:
    """The normal form of `raw` as a value of `field`.

    `None`, an empty and an all-blank text are all `None` (cleared). A stored text that is not a number
    or a yes/no where one is expected stays text, so that it differs from every desired value.
    """
    kind = FIELDS[field]
    if type(raw) is int and abs(raw) < 10**_MAX_DIGITS:  # what most databases give
        if kind is FieldKind.NUMBER:
            return raw
        if kind is FieldKind.SWITCH and raw in (0, 1, -1):
            return raw != 0
    text = normal_text(raw)
    if text is None:
        return None
    if kind is FieldKind.NUMBER:
        return _number(raw, text)
    if kind is FieldKind.SWITCH:
        return _switch(raw, text)
    return text


def normal_text(raw: object) -> str | None:
    """`raw` as text with line ends as LF and without padding at the end; `None` where nothing is left."""
    if raw is None:
        return None
    if type(raw) is not str:
        raw = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    text: str = raw
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip(" ")
    return text if text and not text.isspace() else None


def comparable(code: str) -> str:
    """A user code, department or tenant as the database compares it: no case, no padding; accents count.

    Stands for the collation `Modern_Spanish_CI_AS` of the real database.
    """
    code = code.rstrip(" ")
    if code.isascii():  # most are
        return code.lower()
    return unicodedata.normalize("NFC", code).casefold()


def _number(raw: object, text: str) -> PlainValue:
    try:
        number = Decimal(int(raw)) if isinstance(raw, bool) else Decimal(text.strip())
    except ArithmeticError:
        return text
    if not number.is_finite() or number.adjusted() >= _MAX_DIGITS or number != number.to_integral_value():
        return text
    return int(number)


def _switch(raw: object, text: str) -> PlainValue:
    if raw in (b"\0", b"\1"):  # a bit column of MySQL
        return raw == b"\1"
    if _number(raw, text) in (0, 1, -1):
        return _number(raw, text) != 0
    word = text.strip().upper()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return text
