"""Makes live accounts of the rows of the user table."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from efsync.erp.field_columns import FieldColumns
from efsync.erp.layout import Layout
from efsync.erp.property_rows import PropertyRows
from efsync.model.accounts import LiveAccount
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, FieldKind, Value
from efsync.model.language import message
from efsync.model.normal import comparable, normal_text, normal_value
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

Fingerprint = Callable[[Secret], str | None]
Row = Sequence[Any]
"""What `Statements.accounts` selects: the columns that say who a user is, then those of its fields."""

Witness = Callable[[Row], bytes]
Held = TypeVar("Held")
_NO_PROPERTIES: Mapping[str, tuple[object, ...]] = MappingProxyType({})


class LiveRows:
    """Reads rows of one layout; without `fingerprint` passwords stay where they are, as `UNREAD`.

    `shared` has the comparable codes of users whose property rows can't be told from those of another tenant.
    A `witness` gives what stands for a row as it was read, and `undecodable` is told the code of each user whose
    password its codec can't read.
    """

    def __init__(
        self,
        layout: Layout,
        columns: FieldColumns,
        properties: PropertyRows,
        shared: Collection[str],
        fingerprint: Fingerprint | None,
        witness: Witness | None = None,
        undecodable: Callable[[str], None] = lambda _code: None,
    ) -> None:
        self._undecodable = undecodable
        self._can_be_decoded = True
        self._columns = columns
        self._properties = properties
        self._shared = shared
        self._fingerprint = fingerprint
        self._witness = witness
        self._active = comparable(layout.active)
        self._position = {meaning: place for place, (_, meaning) in enumerate(layout.identity())}
        self._row_key = [self._position[meaning] for meaning in ("key", "tenant") if meaning in self._position]
        identity = len(self._position)
        self._readers = [
            (place, field, self._reader(field)) for place, field in enumerate(layout.user_fields(), identity)
        ]
        self._property_readers = {
            field: self._reader(field) for fields in layout.property_fields().values() for field in fields
        }
        self._few: dict[Any, str] = {}

    def accounts(self, rows: Iterable[Row], but: Container[str] = ()) -> Iterator[LiveAccount]:
        """The accounts of `rows`, but for users without a code: they can't be named, by us or by the ERP.

        Those with the comparable codes `but` are left out. Raises `Refused` (`database`) where two users differ by
        upper and lower case only.
        """
        named = ((code, row) for row in rows if (code := self.code(row)) is not None)
        for key, code, row in distinct(named):
            if key not in but:
                yield self.account(row, code, self._witness(row) if self._witness else b"")

    def code(self, row: Row) -> str | None:
        """The code of a row's user."""
        return normal_text(row[self._position["key"]])

    def raw(self, row: Row, code: str) -> dict[str, Any]:
        """What the columns of each field hold, as the driver gives it."""
        return {field: row[place] for place, field, _ in self._readers} | self._properties.values(code)

    def account(self, row: Row, code: str, witness: bytes) -> LiveAccount:
        """The account of one row, whose user has that code, and for which a `witness` stands."""
        fields = {field: read(row[place]) for place, field, read in self._readers}
        property_keys: Mapping[str, tuple[object, ...]] = _NO_PROPERTIES
        if self._property_readers:
            values = self._properties.values(code)
            fields |= {field: read(values[field]) for field, read in self._property_readers.items()}
            property_keys = self._properties.keys(code)
        if not self._can_be_decoded:
            self._undecodable(code)
            self._can_be_decoded = True
        return LiveAccount(
            code=code,
            department=self._one_of_few(row, "department"),
            name=self._text(row, "name"),
            title=self._text(row, "title"),
            active="status" not in self._position or comparable(self._one_of_few(row, "status")) == self._active,
            fields=fields,
            row_key=tuple([row[place] for place in self._row_key]),
            property_keys=property_keys,
            shared=bool(self._shared) and comparable(code) in self._shared,
            witness=witness,
        )

    def _text(self, row: Row, meaning: str) -> str | None:
        """What a column holds; `None` where there is no such column."""
        place = self._position.get(meaning)
        return None if place is None else normal_text(row[place]) or ""

    def _one_of_few(self, row: Row, meaning: str) -> str:
        """The same of a column that holds the same for many users."""
        raw = row[self._position[meaning]]
        if raw not in self._few:
            self._few[raw] = normal_text(raw) or ""
        return self._few[raw]

    def _reader(self, field: str) -> Callable[[Any], Value]:
        """What gives the normal form of a field's raw value."""
        if field == PASSWORD:
            return self._password
        if FIELDS[field] in (FieldKind.TEXT, FieldKind.HTML):
            return normal_text
        return lambda raw: self._columns.kept(field, normal_value(field, raw))

    def _password(self, raw: Any) -> Value:
        if self._fingerprint is None:
            return UNREAD if raw else None
        text = normal_text(raw)
        if text is None:
            return None
        try:
            secret = self._columns.by_field[PASSWORD].codec.decode(text)
        except ValueError:
            self._can_be_decoded = False
            secret = Secret(f"\0{text}")  # like no password that anybody wants, and like itself
        return self._fingerprint(secret)


def distinct(users: Iterable[tuple[str, Held]]) -> Iterator[tuple[str, str, Held]]:
    """Each user's comparable code, its code, and what is held of it.

    Raises `Refused` (`database`) where two differ by upper and lower case only.
    """
    seen: dict[str, str | None] = {}  # most codes are upper case, and need not be held twice
    for code, held in users:
        key = comparable(code)
        if key in seen:
            twice = message(
                "the ERP has two users with one code: {one!r} and {other!r}", one=seen[key] or key.upper(), other=code
            )
            raise Refused(Problem("database", twice, hint=message("efsync can't tell which one is meant")))
        seen[key] = None if code == key.upper() else code
        yield key, code, held
