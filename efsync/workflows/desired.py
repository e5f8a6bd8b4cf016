"""Reads what the files want."""

from collections.abc import Mapping
from dataclasses import dataclass

from efsync.accounts.department import FileAccount
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import Departments, read_departments
from efsync.accounts.resolve import ReadPassword, Resolver, live_problems, misfit_problem, unmapped_problems
from efsync.erp.field_columns import FieldColumns
from efsync.model.accounts import AppliedAccount, DesiredAccount, LiveAccount
from efsync.model.fields import PASSWORD, UNKNOWN, Value
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Refused
from efsync.model.secrets import SecretReference
from efsync.secrets.fingerprints import FingerprintKey
from efsync.secrets.store import SecretStore


@dataclass(frozen=True, slots=True)
class Desired:
    """The desired accounts by comparable code, the files that they stand in, and all that is wrong with them."""

    accounts: Mapping[str, DesiredAccount]
    departments: Departments
    problems: tuple[Problem, ...]


def read_desired(
    folder: AccountsFolder,
    read_password: ReadPassword,
    live: Mapping[str, LiveAccount] | None,
    columns: FieldColumns | None,
    selection: Selection = Selection(),
) -> Desired:
    """Read, check and resolve every department file; only the passwords of the selected accounts are read.

    With `live` accounts the files are held against the ERP too, and with its `columns` against what they can
    hold; without, templates get stand-ins.
    """
    departments = read_departments(folder)
    resolver = Resolver(folder, read_password, selection, columns.misfit if columns else None)
    accounts = resolver.resolve(departments.files, live or {})
    against_live = tuple(live_problems(departments.files, live, selection)) if live is not None else ()
    unmapped = tuple(unmapped_problems(departments.files, columns.mapped)) if columns else ()
    problems = (*departments.problems, *against_live, *unmapped, *resolver.problems)
    return Desired(accounts, departments, tuple(sorted(problems, key=_place)))


def with_secrets(store: SecretStore, key: FingerprintKey, columns: FieldColumns) -> ReadPassword:
    """Reads passwords, which have to fit into their column, and gives their fingerprints."""

    def read(account: FileAccount, reference: SecretReference, place: Location) -> Value:
        secret = store.read(reference, place)
        if why := columns.misfit(PASSWORD, secret):
            raise Refused(misfit_problem(account.code, PASSWORD, why, place))
        return key.fingerprint(secret)

    return read


def without_secrets(store: SecretStore, applied: Mapping[str, AppliedAccount]) -> ReadPassword:
    """Compares references with those last applied: the same one counts as unchanged, another is unknown."""

    def read(account: FileAccount, reference: SecretReference, place: Location) -> Value:
        store.check_allowed(reference, place)
        known = applied.get(account.key)
        fingerprint = known.fields.get(PASSWORD) if known and known.reference == reference else None
        return UNKNOWN if fingerprint is None else fingerprint

    return read


def _place(problem: Problem) -> tuple[str, int, int]:
    location = problem.location
    return (location.file, location.line or 0, location.column or 0) if location else ("", 0, 0)
