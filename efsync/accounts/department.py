"""A department file's content, typed: what each field says, before texts are rendered and secrets read."""

import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from itertools import chain
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

    def within(self, path: tuple[str | int, ...], text: str, line: int, column: int) -> Location:
        """The place of a character of the text at `path`; of the value where that can't be told."""
        ...


@dataclass(frozen=True, slots=True)
class IncludedText:
    """`{file: PATH}` or, with `is_template`, `{template: PATH}`."""

    path: str
    is_template: bool


Entry = PlainValue | IncludedText | SecretReference
"""What a file says of one field."""


@dataclass(frozen=True, slots=True)
class Head:
    """What one department file says of all its users."""

    department: str
    on_removal: OnRemoval
    defaults: Mapping[str, Entry]
    places: Places = field(repr=False)
    variables: Mapping[str, Any] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One user of a department file: what it says of the user itself, beside its `head`.

    `key` is the code as the database compares it.
    """

    code: str
    key: str
    own: Mapping[str, Entry]
    variables: Mapping[str, Any]
    head: Head
    renamed_from: str | None = None
    """The code that the user had before."""

    @property
    def department(self) -> str:
        """The department's name."""
        return self.head.department

    @property
    def reference(self) -> SecretReference | None:
        """Where its password is, if it is anywhere."""
        password = self.own.get(PASSWORD)
        return password if isinstance(password, SecretReference) else None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What the file says of each field, defaults filled in."""
        return {**self.head.defaults, **self.own}

    @property
    def location(self) -> Location:
        """Where the user's code stands."""
        return self.head.places.locate(("users", self.code), key=True)

    @property
    def location_of_rename(self) -> Location:
        """Where its former code stands."""
        return self.head.places.locate(("users", self.code, "renamed_from"))

    def location_of(self, field: str) -> Location:
        """Where the value of one of its entries stands."""
        return self.head.places.locate(self._path(field))

    def location_within(self, field: str, text: str, line: int, column: int) -> Location:
        """Where a character of the text of one of its entries stands; the value's place where that can't be told."""
        return self.head.places.within(self._path(field), text, line, column)

    def _path(self, field: str) -> tuple[str, ...]:
        return ("users", self.code, field) if field in self.own else ("defaults", field)


@dataclass(frozen=True, slots=True)
class DepartmentFile:
    """One department file that is valid against its schema."""

    head: Head
    accounts: tuple[FileAccount, ...]

    @property
    def included(self) -> frozenset[str]:
        """The names of the texts that its entries name."""
        entries = chain(self.head.defaults.values(), *(account.own.values() for account in self.accounts))
        return frozenset(entry.path for entry in entries if isinstance(entry, IncludedText))


def department_file(data: Mapping[str, Any], places: Places, only: Container[str] | None = None) -> DepartmentFile:
    """The content of a file whose `data` is valid against the department schema; `only` the accounts of these keys."""
    on_removal = OnRemoval(data.get("on_removal", OnRemoval.CLEAR))
    variables = data.get("vars", {})
    head = Head(data["department"], on_removal, _entries(data.get("defaults", {})), places, variables)
    accounts = tuple(
        FileAccount(
            code,
            key,
            _entries(user),
            {**variables, **user["vars"]} if "vars" in user else variables,
            head,
            user.get("renamed_from"),
        )
        for code, user in data["users"].items()
        for key in (comparable(code),)
        if only is None or key in only
    )
    return DepartmentFile(head, accounts)


def _entries(fields: Mapping[str, Any]) -> dict[str, Entry]:
    # the names are those of FIELDS, and not one more text for each user
    return {field: _entry(field, fields[field]) for field in FIELDS if field in fields}


def _entry(field: str, written: Any) -> Entry:
    if not isinstance(written, dict):
        return normal_value(field, written)
    ((kind, argument),) = written.items()
    if field == PASSWORD:
        return SecretReference(sys.intern(kind), argument)
    assert FIELDS[field] is FieldKind.HTML
    return IncludedText(argument, is_template=kind == "template")
