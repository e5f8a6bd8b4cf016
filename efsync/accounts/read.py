"""Reads all department files of a folder: as YAML, against the schema, against each other."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from efsync.accounts.department import DepartmentFile, FileAccount, department_file
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.places import LookedUpPlaces
from efsync.accounts.plain import plain_data
from efsync.accounts.renames import rename_problems
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused, Severity
from efsync.model.secrets import SecretReference
from efsync.schema.messages import schema_problems

if TYPE_CHECKING:
    from efsync.accounts.document import Document

_EXAMPLE = message("a department file has version, department and users")


@dataclass(frozen=True, slots=True)
class Departments:
    """The department files that could be read, the names of all that are there, and what is wrong with them."""

    files: tuple[DepartmentFile, ...]
    names: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self.names)

    @property
    def passwords(self) -> Iterator[tuple[FileAccount, SecretReference]]:
        """Each account whose password is somewhere, and where."""
        for file in self.files:
            for account in file.accounts:
                reference = account.reference
                if reference is not None:
                    yield account, reference


Only = Mapping[Path, Container[str] | None]
"""Some department files, and of which accounts, by comparable code; all of a file with `None`."""


def read_departments(
    folder: AccountsFolder, only: Only | None = None, read: Mapping[Path, DepartmentFile] = MappingProxyType({})
) -> Departments:
    """Read every department file, or `only` some, but for those that were `read` before.

    All problems of all files are in the result. Raises `Refused` where the folder itself is missing.
    """
    paths = folder.department_files() if only is None else tuple(sorted(only))
    files: list[DepartmentFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files.append(read[path] if path in read else read_department(folder, path, only[path] if only else None))
        except Refused as refused:
            problems += refused.problems
    problems += _departments_twice(files)
    problems += _users_twice(files)
    problems += rename_problems(files)
    if not paths and only is None:
        problems.append(_no_files())
    return Departments(tuple(files), tuple(folder.shown(path) for path in paths), tuple(problems))


def read_department(folder: AccountsFolder, path: Path, only: Container[str] | None = None) -> DepartmentFile:
    """One department file, or `only` some accounts of it. Raises `Refused` with all that is wrong with it."""
    text, shown = folder.department_text(path), folder.shown(path)
    data = plain_data(text)
    if data is not None:
        places = LookedUpPlaces(shown, lambda: folder.department_text(path), tuple(data["users"]))
        return department_file(data, places, only)
    from efsync.accounts.document import parse  # slow to import, and needed for unusual files only

    document = parse(text, shown)
    problems = document.problems or list(_form_problems(document))
    if problems:
        raise Refused(problems)
    return department_file(document.data, document, only)


def _form_problems(document: "Document") -> Iterator[Problem]:
    if not isinstance(document.data, dict):
        said = message("the file is empty") if document.data is None else message("the file is not a mapping")
        yield Problem("schema", said, Location(document.file, 1, 1), _EXAMPLE)
        return
    found = [problem for _, problem in schema_problems("department", document.data, document.locate)]
    yield from sorted(found, key=lambda problem: _position(problem.location))


def _departments_twice(files: Iterable[DepartmentFile]) -> Iterator[Problem]:
    seen: dict[str, DepartmentFile] = {}
    for file in files:
        first = seen.setdefault(file.head.key, file)
        if first is not file:
            said = message(
                "the department {department} has a file already: {place}",
                department=file.head.department, place=first.head.location,
            )  # fmt: skip
            hint = message("one file holds one department: put both into one")
            yield Problem("duplicate-department", said, file.head.location, hint)


def _users_twice(files: Iterable[DepartmentFile]) -> Iterator[Problem]:
    seen: dict[str, FileAccount] = {}
    for file in files:
        for account in file.accounts:
            first = seen.setdefault(account.key, account)
            if first is not account:
                said = message(
                    "the user {user} stands here a second time; first at {place}",
                    user=account.code, place=first.location,
                )  # fmt: skip
                hint = message("the ERP does not tell codes apart by upper and lower case")
                yield Problem("duplicate-user", said, account.location, hint)


def _no_files() -> Problem:
    return Problem(
        "config", message("there is no department file in the accounts folder"), severity=Severity.WARNING,
        hint=message("`efsync import` writes them from the ERP; else: they end in .yaml and do not start with _"),
    )  # fmt: skip


def _position(location: Location | None) -> tuple[int, int]:
    return (location.line or 0, location.column or 0) if location else (0, 0)
