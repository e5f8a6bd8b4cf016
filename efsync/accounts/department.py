"""A department file's content, typed: what each field says, before texts are rendered and secrets read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from efsync.accounts.document import Document
from efsync.model.accounts import OnRemoval
from efsync.model.fields import FIELDS, PASSWORD, FieldKind, PlainValue
from efsync.model.normal import comparable, normal_value
from efsync.model.problems import Location
from efsync.model.secrets import SecretReference


@dataclass(frozen=True, slots=True)
class IncludedText:
    """`{file: PATH}` or, with `is_template`, `{template: PATH}`."""

    path: str
    is_template: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one field, and where."""

    value: PlainValue | IncludedText | SecretReference
    location: Location


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One user of a department file, defaults filled in."""

    code: str
    location: Location
    entries: Mapping[str, Entry]
    variables: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)


@dataclass(frozen=True, slots=True)
class DepartmentFile:
    """One department file that is valid against its schema."""

    file: str
    department: str
    location: Location
    on_removal: OnRemoval
    accounts: tuple[FileAccount, ...]

    @property
    def key(self) -> str:
        """The department's name as the database compares it."""
        return comparable(self.department)


def department_file(document: Document) -> DepartmentFile:
    """The content of a document that is valid against the department schema."""
    data = document.data
    defaults = _entries(document, data.get("defaults", {}), ("defaults",))
    variables = data.get("vars", {})
    accounts = tuple(
        FileAccount(
            code=code,
            location=document.locate(("users", code), key=True),
            entries=defaults | _entries(document, user, ("users", code)),
            variables={**variables, **user.get("vars", {})},
        )
        for code, user in data["users"].items()
    )
    return DepartmentFile(
        file=document.file,
        department=data["department"],
        location=document.locate(("department",)),
        on_removal=OnRemoval(data.get("on_removal", OnRemoval.CLEAR)),
        accounts=accounts,
    )


def _entries(document: Document, fields: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Entry]:
    return {
        field: Entry(_value(field, fields[field]), document.locate((*path, field)))
        for field in FIELDS
        if field in fields
    }


def _value(field: str, written: Any) -> PlainValue | IncludedText | SecretReference:
    if not isinstance(written, dict):
        return normal_value(field, written)
    ((kind, argument),) = written.items()
    if field == PASSWORD:
        return SecretReference(kind, argument)
    assert FIELDS[field] is FieldKind.HTML
    return IncludedText(argument, is_template=kind == "template")
