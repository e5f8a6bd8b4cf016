"""Reads what the files want."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from efsync.accounts.against_erp import live_problems, unmapped_problems
from efsync.accounts.department import DepartmentFile, FileAccount
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import Departments, Only, read_departments
from efsync.accounts.resolve import ReadPassword, Resolver, misfit_problem
from efsync.model.accounts import AppliedPassword, LiveUser
from efsync.model.fields import PASSWORD, UNKNOWN, Value
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import SecretReference
from efsync.secrets.fingerprints import FingerprintKey
from efsync.secrets.store import SecretStore

if TYPE_CHECKING:  # slow to import, and not needed where no database is opened
    from efsync.erp.field_columns import FieldColumns


class Wanted:
    """All department files, or `only` some of their accounts, which are resolved one at a time.

    Some may have been `read` before.
    """

    def __init__(
        self,
        folder: AccountsFolder,
        selection: Selection = Selection(),
        only: Only | None = None,
        read: Mapping[Path, DepartmentFile] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self._selection = selection
        self.departments: Departments = read_departments(folder, only, read)

    @cached_property
    def accounts(self) -> Mapping[str, FileAccount]:
        """Every account by comparable code."""
        found: dict[str, FileAccount] = {}
        for account in self.each():
            found.setdefault(account.key, account)
        return found

    @cached_property
    def by_department(self) -> Mapping[str, DepartmentFile]:
        """The files by comparable department."""
        return {file.head.key: file for file in self.departments.files}

    def each(self) -> Iterator[FileAccount]:
        """Every account, in the order of the files; one that stands there twice, twice."""
        for file in self.departments.files:
            yield from file.accounts

    @property
    def passwords(self) -> Iterator[tuple[FileAccount, SecretReference]]:
        """The accounts that somebody asked for, of those whose password is somewhere, and where."""
        for account, reference in self.departments.passwords:
            if self._selection.covers(account.code, account.department):
                yield account, reference

    @property
    def named(self) -> Iterator[LiveUser]:
        """Who is named, as `check_selection` takes it."""
        for account in self.each():
            yield LiveUser(account.code, account.department, active=True)

    def resolver(self, read_password: ReadPassword, columns: "FieldColumns | None" = None) -> Resolver:
        """What resolves the accounts; only the passwords of those that are selected are read."""
        return Resolver(self.folder, read_password, self._selection, columns)

    def problems(
        self,
        resolver: Resolver,
        named: Mapping[str, LiveUser] | None = None,
        others: Collection[LiveUser] = (),
        columns: "FieldColumns | None" = None,
    ) -> tuple[Problem, ...]:
        """All that is wrong, in the order of the files, once every account is resolved.

        With the live users who are `named` in the files, and the `others`, the files are held against the ERP too,
        and with `columns` against its layout.
        """
        files = self.departments.files
        against_live = live_problems(files, named, others, self._selection) if named is not None else ()
        unmapped = unmapped_problems(files, columns.mapped) if columns else ()
        problems = (*self.departments.problems, *against_live, *unmapped, *resolver.problems)
        return tuple(sorted(problems, key=by_place))


def with_secrets(store: SecretStore, key: FingerprintKey, columns: "FieldColumns") -> ReadPassword:
    """Reads passwords, which have to fit into their column, and gives their fingerprints."""

    def read(account: FileAccount, reference: SecretReference) -> Value:
        """The fingerprint of what a reference leads to."""
        secret = store.read(reference)
        if why := columns.misfit(PASSWORD, secret):
            raise Refused(misfit_problem(account.code, PASSWORD, why))
        return key.fingerprint(secret)

    return read


def without_secrets(store: SecretStore, applied: Callable[[], Mapping[str, AppliedPassword]]) -> ReadPassword:
    """Compares references with those last `applied`: the same one counts as unchanged, another is unknown."""
    passwords = cache(applied)  # asked only where there is any to compare

    def read(account: FileAccount, reference: SecretReference) -> Value:
        """The fingerprint as applied, where the reference is still the same."""
        store.check_allowed(reference)
        known = passwords().get(account.key)
        fingerprint = known.fingerprint if known and known.reference == reference else None
        return UNKNOWN if fingerprint is None else fingerprint

    return read


def by_place(problem: Problem) -> tuple[str, int, int]:
    """In which order problems are shown."""
    location = problem.location
    return (location.file, location.line or 0, location.column or 0) if location else ("", 0, 0)
