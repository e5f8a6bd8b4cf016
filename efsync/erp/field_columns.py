"""How each field's value is written in its column, and whether it fits there."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from sqlalchemy import (
    BINARY,
    JSON,
    VARBINARY,
    Boolean,
    Date,
    DateTime,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    Time,
    Unicode,
    UnicodeText,
    Uuid,
)

from efsync.erp.codecs import Codec, find_codec
from efsync.erp.columns import ColumnFacts, LayoutColumns, is_number
from efsync.erp.encodings import unencodable
from efsync.erp.layout import Converter, Layout, Place
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PlainValue, Value, Values
from efsync.model.language import Message, message
from efsync.model.plans import AccountChange
from efsync.model.problems import Problem
from efsync.model.secrets import Secret

_YES_AND_NO = MappingProxyType({Converter.S_N: ("N", "S"), Converter.SI_NO: ("NO", "SI")})
_BITS = MappingProxyType({"TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "INTEGER": 32, "INT": 32, "BIGINT": 64})
# in bytes, from MariaDB's manual
_TEXT_BYTES = MappingProxyType({"TINYTEXT": 255, "TEXT": 65_535, "MEDIUMTEXT": 16_777_215})

_OTHER_KINDS = (Date, DateTime, Time, Interval, Uuid, JSON, LargeBinary, BINARY, VARBINARY)

Stored = str | int | bool | None


@dataclass(frozen=True)
class FieldColumn:
    """One mail field and the column that it is kept in, on one kind of server."""

    place: Place
    facts: ColumnFacts
    codec: Codec
    dialect: str

    @property
    def never_null(self) -> bool:
        """Whether a cleared field holds the column's own empty instead of NULL."""
        return not self.facts.nullable

    def stored(self, value: PlainValue | Secret) -> Stored:
        """What the column gets; for a cleared field NULL, or the column's own empty where NULL is not allowed."""
        if type(value) is str:
            return value
        if isinstance(value, Secret):
            return self.codec.encode(value)
        if value is None:
            blank = self.place.converter is Converter.BLANK_FOR_NONE
            return self.facts.empty if blank or self.never_null else None
        converter = self.place.converter
        if isinstance(value, bool) and converter in _YES_AND_NO:
            return _YES_AND_NO[converter][value]
        if isinstance(self.facts.type, Boolean) and not self.facts.lenient:
            return value
        value = int(value) if isinstance(value, bool) else value
        as_text = converter in (Converter.TEXT, Converter.NUMBER_AS_TEXT)
        # a column of SQLite takes a number as it is, whatever its type says
        return str(value) if as_text or (self.facts.is_text and not self.facts.lenient) else value

    def misfit(self, value: PlainValue | Secret) -> str | None:
        """Why the column can't hold `value`, without showing it; `None` where it can."""
        stored = self.stored(value)
        if type(stored) is str and self._has_room(stored):
            return None
        if stored is None:
            if self.facts.nullable:
                return None
            return message("the column {name} ({kind}) takes no NULL, and has no empty value of its own", **self._named)
        if isinstance(stored, str):
            return self._text_misfit(stored, shown=not isinstance(value, Secret))
        if self._is_of_another_kind():
            return message("the column {name} ({kind}) takes no numbers", **self._named)
        low, high = self._range
        if low <= int(stored) <= high:
            return None
        return message(
            "the column {name} ({kind}) takes numbers from {low} to {high}", low=low, high=high, **self._named
        )

    def _has_room(self, stored: str) -> bool:
        """Whether a text is sure to fit: a character of ASCII is one unit, any other at most four bytes."""
        if stored.isascii():
            return len(stored) <= self._room
        return 4 * len(stored) <= self._room and self.facts.encoding is None

    @cached_property
    def _room(self) -> int:
        """How many units of text the column holds, whatever it counts."""
        if not self.facts.is_text or self._is_of_another_kind():
            return 0
        limits = (self.facts.length, _TEXT_BYTES.get(type(self.facts.type).__name__))
        return min((limit for limit in limits if limit is not None), default=sys.maxsize)

    @property
    def _named(self) -> dict[str, str]:
        """The column in a message: what stands for `{name}` and `{kind}`."""
        return {"name": self.facts.name, "kind": self.facts.described}

    def _text_misfit(self, stored: str, *, shown: bool) -> str | None:
        if is_number(self.facts.type) and not self.facts.lenient:
            return message("the column {name} ({kind}) takes numbers, and no text", **self._named)
        if self._is_of_another_kind():
            return message("the column {name} ({kind}) takes no text", **self._named)
        size, limit, unit = self._size(stored)
        if limit is not None and size > limit:
            numbers = {"size": size, "unit": unit, "limit": limit, **self._named}
            if shown:
                return message("it has {size} {unit}, and the column {name} ({kind}) takes {limit}", **numbers)
            return message("it is too long: the column {name} ({kind}) takes {limit} {unit}", **numbers)
        strange = unencodable(stored, self.facts.encoding)
        if strange and shown:
            found = " ".join(strange[:5])
            return message("the character set of the column {name} ({kind}) has no {found}", found=found, **self._named)
        if strange:
            return message("the character set of the column {name} ({kind}) has no such characters", **self._named)
        return None

    def _is_of_another_kind(self) -> bool:
        """Whether the column holds dates, bytes or the like, which no mail field is."""
        return isinstance(self.facts.type, _OTHER_KINDS)

    def _size(self, stored: str) -> tuple[int, int | None, Message]:
        """The size of a text, the column's limit, and the unit of both."""
        limit = self.facts.length
        if self.dialect == "mssql":
            if isinstance(self.facts.type, Unicode | UnicodeText):
                return len(stored.encode("utf-16-le")) // 2, limit, message("characters (UTF-16)")
            return len(stored.encode(self.facts.encoding or "utf-8", "replace")), limit, message("bytes")
        if self.dialect == "mysql":
            kind = type(self.facts.type).__name__
            if kind in _TEXT_BYTES:
                encoding = self.facts.encoding if self.facts.encoding not in (None, "utf8mb3") else "utf-8"
                return len(stored.encode(str(encoding), "replace")), _TEXT_BYTES[kind], message("bytes")
        return len(stored), limit, message("characters")

    @cached_property
    def _range(self) -> tuple[int, int]:
        """The smallest and the largest whole number that the column holds."""
        kind = self.facts.type
        if isinstance(kind, Boolean) and not self.facts.lenient:
            return 0, 1
        if isinstance(kind, Numeric) and kind.precision is not None:
            largest = 10 ** (kind.precision - (kind.scale or 0)) - 1
            return -largest, largest
        bits = _BITS.get(type(kind).__name__, 32) if isinstance(kind, Integer) else 64
        if getattr(kind, "unsigned", False) or (self.dialect == "mssql" and bits == 8):
            return 0, 2**bits - 1
        return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


