"""What efsync knows of passwords, by fingerprint and by reference: whose each is, and where it goes."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from efsync.model.accounts import AppliedAccount, LiveAccount, RetiredPassword
from efsync.model.fields import PASSWORD, UNREAD, Value, Values
from efsync.model.language import Message, message
from efsync.model.normal import comparable
from efsync.model.plans import AccountChange
from efsync.model.secrets import SecretReference

_PLACE = ("server", "port", "ssl")
_CREDENTIALS = frozenset({PASSWORD, *_PLACE})
"""The fields that say which password goes where: what touches none of them sends no password anywhere new."""

Everyone = Iterable[tuple[str, LiveAccount | None, AppliedAccount | None]]
"""Every account that is live or was applied: its comparable code, and both sides."""


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """What efsync knows beside a plan: who changes, live and as applied, the codes of all who were applied.

    `everyone` looks at all accounts, and `retired` gives the passwords that accounts had, and those that they have in
    other targets; both are asked only where a password may go somewhere new.
    """

    live: Mapping[str, LiveAccount]
    applied: Mapping[str, AppliedAccount]
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
            """Both sides of every account."""
            return ((key, live.get(key), applied.get(key)) for key in live.keys() | applied.keys())

        return cls(live, applied, applied.keys(), everyone, lambda: retired)


def new_passwords(changes: Iterable[AccountChange]) -> frozenset[str]:
    """The fingerprints of the passwords that `changes` write."""
    return frozenset(mark for change in changes if isinstance(mark := change.after.get(PASSWORD), str))


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a password is sent: to which server and port, and whether encrypted."""

    server: Value
    port: Value
    ssl: Value

    @classmethod
    def of(cls, fields: Values) -> "Destination":
        """The destination that an account's fields name."""
        server = fields.get("server")
        # not casefold: a sharp s is not ss in a host name, and whoever owns the one need not own the other
        if isinstance(server, str) and server.isascii():
            server = server.lower()
        return cls(server, fields.get("port"), fields.get("ssl"))

    def is_safe_after(self, other: "Destination") -> bool:
        """Whether a password that went to `other` may go here; what is cleared is for the ERP to choose."""
        encrypted = self.ssl is True or self.ssl == other.ssl or other.ssl is False
        return encrypted and (self.server, self.port) == (other.server, other.port)

    @property
    def described(self) -> Message:
        """Server, port and encryption, in a message."""
        where = {"server": self.server or message("no server"), "port": self.port or message("none")}
        if self.ssl is None:
            return message("{server}, port {port}, SSL not set", **where)
        if self.ssl is True:
            return message("{server}, port {port}, with SSL", **where)
        return message("{server}, port {port}, without SSL", **where)


@dataclass(frozen=True)
class Move:
    """A change that may move a password, and its account as it is live and as it was applied."""

    change: AccountChange
    live: LiveAccount
    applied: AppliedAccount | None

    @property
    def may_redirect(self) -> bool:
        """Whether there is a password, and it or its reference or where it goes would be another."""
        touched = self.reference is not None or not _CREDENTIALS.isdisjoint(self.change.after)
        return touched and self.password is not None

    @property
    def fields(self) -> Values:
        """What the account holds once the change is done."""
        return {**self.live.fields, **self.change.after}

    @cached_property
    def destination(self) -> Destination:
        """Where its password goes then."""
        return Destination.of(self.fields)

    @cached_property
    def password(self) -> Value:
        """The password that it has then."""
        return _password(self.fields)

    @property
    def is_new(self) -> bool:
        """Whether the password is one that it does not have now."""
        return PASSWORD in self.change.after

    @cached_property
    def reference(self) -> SecretReference | None:
        """Where a password that is new comes from, or one that did not come from there before."""
        is_known = self.applied is not None and self.applied.reference == self.change.reference
        return None if is_known and not self.is_new else self.change.reference

    @property
    def former_key(self) -> str | None:
        """The code that the user had before, where its row in the ERP kept its password under the new one."""
        renamed_from = self.change.renamed_from
        return comparable(renamed_from) if renamed_from is not None and not self.is_new else None

    @property
    def moved_since(self) -> list[str]:
        """What others changed of where the password goes since the plan was made, and the plan does not change."""
        planned, live = self.change.unchanged, self.live.fields
        return [field for field in _PLACE if field in planned and live.get(field) != planned[field]]


