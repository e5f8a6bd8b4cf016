"""From what a file says of a field to the value that the field is to have."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches

from efsync.accounts.department import DepartmentFile, Entry, FileAccount, IncludedText
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.templates import Person, Templates
from efsync.model.accounts import DesiredAccount, LiveAccount
from efsync.model.fields import PASSWORD, UNKNOWN, PlainValue, Unknown, Value
from efsync.model.normal import comparable, normal_value
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Refused, Severity
from efsync.model.secrets import SecretReference

ReadPassword = Callable[[FileAccount, SecretReference, Location], Value]
"""Turns a reference into a fingerprint, or `UNKNOWN`; raises `Refused`."""


Misfit = Callable[[str, PlainValue], str | None]
"""Says why the ERP can't hold a value of a field; `None` where it can."""


class Resolver:
    """Renders texts and has passwords read, collecting every problem on the way."""

    def __init__(
        self,
        folder: AccountsFolder,
        read_password: ReadPassword,
        selection: Selection = Selection(),
        misfit: Misfit | None = None,
    ) -> None:
        self._folder = folder
        self._selection = selection
        self._misfit = misfit
        self._templates = Templates(folder)
        self._read_password = read_password
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong so far; one mistake in the defaults is one problem, not one for each user."""
        return tuple(self._problems)

    def resolve(self, files: Iterable[DepartmentFile], live: Mapping[str, LiveAccount]) -> dict[str, DesiredAccount]:
        """Every account of `files` by comparable code; templates know the `live` name and title.

        Users without a live account get stand-ins, so that a template can be tried without a database.
        """
        return {
            account.key: self._account(file, account, live.get(account.key))
            for file in files
            for account in file.accounts
        }

    def _account(self, file: DepartmentFile, account: FileAccount, live: LiveAccount | None) -> DesiredAccount:
        person = _person(file, account, live)
        fields: dict[str, Value] = {}
        reference: SecretReference | None = None
        for field, entry in account.entries.items():
            try:
                fields[field] = self._fitting(field, entry, file, account, person)
            except Refused as refused:
                self._problems |= dict.fromkeys(refused.problems)
            if field == PASSWORD and isinstance(entry.value, SecretReference):
                reference = entry.value
        return DesiredAccount(account.code, file.department, file.on_removal, fields, reference, account.location)

    def _fitting(self, field: str, entry: Entry, file: DepartmentFile, account: FileAccount, person: Person) -> Value:
        value = self._value(field, entry, file, account, person)
        if self._misfit is None or isinstance(value, Unknown) or (field == PASSWORD and value is not None):
            return value
        if why := self._misfit(field, value):
            raise Refused(misfit_problem(account.code, field, why, entry.location))
        return value

    def _value(self, field: str, entry: Entry, file: DepartmentFile, account: FileAccount, person: Person) -> Value:
        match entry.value:
            case IncludedText(path, is_template=True):
                return normal_value(field, self._templates.render(path, person, account.variables, entry.location))
            case IncludedText(path):
                return normal_value(field, self._folder.included_text(path, entry.location))
            case SecretReference() as reference:
                if not self._selection.covers(account.code, file.department):
                    return UNKNOWN  # nobody asked for it
                return self._read_password(account, reference, entry.location)
            case value:
                return value


def live_problems(
    files: Iterable[DepartmentFile], live: Mapping[str, LiveAccount], selection: Selection = Selection()
) -> Iterator[Problem]:
    """Where the files and the ERP disagree about who is in which department; warnings of selected accounts only."""
    departments = {comparable(user.department): user.department for user in live.values()}
    for file in files:
        if file.accounts and file.key not in departments:
            near = get_close_matches(file.department.upper(), departments.values(), n=1)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else f"there are: {', '.join(sorted(filter(None, departments.values())))}"
            )
            yield Problem(
                "department-mismatch", f"the ERP has no user in a department {file.department}", file.location, hint
            )
            continue
        for account in file.accounts:
            user = live.get(account.key)
            if user is None:
                near = [each.code for each in live.values() if _alike(each.code, account.code)]
                remedy = "take the account out of the file, or create the user in the ERP first; efsync never does"
                hint = f"did you mean {near[0]}?" if near else remedy
                yield Problem("unknown-user", f"the ERP has no user {account.code}", account.location, hint)
            elif comparable(user.department) != file.key:
                where = f"in department {user.department}" if user.department else "in no department"
                yield Problem(
                    "department-mismatch",
                    f"the ERP has user {account.code} {where}, and this file is {file.department}",
                    account.location,
                    "move the account to the file of its department, or the user in the ERP",
                )
            elif not user.active and selection.covers(account.code, file.department):
                yield Problem(
                    "inactive-user",
                    f"user {account.code} is not active in the ERP",
                    account.location,
                    severity=Severity.WARNING,
                )


def misfit_problem(code: str, field: str, why: str, place: Location | None) -> Problem:
    """That a field's value does not fit into the ERP."""
    message = f"{field} of {code} does not fit into the ERP: {why}"
    return Problem("does-not-fit", message, place, "write a value that fits, or have the column changed")


def unmapped_problems(files: Iterable[DepartmentFile], mapped: frozenset[str]) -> Iterator[Problem]:
    """Fields that the files name and the target's layout leaves out, each place once."""
    seen: set[Location] = set()
    for file in files:
        for account in file.accounts:
            for field, entry in account.entries.items():
                if field not in mapped and entry.location not in seen:
                    seen.add(entry.location)
                    message = f"{field}: the target's layout leaves this field out"
                    hint = "take it out of the file, or map it in efsync.toml: [targets.NAME.columns]"
                    yield Problem("unmapped-field", message, entry.location, hint)


def _person(file: DepartmentFile, account: FileAccount, live: LiveAccount | None) -> Person:
    def value(field: str) -> str:
        entry = account.entries.get(field)
        found = entry.value if entry else live.fields.get(field) if live else None
        return found if isinstance(found, str) else ""

    return Person(
        code=account.code,
        name=live.name if live else account.code,
        title=live.title if live else "Cargo",
        department=file.department,
        address=value("address"),
        domain=value("domain"),
    )


def _alike(one: str, other: str) -> bool:
    """Whether two codes differ in one letter or accent only, as a typing mistake does."""
    a, b = comparable(one), comparable(other)
    return len(a) == len(b) > 2 and sum(x != y for x, y in zip(a, b, strict=True)) == 1
