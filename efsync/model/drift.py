"""Drift: what the ERP changed since efsync applied it."""

from dataclasses import dataclass

from efsync.model.fields import PASSWORD, Value
from efsync.model.problems import Problem


@dataclass(frozen=True, slots=True)
class DriftedField:
    """One field: as efsync applied it, and as it is."""

    field: str
    applied: Value
    live: Value

    @property
    def sensitive(self) -> bool:
        """Whether the values are fingerprints of a secret."""
        return self.field == PASSWORD


@dataclass(frozen=True, slots=True)
class LastChange:
    """What the ERP's audit trail says of an account: who changed it last, and when by the ERP's clock."""

    user: str
    at: str
    own: bool
    """Whether that was efsync itself: then whoever changed the account since left no entry."""


@dataclass(frozen=True, slots=True)
class DriftedAccount:
    """One account that the ERP changed."""

    user: str
    department: str
    fields: tuple[DriftedField, ...]
    last_change: LastChange | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """Every account that the ERP changed since efsync applied it."""

    target: str | None
    accounts: tuple[DriftedAccount, ...]
    problems: tuple[Problem, ...] = ()
