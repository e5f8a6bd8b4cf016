"""Checks each account's mail, and where it is sent, while all accounts are resolved."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from efsync.accounts.department import FileAccount, IncludedText
from efsync.accounts.resolve import Resolver
from efsync.mail.alike import Linter, shape
from efsync.mail.compose import Part
from efsync.mail.mail import MAX_BYTES, Finding, Mail
from efsync.mail.rules import RULES
from efsync.mail.sense import Sense
from efsync.model.accounts import DesiredAccount, LiveAccount
from efsync.model.language import Message, message
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Severity
from efsync.settings.lint import LintSettings

_PARTS = (Part.HEADER, Part.SIGNATURE, Part.FOOTER)
_ALL = frozenset(_PARTS)
_OWN = object()
_MOST = 4096
"""How many compositions are remembered at a time."""

_OF_SERVERS = frozenset({"smtp-implicit-tls"})
"""What is said once of each server, and not of each place that names it."""


@dataclass(slots=True)
class _Reported:
    """A problem, the user whom it was found for first, the last one, and how many have it."""

    problem: Problem
    first: str
    last: str = ""
    users: int = 0

    def count(self, user: str) -> None:
        """Count a user, the same one once."""
        self.users += user != self.last
        self.last = user


class MailCheck:
    """Resolves accounts as `resolver` does, and looks at what comes out, for those that are selected."""

    def __init__(self, resolver: Resolver, settings: LintSettings, selection: Selection) -> None:
        self._resolver = resolver
        self._settings = settings
        self._selection = selection
        self._all = selection == Selection()
        self._linter = Linter()
        self._sense = Sense(settings.mail_hosts)
        self._reported: dict[Hashable, _Reported] = {}
        self._alike: dict[Hashable, list[_Reported]] = {}
        self._addresses: dict[str, FileAccount] = {}

    @property
    def problems(self) -> Iterator[Problem]:
        """What was found so far; what stands in one place is one problem, however many users have it."""
        for each in self._reported.values():
            yield _counted(each)

    def account(self, account: FileAccount, live: LiveAccount | None) -> DesiredAccount:
        """As `Resolver.account`."""
        desired = self._resolver.account(account, live)
        selected = self._all or self._selection.covers(account.code, account.department)
        if "address" in account.own:
            self._check_address(account, desired, selected=selected)
        if selected:
            self._check_sense(account, desired, live)
            if not _ALL.isdisjoint(desired.fields):
                self._check_html(account, desired, live)
        return desired

    def _check_address(self, account: FileAccount, desired: DesiredAccount, *, selected: bool) -> None:
        address = desired.fields.get("address")
        if not isinstance(address, str):
            return
        first = self._addresses.setdefault(address.casefold(), account)
        if first.key != account.key and (selected or self._selection.covers(first.code, first.department)):
            twice = message(
                "{address} is the address of {user} too: {place}",
                address=address,
                user=first.code,
                place=first.location_of("address"),
            )
            self._report("smtp-address-twice", twice, account, account.location_of("address"))

    def _check_sense(self, account: FileAccount, desired: DesiredAccount, live: LiveAccount | None) -> None:
        values = {**live.fields, **desired.fields} if live else desired.fields
        for odd in self._sense.oddities(values):
            field = next((each for each in odd.fields if each in desired.fields), None)
            if field is None:
                continue
            known = self._reported.get((odd.code, odd.message)) if odd.code in _OF_SERVERS else None
            if known is None:
                self._report(odd.code, odd.message, account, account.location_of(field))
            else:
                known.count(account.code)

    def _check_html(self, account: FileAccount, desired: DesiredAccount, live: LiveAccount | None) -> None:
        mail = _mail(account, desired, live)
        if mail.may_be_long:
            self._check_size(account, desired, mail)
        bones = shape(mail)
        alike = (bones, *[_stands_in(account, part, live) for part in _PARTS])
        known = self._alike.get(alike)
        if known is not None:
            for each in known:
                each.count(account.code)
            return
        found = [self._judge(each, account, desired, live, mail) for each in self._linter.findings(mail, bones)]
        if _OWN in alike:
            return
        if len(self._alike) >= _MOST:
            self._alike.clear()
        self._alike[alike] = [each for each in found if each is not None]

    def _judge(
        self, found: Finding, account: FileAccount, desired: DesiredAccount, live: LiveAccount | None, mail: Mail
    ) -> _Reported | None:
        field = found.part.value
        if field not in desired.fields:
            if RULES[found.code].severity is not Severity.ERROR:
                return None
            return self._report(found.code, _in_the_erp(found), account, account.location, Severity.WARNING)
        if found.line == 0:
            return self._report(found.code, found.message, account, account.location_of(field))
        text = getattr(mail, field)
        place = self._resolver.place(account, live, field, text, found.line, found.column)
        return self._report(found.code, found.message, account, place)

    def _check_size(self, account: FileAccount, desired: DesiredAccount, mail: Mail) -> None:
        if mail.size <= MAX_BYTES:
            return
        managed = [part for part in _PARTS if part in desired.fields]
        longest = max(managed, key=lambda part: len(getattr(mail, part) or ""))
        too_long = message(
            "header, signature and footer have {size:,} bytes together, of which the {longest} has the most",
            size=mail.size,
            longest=longest,
        )
        self._report("mail-size", too_long, account, account.location_of(longest))

    def _report(
        self, code: str, what: str, account: FileAccount, place: Location, severity: Severity | None = None
    ) -> _Reported | None:
        if code in self._settings.off:
            return None
        rule = RULES[code]
        problem = Problem(code, what, place, rule.hint, severity or rule.severity)
        key = (code, what) if code in _OF_SERVERS else problem
        reported = self._reported.setdefault(key, _Reported(problem, account.code))
        reported.count(account.code)
        return reported


def _in_the_erp(found: Finding) -> Message:
    """A finding in a text of the ERP, which is in no file."""
    if found.line:
        return message(
            "{finding} (in the ERP, which is not managed here, line {line})", finding=found.message, line=found.line
        )
    return message("{finding} (in the ERP, which is not managed here)", finding=found.message)


def _mail(account: FileAccount, desired: DesiredAccount, live: LiveAccount | None) -> Mail:
    """The texts around the message: what the files say, and of what they don't say, what the ERP has."""
    texts: list[str | None] = []
    known = []
    for part in _PARTS:
        value: object = None
        if part in desired.fields:
            value = desired.fields[part]
            known.append(part)
        elif live and part in live.fields and part not in account.own and part not in account.head.defaults:
            value = live.fields[part]
            known.append(part)
        texts.append(value if isinstance(value, str) else None)
    header, signature, footer = texts
    return Mail(header, signature, footer, _ALL if len(known) == len(_PARTS) else frozenset(known))


def _stands_in(account: FileAccount, part: Part, live: LiveAccount | None) -> Hashable:
    """What many accounts may share that decides where a finding in that text is; `_OWN` where it is the account."""
    if part in account.own:
        entry = account.own[part]
        return entry if isinstance(entry, IncludedText) else _OWN
    if part in account.head.defaults:
        entry = account.head.defaults[part]
        return entry if isinstance(entry, IncludedText) else account.head.file
    return None if live is None else _OWN


def _counted(reported: _Reported) -> Problem:
    problem = reported.problem
    if reported.users == 1:
        return problem
    by_many = message(
        "{problem} ({count:,} users, first {user})", problem=problem.message, count=reported.users, user=reported.first
    )
    return replace(problem, message=by_many)
