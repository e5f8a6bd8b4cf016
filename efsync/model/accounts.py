"""An account on its three sides: desired by the files, live in the ERP, applied by efsync."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from efsync.model.fields import Values
from efsync.model.normal import comparable
from efsync.model.problems import Location
from efsync.model.secrets import SecretReference


class OnRemoval(StrEnum):
    """What happens to an account that leaves its department file."""

    CLEAR = "clear"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class DesiredAccount:
    """What the files say. `fields` has the managed ones only; a password is there as its fingerprint."""

    code: str
    department: str
    on_removal: OnRemoval
    fields: Values
    reference: SecretReference | None = None
    location: Location | None = None

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """What the ERP holds of one user, normalised.

    `row_key` finds the row of the user table again exactly, `property_keys` each of the user's property rows.
    `shared` says that another tenant has a user of the same code, whose property rows can't be told apart.
    """

    code: str
    department: str
    name: str
    title: str
    active: bool
    fields: Values
    row_key: tuple[object, ...] = field(repr=False)
    property_keys: Mapping[str, tuple[object, ...]] = field(default_factory=dict, repr=False)
    shared: bool = False

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return comparable(self.code)


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


@dataclass(frozen=True, slots=True)
class RetiredPassword:
    """A password that an account had and has no more; it may still open a mailbox.

    `fields` has its fingerprint, and the server, port and SSL that it went to.
    """

    key: str
    fields: Values
    reference: SecretReference | None = None
