"""Which tables and columns of an ERP database hold what.

The vendor publishes neither where the mail fields are kept nor how the password is stored, so the mapping
is a value and not code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from efsync.model.fields import FIELDS


class Converter(StrEnum):
    """How a value is written in its column; reading understands all of these anyway."""

    AUTO = "auto"
    TEXT = "text"
    NUMBER_AS_TEXT = "number as text"  # not said to people
    BIT = "bit"
    S_N = "S/N"
    SI_NO = "SI/NO"
    BLANK_FOR_NONE = "blank for none"  # not said to people


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is kept: in a column of the user table or, with `property`, of that property's row."""

    column: str
    property: str | None = None
    converter: Converter = Converter.AUTO
    codec: str = "plain"

    def overridden(self, written: Mapping[str, Any]) -> "Place":
        """This place with what `written`, as efsync.toml has it, says otherwise."""
        place = self
        if "column" in written:
            place = replace(place, column=written["column"], property=None)
        if "property" in written:
            place = replace(place, property=written["property"])
        if "value" in written:
            place = replace(place, column=written["value"])
        return replace(
            place,
            converter=Converter(written.get("converter", place.converter)),
            codec=written.get("codec", place.codec),
        )


_KINDS = MappingProxyType({"Val_Car": "C", "Val_Num": "N", "Val_Log": "L", "Val_Fec": "F", "Val_Mem": "M"})


@dataclass(frozen=True, slots=True)
class Properties:
    """The table of custom properties: one row for each property of each record, a column for each type of value.

    `kinds` has the type letter of each value column; the letters other than M are assumed.
    """

    table: str = "Campos_Propiedades"
    property: str = "Cod_Pro"
    record: str = "Cod_Reg"
    origin: str = "Origen"
    origin_value: str = "Usuarios"
    kind: str | None = "Tip_Pro"
    kinds: Mapping[str, str] = field(default_factory=lambda: _KINDS)

    def columns(self) -> Iterator[tuple[str, str]]:
        """The columns that find a row and tell its type, with what they mean."""
        yield self.property, "property"
        yield self.record, "record"
        yield self.origin, "origin"
        if self.kind:
            yield self.kind, "kind"


@dataclass(frozen=True, slots=True)
class Audit:
    """How a change is noted in the ERP's own audit trail: a row of its table, or a call of its procedure."""

    through: str
    name: str
    user: str = "efsync"
    company: str = ""
    branch: str = ""

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Audit":
        """What `[targets.NAME.audit]` says."""
        through = written.get("through", "table")
        name = "Auditorias" if through == "table" else "sp_GuardarAuditoria"
        return cls(**{"name": name, **written, "through": through})


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of the user table by what they mean; `fields` has the place of each mail field that is mapped.

    Only key and department have to be there: without a status every user is active.
    """

    table: str
    key: str
    name: str | None
    title: str | None
    department: str
    status: str | None
    active: str
    tenant: str | None
    fields: Mapping[str, Place]
    properties: Properties = Properties()
    schema: str | None = None
    database: str | None = None
    audit: Audit | None = None

    def identity(self) -> Iterator[tuple[str, str]]:
        """The columns that say who a user is, with what they mean."""
        for meaning in ("key", "name", "title", "department", "status", "tenant"):
            if column := getattr(self, meaning):
                yield column, meaning

    def user_fields(self) -> dict[str, str]:
        """The fields that are columns of the user table, with their columns."""
        return {field: place.column for field, place in self.fields.items() if place.property is None}

    def property_fields(self) -> dict[str, dict[str, str]]:
        """The fields that are kept in rows of each property, with their value columns."""
        spelled: dict[str, str] = {}
        found: dict[str, dict[str, str]] = {}
        for name, place in self.fields.items():
            if place.property is not None:
                row = spelled.setdefault(place.property.casefold(), place.property)
                found.setdefault(row, {})[name] = place.column
        return found

    def clashes(self) -> Iterator[tuple[str, str]]:
        """The fields whose place is taken already, each with what is kept there; upper and lower case do not count."""
        taken = {("", column.casefold()): meaning for column, meaning in self.identity()}
        keys = {column.casefold(): meaning for column, meaning in self.properties.columns()}
        for name, place in self.fields.items():
            row = (place.property or "").casefold()
            where = (row, place.column.casefold())
            if place.property is not None and where[1] in keys:
                yield name, keys[where[1]]
            elif where in taken:
                yield name, taken[where]
            taken[where] = name

    def overridden(self, target: Mapping[str, Any]) -> "Layout":
        """This layout with what a target of efsync.toml says otherwise.

        A column that is `False` is not there: a mail field is left out, a tenant or a status is not looked at.
        """
        names = {name: target[name] for name in ("table", "schema", "database", "active") if name in target}
        columns: Mapping[str, Any] = target.get("columns", {})
        identity: dict[str, Any] = {name: column or None for name, column in columns.items() if name not in FIELDS}
        places = {field: self._place(field, columns.get(field)) for field in FIELDS}
        properties: dict[str, Any] = {name: value or None for name, value in target.get("property_table", {}).items()}
        return replace(
            self,
            **names,
            **identity,
            fields=MappingProxyType({field: place for field, place in places.items() if place}),
            properties=replace(self.properties, **properties),
            audit=Audit.of(target["audit"]) if "audit" in target else None,
        )

    def _place(self, field: str, written: str | bool | Mapping[str, Any] | None) -> Place | None:
        preset = self.fields.get(field)
        if written is None:
            return preset
        if isinstance(written, bool):
            return None
        if isinstance(written, str):
            written = {"column": written}
        return (preset or Place("")).overridden(written)
