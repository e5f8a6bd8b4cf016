"""The nine mail fields of an account, and what kind of value each holds."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class FieldKind(Enum):
    """What a field's value is: decides how it is normalised, compared and shown."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    HTML = "html"
    SECRET = "secret"


FIELDS: Mapping[str, FieldKind] = MappingProxyType(
    {
        "address": FieldKind.TEXT,
        "password": FieldKind.SECRET,
        "server": FieldKind.TEXT,
        "port": FieldKind.NUMBER,
        "ssl": FieldKind.SWITCH,
        "domain": FieldKind.TEXT,
        "header": FieldKind.HTML,
        "signature": FieldKind.HTML,
        "footer": FieldKind.HTML,
    }
)
"""Every mail field, in the order in which the ERP's own screen asks for them."""

MAX_PORT = 65_535
"""The largest number of a port."""

PASSWORD = "password"
"""The one secret field; its value in any account is a fingerprint, never text."""


class Unknown(Enum):
    """A password that no fingerprint stands for, because secrets were not read."""

    UNKNOWN = "known at apply"  # not said to people
    UNREAD = "there, but not read"  # not said to people


UNKNOWN = Unknown.UNKNOWN
"""A desired password whose reference is not the one that was applied: known at apply."""

UNREAD = Unknown.UNREAD
"""A live password: the column holds one, and it was not read."""

PlainValue = str | int | bool | None
Value = PlainValue | Unknown
Values = Mapping[str, Value]
"""Field name to normalised value; a field that is absent is not managed, `None` is cleared."""
