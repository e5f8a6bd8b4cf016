"""From what a file says of a field to the value that the field is to have."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from efsync.accounts.department import Entry, FileAccount, Head, IncludedText
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.foreseen import Foreseen
from efsync.model.accounts import DesiredAccount, LiveAccount
from efsync.model.digests import field_mark, fields_mark, place_mark, reference_mark
from efsync.model.fields import PASSWORD, UNKNOWN, UNREAD, PlainValue, Unknown, Value
from efsync.model.language import message
from efsync.model.normal import normal_value
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Refused
from efsync.model.secrets import SecretReference

if TYPE_CHECKING:
    from efsync.accounts.templates import Person, Templates

ReadPassword = Callable[[FileAccount, SecretReference], Value]
"""Turns a reference into a fingerprint, or `UNKNOWN`; raises `Refused`, without a place."""


class Columns(Protocol):
    """What a target's columns make of a value."""

    def misfit(self, field: str, value: PlainValue) -> str | None:
        """Why the ERP can't hold a value of a field; `None` where it can."""
        ...

    def kept(self, field: str, value: Value) -> Value:
        """What the value is once the ERP holds it."""
        ...


@dataclass(frozen=True, slots=True)
class _Shared:
    """The values of a file's defaults that are the same for each account and no trouble, and their part of a digest.

    `marks` has what each adds to it, `mark` what they all add, and the file. `department` is a comparable one.
    """

    department: str
    values: Mapping[str, Value]
    marks: Mapping[str, int]
    mark: int

    def digest(self, own: Mapping[str, Value], mark: int, reference: SecretReference | None) -> int:
        """The digest of an account that has values of its `own`, which add `mark` to it."""
        digest = self.mark ^ mark ^ reference_mark(reference)
        for field in own.keys() & self.marks.keys():
            digest ^= self.marks[field]
        return digest