@dataclass(frozen=True)
class FieldColumns:
    """The columns of all fields that a layout maps."""

    by_field: Mapping[str, FieldColumn]

    @classmethod
    def of(cls, layout: Layout, columns: LayoutColumns, dialect: str) -> "FieldColumns":
        """The fields of `layout`. Raises `Refused` (`config`) where a codec is missing."""
        return cls(
            {
                field: FieldColumn(place, columns.at(place), find_codec(place.codec), dialect)
                for field, place in layout.fields.items()
            }
        )

    @property
    def mapped(self) -> frozenset[str]:
        """The mail fields that the layout maps."""
        return frozenset(self.by_field)

    def as_kept(self, fields: Values) -> Values:
        """`fields`, where 0 and false count as cleared if their column takes no NULL: nothing else means it there."""
        return {field: self.kept(field, value) for field, value in fields.items()}

    def kept(self, field: str, value: Value) -> Value:
        """One value as `as_kept` has it."""
        return None if field in self._never_null and not value else value

    @cached_property
    def _never_null(self) -> frozenset[str]:
        return frozenset(field for field, column in self.by_field.items() if column.never_null)

    def misfit(self, field: str, value: PlainValue | Secret) -> str | None:
        """Why the column of `field` can't hold `value`; `None` where it can, or no column is mapped."""
        column = self.by_field.get(field)
        return column.misfit(value) if column else None

    def is_property(self, field: str) -> bool:
        """Whether a field is kept in a property row."""
        return field in self.by_field and self.by_field[field].place.property is not None

    def stored(self, values: Mapping[str, PlainValue | Secret]) -> dict[str, Stored]:
        """`values` as their columns get them."""
        return {field: self.by_field[field].stored(value) for field, value in values.items()}


def unwritable(
    changes: Iterable[AccountChange], live: Mapping[str, LiveAccount], columns: FieldColumns
) -> Iterator[Problem]:
    """The changes that can't be written: a cleared field that takes no NULL, property rows of nobody knows whom.

    Values that are too long are found where the files are read, and can be shown with their place.
    """
    for change in changes:
        account = live.get(change.key)
        if account is not None and account.shared and any(columns.is_property(each.field) for each in change.fields):
            shared = message(
                "another tenant has a user {user} too, and property rows do not say of which they are", user=change.user
            )
            hint = message("keep its fields in columns of the user table, or take the account out of the files")
            yield Problem("shared-user", shared, change.location, hint)
        for each in change.fields:
            if each.after is None and (why := columns.misfit(each.field, None)):
                unclearable = message(
                    "{field} of {user} can't be cleared: {reason}", field=each.field, user=change.user, reason=why
                )
                hint = message("have the column changed, or set a value")
                yield Problem("does-not-fit", unclearable, change.location, hint)
