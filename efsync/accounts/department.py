"""A department file's content, typed: what each field says, before texts are rendered and secrets read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from efsync.model.accounts import OnRemoval
from efsync.model.fields import FIELDS, PASSWORD, FieldKind, PlainValue
from efsync.model.normal import comparable, normal_value
from efsync.model.problems import Location
from efsync.model.secrets import SecretReference


class Places(Protocol):
    """Where the parts of one file stand."""

    @property
    def file(self) -> str:
        """The file, as messages name it."""
        ...

    def locate(self, path: tuple[str | int, ...], key: bool = False) -> Location:
        """The place of the value at `path`, or of its key; of the nearest thing around it where it is absent."""
        ...


@dataclass(frozen=True, slots=True)
class IncludedText:
    """`{file: PATH}` or, with `is_template`, `{template: PATH}`."""

    path: str
    is_template: bool


Entry = PlainValue | IncludedText | SecretReference
"""What a file says of one field."""


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One user of a department file: what it says of the user itself, and the defaults of all its users."""

    code: str
    own: Mapping[str, Entry]
    defaults: Mapping[str, Entry]
    variables: Mapping[str, Any]
    places: Places = field(repr=False)

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What the file says of each field, defaults filled in."""
        return {**self.defaults, **self.own}

    @property
    def location(self) -> Location:
        """Where the user's code stands."""
        return self.places.locate(("users", self.code), key=True)

    def location_of(self, field: str) -> Location:
        """Where the value of one of its entries stands."""
        return self.places.locate(("users", self.code, field) if field in self.own else ("defaults", field))


@dataclass(frozen=True, slots=True)
class DepartmentFile:
    """One department file that is valid against its schema."""

    department: str
    on_removal: OnRemoval
    defaults: Mapping[str, Entry]
    accounts: tuple[FileAccount, ...]
    places: Places = field(repr=False)

    @property
    def file(self) -> str:
        """The file, as messages name it."""
        return self.places.file

    @property
    def key(self) -> str:
        """The department's name as the database compares it."""
        return comparable(self.department)

    @property
    def location(self) -> Location:
        """Where the department's name stands."""
        return self.places.locate(("department",))


def department_file(data: Mapping[str, Any], places: Places) -> DepartmentFile:
    """The content of a file whose `data` is valid against the department schema."""
    defaults = _entries(data.get("defaults", {}))
    variables = data.get("vars", {})
    accounts = tuple(
        FileAccount(
            code,
            _entries(user),
            defaults,
            {**variables, **user["vars"]} if "vars" in user else variables,
            places,
        )
        for code, user in data["users"].items()
    )
    on_removal = OnRemoval(data.get("on_removal", OnRemoval.CLEAR))
    return DepartmentFile(data["department"], on_removal, defaults, accounts, places)


def _entries(fields: Mapping[str, Any]) -> dict[str, Entry]:
    return {field: _entry(field, value) for field, value in fields.items() if field in FIELDS}


def _entry(field: str, written: Any) -> Entry:
    if not isinstance(written, dict):
        return normal_value(field, written)
    ((kind, argument),) = written.items()
    if field == PASSWORD:
        return SecretReference(kind, argument)
    assert FIELDS[field] is FieldKind.HTML
    return IncludedText(argument, is_template=kind == "template")