class Resolver:
    """Renders texts and has passwords read, collecting every problem on the way."""

    def __init__(
        self,
        folder: AccountsFolder,
        read_password: ReadPassword,
        selection: Selection = Selection(),
        columns: Columns | None = None,
    ) -> None:
        self._folder = folder
        self._selection = selection
        self._columns = columns
        self._read_password = read_password
        self._problems: dict[Problem, None] = {}
        self._shared: dict[str, _Shared] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}  # few are different

    @cached_property
    def _templates(self) -> "Templates":
        from efsync.accounts.templates import Templates  # slow to import, and not in every company's files

        return Templates(self._folder)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong so far; one mistake in the defaults is one problem, not one for each user."""
        return tuple(self._problems)

    def account(self, account: FileAccount, live: LiveAccount | None) -> DesiredAccount:
        """What one account is to be; templates know its `live` name and title, or get stand-ins without."""
        head = account.head
        shared = self._shared_with(account)
        own, troubled = self._own_values(account, self._left(account, shared), live)
        reference = account.reference
        fields = {**shared.values, **own}
        is_compared = self._columns is not None and not troubled
        digest = shared.digest(own, fields_mark(own), reference) if is_compared else None
        return DesiredAccount(account.code, head.department, head.on_removal, fields, reference, account, digest)

    def foreseen(self, account: FileAccount, recorded: int, *, unread: bool) -> Foreseen | None:
        """What the ERP holds of an account if it is as its file says, of which the digest `recorded` is remembered.

        With `unread` a password that is there is not read. `None` where something else is remembered, something is
        wrong, or the ERP itself has to be asked, for a template.
        """
        shared = self._shared_with(account)
        left = self._left(account, shared)
        if any(isinstance(entry, IncludedText) and entry.is_template for entry in left.values()):
            return None
        own, troubled = self._own_values(account, left, None)
        mark = fields_mark(own)
        if troubled or shared.digest(own, mark, account.reference) != recorded:
            return None
        if unread and (password := own.get(PASSWORD)):
            mark ^= field_mark(PASSWORD, password) ^ field_mark(PASSWORD, UNREAD)
        names = tuple(own)
        return Foreseen(shared.department, shared.values, self._names.setdefault(names, names), mark)

    def place(
        self, account: FileAccount, live: LiveAccount | None, field: str, text: str, line: int, column: int
    ) -> Location:
        """Where a character of the `text` that a field of an account resolved to is written, as exactly as can be told.

        That is in the included file or the template, or in the department file.
        """
        entry = account.entries[field]
        if not isinstance(entry, IncludedText):
            return account.location_within(field, text, line, column)
        if not entry.is_template:
            return Location(self._folder.included_name(entry.path), line, column)
        person = person_of(account, live)
        found = self._templates.place(entry.path, person, account.variables, text, line, column)
        if found is None:
            return Location(self._folder.included_name(entry.path))
        template, *place = found
        return Location(self._folder.included_name(template), *place)

    def _own_values(
        self, account: FileAccount, entries: Mapping[str, Entry], live: LiveAccount | None
    ) -> tuple[dict[str, Value], bool]:
        """The values of `entries`, and whether something is wrong with one, which is kept among the problems."""
        own: dict[str, Value] = {}
        troubled = False
        for field, entry in entries.items():
            try:
                own[field] = self._fitting(field, self._value(field, entry, account, live), account.code)
            except Refused as refused:
                troubled = True
                self._problems |= dict.fromkeys(refused.at(account.location_of(field)).problems)
        return own, troubled

    def _shared_with(self, account: FileAccount) -> _Shared:
        """What the account has in common with all others of its file."""
        head = account.head
        shared = self._shared.get(head.file)
        if shared is None:
            shared = self._shared[head.file] = self._shared_by_all(head)
        return shared

    def _shared_by_all(self, head: Head) -> _Shared:
        found: dict[str, Value] = {}
        for field, entry in head.defaults.items():
            if isinstance(entry, SecretReference) or (isinstance(entry, IncludedText) and entry.is_template):
                continue
            with suppress(Refused):  # said of each account
                found[field] = self._fitting(field, self._same_value(field, entry), "")
        marks = {field: field_mark(field, value) for field, value in found.items()}
        return _Shared(head.key, found, marks, place_mark(head.department, head.on_removal) ^ fields_mark(found))

    def _left(self, account: FileAccount, shared: _Shared) -> Mapping[str, Entry]:
        """What has to be looked at for this account."""
        if len(shared.values) == len(account.head.defaults):
            return account.own
        return {
            field: entry
            for field, entry in account.entries.items()
            if field in account.own or field not in shared.values
        }

    def _fitting(self, field: str, value: Value, code: str) -> Value:
        """The value as the ERP holds it. Raises `Refused` where it can't."""
        if self._columns is None or isinstance(value, Unknown):
            return value
        if (field != PASSWORD or value is None) and (why := self._columns.misfit(field, value)):
            raise Refused(misfit_problem(code, field, why))
        return self._columns.kept(field, value)

    def _value(self, field: str, entry: Entry, account: FileAccount, live: LiveAccount | None) -> Value:
        match entry:
            case IncludedText(path, is_template=True):
                person = person_of(account, live)
                return normal_value(field, self._templates.render(path, person, account.variables))
            case SecretReference() as reference:
                if not self._selection.covers(account.code, account.department):
                    return UNKNOWN  # nobody asked for it
                return self._read_password(account, reference)
        return self._same_value(field, entry)

    def _same_value(self, field: str, entry: Entry) -> Value:
        """The value of an entry that says the same for whichever account."""
        if isinstance(entry, IncludedText):
            return normal_value(field, self._folder.included_text(entry.path))
        assert not isinstance(entry, SecretReference)
        return entry


def misfit_problem(code: str, field: str, why: str) -> Problem:
    """That a field's value does not fit into the ERP."""
    said = message("{field} of {user} does not fit into the ERP: {why}", field=field, user=code, why=why)
    return Problem("does-not-fit", said, hint=message("write a value that fits, or have the column changed"))


def person_of(account: FileAccount, live: LiveAccount | None) -> "Person":
    """What templates know of an account; of one that is not live, what stands in for its name and title."""
    from efsync.accounts.templates import Person

    def value(field: str) -> str:
        """The text of a field, as its file or else the ERP has it."""
        entries = account.own if field in account.own else account.head.defaults
        found = entries[field] if field in entries else live.fields.get(field) if live else None
        return found if isinstance(found, str) else ""

    return Person(
        code=account.code,
        name=live.name if live else account.code,
        title=live.title if live else "Cargo",
        department=account.department,
        address=value("address"),
        domain=value("domain"),
    )
