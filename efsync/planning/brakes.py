"""The brakes: limits that a plan may not pass without somebody's explicit word.

Looked at when a plan is made, to warn, and again by apply, before the first write, to refuse.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from efsync.model.accounts import AppliedAccount, LiveAccount, RetiredPassword
from efsync.model.fields import PASSWORD, UNREAD, Values
from efsync.model.plans import AccountChange, Action, Overrides
from efsync.model.problems import Problem
from efsync.model.secrets import SecretReference

_CREDENTIALS = frozenset({PASSWORD, "server", "port", "ssl"})
"""The fields that say which password goes where: what touches none of them sends no password anywhere new."""

Key = TypeVar("Key")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of `[safety]`; the percent counts only above `min_changed_accounts`."""

    max_changed_percent: int = 50
    min_changed_accounts: int = 10
    max_cleared_accounts: int = 5


Everyone = Iterable[tuple[str, LiveAccount | None, AppliedAccount | None]]
"""Every account that is live or was applied: its comparable code, and both sides."""


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """What efsync knows beside a plan: who changes as they are live, the codes of all who were applied, old passwords.

    `everyone` and `retired` look at all accounts, and are asked only where a password may go somewhere new.
    """

    live: Mapping[str, LiveAccount]
    managed: Set[str]
    everyone: Callable[[], Everyone]
    retired: Callable[[], Iterable[RetiredPassword]]

    @classmethod
    def of(
        cls,
        live: Mapping[str, LiveAccount],
        applied: Mapping[str, AppliedAccount],
        retired: Sequence[RetiredPassword] = (),
    ) -> "KnownAccounts":
        """From all accounts, by comparable code."""

        def everyone() -> Everyone:
            return ((key, live.get(key), applied.get(key)) for key in live.keys() | applied.keys())

        return cls(live, applied.keys(), everyone, lambda: retired)


def brakes(
    changes: Sequence[AccountChange],
    known: KnownAccounts,
    limits: Limits,
    overrides: Overrides,
) -> tuple[Problem, ...]:
    """The limits that `changes` pass, each as an error with its numbers and its override."""
    found = []
    if not overrides.changed:
        found += _too_many_changed(changes, known, limits)
    if not overrides.cleared:
        found += _too_many_cleared(changes, limits)
    moving = [change for change in changes if change.writes and not _CREDENTIALS.isdisjoint(change.after)]
    if any(not overrides.allows_redirect(change.user) for change in moving):
        passwords = _KnownPasswords.collect(known, moving)
        for change in moving:
            if not overrides.allows_redirect(change.user):
                found += passwords.redirects(change, known.live.get(change.key))
    return tuple(found)


def _too_many_changed(changes: Sequence[AccountChange], known: KnownAccounts, limits: Limits) -> list[Problem]:
    changed = sum(change.writes for change in changes)
    managed = len(known.managed | {change.key for change in changes})
    if changed <= limits.min_changed_accounts or changed * 100 <= limits.max_changed_percent * managed:
        return []
    return [
        Problem(
            "brake-changed",
            f"{changed} of {managed} accounts would change ({changed * 100 // managed} %); "
            f"at most {limits.max_changed_percent} % may, once it is more than {limits.min_changed_accounts}",
            hint="if that is meant, apply with --allow-changed; the limits are max_changed_percent "
            "and min_changed_accounts in [safety]",
        )
    ]


def _too_many_cleared(changes: Sequence[AccountChange], limits: Limits) -> list[Problem]:
    cleared = sum(change.action is Action.CLEAR for change in changes)
    if cleared <= limits.max_cleared_accounts:
        return []
    return [
        Problem(
            "brake-cleared",
            f"{cleared} accounts would be cleared; at most {limits.max_cleared_accounts} may",
            hint="if that is meant, apply with --allow-cleared; the limit is max_cleared_accounts in [safety]",
        )
    ]


@dataclass(frozen=True, slots=True)
class _Destination:
    """Where a password is sent: to which server and port, and whether encrypted."""

    server: object
    port: object
    ssl: bool

    @classmethod
    def of(cls, fields: Values) -> "_Destination":
        """The destination that an account's fields name."""
        server = fields.get("server")
        # not casefold: a sharp s is not ss in a host name, and whoever owns the one need not own the other
        if isinstance(server, str) and server.isascii():
            server = server.lower()
        return cls(server, fields.get("port"), fields.get("ssl") is True)

    def is_safe_after(self, other: "_Destination") -> bool:
        """Whether a password that went to `other` may go here."""
        return (self.server, self.port) == (other.server, other.port) and self.ssl >= other.ssl