def _password(fields: Values) -> Value:
    """The password in `fields`; where the layout leaves it out, one that nobody reads, if there is a server for it."""
    if PASSWORD in fields:
        return fields[PASSWORD]
    return None if fields.get("server") is None else UNREAD


@dataclass(slots=True)
class _Holders:
    """Who has a thing, a password or a reference, now and who had it once, by comparable code."""

    now: dict[object, set[str]] = field(default_factory=dict)
    once: dict[object, set[str]] = field(default_factory=dict)

    def note(self, thing: object, key: str, *, now: bool) -> None:
        """That an account has or had it."""
        (self.now if now else self.once).setdefault(thing, set()).add(key)

    def of(self, thing: object) -> set[str]:
        """Those who have it, or else those who had it."""
        return self.now.get(thing) or self.once.get(thing) or set()


@dataclass(slots=True)
class Knowledge:
    """What is known of the passwords, references and accounts in some moves.

    `destinations` is where a password goes, by fingerprint, and `places` where any password of an account goes.
    `renewed` has the accounts that get a new password behind their own reference, `planned` where each move sends it.
    """

    passwords: _Holders = field(default_factory=_Holders)
    references: _Holders = field(default_factory=_Holders)
    destinations: dict[object, set[Destination]] = field(default_factory=dict)
    places: dict[str, set[Destination]] = field(default_factory=dict)
    renewed: dict[object, set[str]] = field(default_factory=dict)
    planned: dict[object, set[tuple[str, Destination]]] = field(default_factory=dict)

    @classmethod
    def collect(cls, moves: Sequence[Move], known: KnownAccounts) -> "Knowledge":
        """Gather it from every side."""
        found = cls()
        accounts = {move.change.key for move in moves}
        fingerprints = {move.password for move in moves}
        references = {move.reference for move in moves}

        def note(key: str, fields: Values, reference: SecretReference | None = None, *, now: bool = True) -> None:
            """Note what one side of an account tells."""
            password = _password(fields)
            if password is not None and key in accounts:
                found.places.setdefault(key, set()).add(Destination.of(fields))
            if isinstance(password, str) and password in fingerprints:
                found.passwords.note(password, key, now=now)
                found.destinations.setdefault(password, set()).add(Destination.of(fields))
            if reference is not None and reference in references:
                found.references.note(reference, key, now=now)

        for key, live, applied in known.everyone():
            if live is not None:
                note(key, live.fields)
            if applied is not None:
                note(key, {**(live.fields if live else {}), **applied.fields}, applied.reference)
        for each in known.retired():
            note(each.key, each.fields, each.reference, now=False)
        for move in moves:
            if move.is_new and isinstance(move.password, str):
                key = move.change.key
                found.planned.setdefault(move.password, set()).add((key, move.destination))
                if key in found.references.now.get(move.reference, ()):
                    found.renewed.setdefault(move.password, set()).add(key)
        return found

    def others(self, move: Move) -> set[str]:
        """The accounts to which the password of a move, or its reference, belongs, where it is not this one's too."""
        key = move.change.key
        by_reference = self.references.of(move.reference)
        others = set() if key in by_reference or move.former_key in by_reference else set(by_reference)
        if move.is_new:
            holders, renewed = self.passwords.of(move.password), self.renewed.get(move.password, set())
            are_shared = key in by_reference and holders <= by_reference
            others |= set() if key in holders or are_shared else holders
            others |= set() if key in renewed else renewed
        return others

    def before(self, move: Move) -> set[Destination]:
        """Where the password of a move goes or went; nothing where it is known of no account."""
        key = move.change.key
        own, places = self.places.get(key, set()), self.destinations.get(move.password, set())
        if move.password is UNREAD:
            return own
        had_it = any(key in holders.get(move.password, ()) for holders in (self.passwords.now, self.passwords.once))
        is_renewed = key in self.renewed.get(move.password, ()) and not had_it
        return places | own if places and is_renewed else places

    def beside(self, move: Move) -> set[Destination]:
        """Where a password that is new to everybody would go too, by other moves; nothing where it goes as always."""
        own = self.places.get(move.change.key, set())
        if any(move.destination.is_safe_after(place) for place in own):
            return set()
        return {place for key, place in self.planned.get(move.password, ()) if key != move.change.key}
