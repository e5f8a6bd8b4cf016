"""A plan: which accounts change, in which fields, from what to what, and why."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum

from efsync.model.accounts import OnRemoval
from efsync.model.drift import LastChange
from efsync.model.fields import PASSWORD, UNKNOWN, Value, Values
from efsync.model.normal import comparable
from efsync.model.problems import Location, Problem
from efsync.model.secrets import SecretReference


class Origin(StrEnum):
    """Who moved: the files, the ERP, both since the last apply, or nothing was applied yet; or a run is rolled back."""

    CONFIG = "config"
    DRIFT = "drift"
    BOTH = "both"
    NEW = "new"
    ROLLBACK = "rollback"


class Action(StrEnum):
    """What apply does with an account; `adopt` and `forget` write to the state only."""

    UPDATE = "update"
    ADOPT = "adopt"
    CLEAR = "clear"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field from `before`, as the row held it when the plan was made, to `after`."""

    field: str
    before: Value
    after: Value
    origin: Origin

    @property
    def sensitive(self) -> bool:
        """Whether the values are fingerprints of a secret."""
        return self.field == PASSWORD

    @property
    def unknown(self) -> bool:
        """Whether `after` is known only at apply."""
        return self.after is UNKNOWN


@dataclass(frozen=True, slots=True)
class AccountChange:
    """One account's changes, with all that the state will remember of it after they are applied.

    `unchanged` holds the managed fields that are already as desired. `on_removal` is `None` where the
    account leaves the state (clear, forget). `renamed_from` is the code, and `moved_from` the department, under which
    the state has the account until then, where that is another one. `last_change` is there where the ERP moved and
    its audit trail tells who did that.
    """

    user: str
    department: str
    action: Action
    fields: tuple[FieldChange, ...] = ()
    unchanged: Values = field(default_factory=dict)
    on_removal: OnRemoval | None = None
    reference: SecretReference | None = None
    location: Location | None = None
    renamed_from: str | None = None
    moved_from: str | None = None
    last_change: LastChange | None = None
    key: str = field(init=False, repr=False, compare=False)
    """The code as the database compares it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", comparable(self.user))

    @property
    def drifted(self) -> bool:
        """Whether the ERP changed a field since the last apply."""
        return any(field.origin in (Origin.DRIFT, Origin.BOTH) for field in self.fields)

    @property
    def leaves(self) -> bool:
        """Whether the account is no longer in the state after the apply."""
        return self.action in (Action.CLEAR, Action.FORGET)

    @property
    def leaves_inactive(self) -> bool:
        """Whether the account leaves since its user is not active, though it is in a file."""
        return self.leaves and self.location is not None

    @property
    def writes(self) -> bool:
        """Whether the ERP is written, and not only the state."""
        return bool(self.fields)

    @property
    def before(self) -> Values:
        """The values that the plan saw in the fields that it changes."""
        return {change.field: change.before for change in self.fields}

    @property
    def after(self) -> Values:
        """The values that the fields are to have."""
        return {change.field: change.after for change in self.fields}


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of accounts; `drifted` counts those with a field that the ERP changed."""

    changed: int = 0
    cleared: int = 0
    forgotten: int = 0
    adopted: int = 0
    unchanged: int = 0
    unmanaged: int = 0
    drifted: int = 0

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts a plan is about; empty means all."""

    departments: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    def covers(self, user: str, department: str) -> bool:
        """Whether an account is selected: by both where both are given."""
        return _named(self.departments, department) and _named(self.users, user)


@dataclass(frozen=True, slots=True)
class Overrides:
    """What somebody allowed explicitly for one apply."""

    changed: bool = False
    cleared: bool = False
    redirects: tuple[str, ...] = ()

    def allows_redirect(self, user: str) -> bool:
        """Whether the password of `user` may go somewhere new."""
        return comparable(user) in {comparable(each) for each in self.redirects}


@dataclass(frozen=True, slots=True)
class Source:
    """Which state of the files a plan was made from."""

    commit: str | None = None
    dirty: bool = False
    config_digest: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What apply would do to one target. `without_secrets` plans are for reading only."""

    target: str
    tenant: str | None
    efsync_version: str
    created_at: str
    selection: Selection
    source: Source
    summary: Summary
    changes: tuple[AccountChange, ...]
    problems: tuple[Problem, ...] = ()
    key_id: str | None = None
    without_secrets: bool = False
    plan_id: str | None = None

    @property
    def differs(self) -> bool:
        """Whether apply would do anything."""
        return bool(self.changes)

    @property
    def restores(self) -> bool:
        """Whether it brings back what a run replaced, and not what the files say."""
        return any(field.origin is Origin.ROLLBACK for change in self.changes for field in change.fields)


def _named(names: tuple[str, ...], name: str) -> bool:
    return not names or comparable(name) in {comparable(each) for each in names}