@dataclass(frozen=True, slots=True)
class _KnownPasswords:
    """Which passwords efsync knows, by fingerprint: who has each and where it goes, live or as applied.

    `places` says the same by account, for passwords that were not read.
    """

    owners: Mapping[object, frozenset[str]]
    destinations: Mapping[object, frozenset[_Destination]]
    places: Mapping[str, frozenset[_Destination]]
    references: Mapping[SecretReference, frozenset[str]]

    @classmethod
    def collect(cls, known: KnownAccounts, moving: Sequence[AccountChange]) -> "_KnownPasswords":
        """Gather, from every side, what is known of the passwords, accounts and references in `moving`."""
        accounts = {change.key for change in moving}
        wanted = {_with(change, known.live.get(change.key)).get(PASSWORD) for change in moving}
        referred = {change.reference for change in moving}
        owners: dict[object, set[str]] = {}
        destinations: dict[object, set[_Destination]] = {}
        places: dict[str, set[_Destination]] = {}
        references: dict[SecretReference, set[str]] = {}

        def note(key: str, fields: Values) -> None:
            password = fields.get(PASSWORD)
            if password is not None and key in accounts:
                places.setdefault(key, set()).add(_Destination.of(fields))
            if isinstance(password, str) and password in wanted:
                owners.setdefault(password, set()).add(key)
                destinations.setdefault(password, set()).add(_Destination.of(fields))

        def note_reference(key: str, reference: SecretReference | None) -> None:
            if reference is not None and reference in referred:
                references.setdefault(reference, set()).add(key)

        for key, live, applied in known.everyone():
            if live is not None:
                note(key, live.fields)
            if applied is not None:
                note(key, {**(live.fields if live else {}), **applied.fields})
                note_reference(key, applied.reference)
        for each in known.retired():
            note(each.key, each.fields)
            note_reference(each.key, each.reference)
        for change in moving:
            password = change.after.get(PASSWORD)
            # renewed behind its own reference: known already, before it is written
            if isinstance(password, str) and change.reference and change.key in references.get(change.reference, ()):
                owners.setdefault(password, set()).add(change.key)
        return cls(_frozen(owners), _frozen(destinations), _frozen(places), _frozen(references))

    def redirects(self, change: AccountChange, live: LiveAccount | None) -> list[Problem]:
        """The ways in which `change` would send a password that is known to somewhere new."""
        if live is None:
            return []
        fields = _with(change, live)
        password = fields.get(PASSWORD)
        if password is None:
            return []
        owners = set(self.owners.get(password, ()))
        if PASSWORD in change.after and change.reference is not None:
            owners |= self.references.get(change.reference, frozenset())
        if owners and change.key not in owners:
            return [_other_account(change)]
        if PASSWORD in change.after and (moved := _moved_since(change, live)):
            return [_unplanned(change, moved)]
        after = _Destination.of(fields)
        # a password that was not read counts as the one that was applied
        places = self.places[change.key] if password is UNREAD else self.destinations.get(password, frozenset())
        if not places or after.server is None or any(after.is_safe_after(place) for place in places):
            return []
        return [_other_server(change, after)]


def _with(change: AccountChange, live: LiveAccount | None) -> Values:
    """The fields of an account once `change` is done."""
    return {**(live.fields if live else {}), **change.after}


def _frozen(sets: Mapping[Key, set[Item]]) -> Mapping[Key, frozenset[Item]]:
    return {key: frozenset(items) for key, items in sets.items()}


def _moved_since(change: AccountChange, live: LiveAccount) -> list[str]:
    """Where a password goes is part of what its change was planned on, though it may not change itself."""
    places = ("server", "port", "ssl")
    return [
        field for field in places if field in change.unchanged and live.fields.get(field) != change.unchanged[field]
    ]


def _unplanned(change: AccountChange, moved: list[str]) -> Problem:
    return Problem(
        "brake-redirect",
        f"{' and '.join(moved)} of {change.user} changed in the ERP since the plan was made, "
        "and the new password would go there",
        change.location,
        hint="make a new plan",
    )


def _other_account(change: AccountChange) -> Problem:
    return Problem(
        "brake-redirect",
        f"{change.user} would get a password that belongs to another account",
        change.location,
        hint=f"give {change.user} a password of its own, or apply with --allow-redirect {change.user}",
    )


def _other_server(change: AccountChange, after: _Destination) -> Problem:
    encryption = "with SSL" if after.ssl else "without SSL"
    return Problem(
        "brake-redirect",
        f"the password of {change.user}, which stays the same, would go to "
        f"{after.server or 'no server'}, port {after.port or 'none'}, {encryption}, where it did not go before",
        change.location,
        hint=f"renew the password together with the server, or apply with --allow-redirect {change.user}",
    )
