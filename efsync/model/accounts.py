"""An account on its three sides: desired by the files, live in the ERP, applied by efsync."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from efsync.model.fields import Values
from efsync.model.normal import comparable
from efsync.model.problems import Location, Placed
from efsync.model.secrets import SecretReference


class Inactive(StrEnum):
    """What becomes of the account of a user who is inactive or suspended in the ERP."""

    KEEP = "keep"
    CLEAR = "clear"


class OnRemoval(StrEnum):
    """What happens to an account that leaves its department file."""

    CLEAR = "clear"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class DesiredAccount:
    """What the files say. `fields` has the managed ones only; a password is there as its fingerprint.

    `digest` is the one of its record, where that is known without computing it.
    """

    code: str
    department: str
    on_removal: OnRemoval
    fields: Values
    reference: SecretReference | None = None
    placed: Placed | None = field(default=None, compare=False)
    digest: int | None = field(default=None, compare=False)
    leaves: bool = False
    """Whether the account is to be emptied and forgotten, since its user is not active: nothing was resolved."""

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)

    @property
    def location(self) -> Location | None:
        """Where the account stands."""
        return self.placed.location if self.placed else None


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """What the ERP holds of one user, normalised; `name` and `title` are `None` where it has no column for them.

    `row_key` finds the row of the user table again exactly, `property_keys` each of the user's property rows.
    `shared` says that another tenant has a user of the same code, whose property rows can't be told apart.
    A `witness` stands for the row as it was read, where somebody asked for one.
    """

    code: str
    department: str
    name: str | None
    title: str | None
    active: bool
    fields: Values
    row_key: tuple[object, ...] = field(repr=False)
    property_keys: Mapping[str, tuple[object, ...]] = field(default_factory=dict, repr=False)
    shared: bool = False
    witness: bytes = field(default=b"", repr=False, compare=False)

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)


class LiveUser(NamedTuple):
    """Who a user of the ERP is, in short."""

    code: str
    department: str
    active: bool


@dataclass(frozen=True, slots=True)
class AppliedAccount:
    """What efsync last wrote or confirmed, in which run and when (UTC, ISO 8601)."""

    code: str
    department: str
    on_removal: OnRemoval
    fields: Values
    reference: SecretReference | None = None
    applied_at: str = ""
    run: str = ""

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)


class AppliedPassword(NamedTuple):
    """The password of an account as applied: where it was found, and its fingerprint."""

    reference: SecretReference | None
    fingerprint: str | None


class PasswordInUse(NamedTuple):
    """The fingerprint of a password as applied, and since when it is so (UTC, ISO 8601), where the runs still tell."""

    fingerprint: str
    since: str | None


@dataclass(frozen=True, slots=True)
class RetiredPassword:
    """A password that an account had and has no more; it may still open a mailbox.

    `fields` has its fingerprint, and the server, port and SSL that it went to.
    """

    key: str
    fields: Values
    reference: SecretReference | None = None
