"""What is known of the passwords that the files refer to, without any of them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from efsync.model.problems import Problem
from efsync.model.secrets import SecretReference


class SecretStatus(StrEnum):
    """How the password that a reference leads to stands to the one that was applied."""

    IN_USE = "in-use"
    RENEWED = "renewed"
    NOT_APPLIED = "not-applied"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class SecretUse:
    """One account's password: where it is found, and since when the one that was applied is in use (UTC, ISO 8601)."""

    user: str
    department: str
    reference: SecretReference
    status: SecretStatus
    since: str | None = None


@dataclass(frozen=True, slots=True)
class SecretReport:
    """The passwords of one target's accounts, and why some can't be had."""

    target: str | None
    uses: tuple[SecretUse, ...] = ()
    problems: tuple[Problem, ...] = ()

    def count(self, status: SecretStatus) -> int:
        """How many passwords stand so."""
        return sum(use.status is status for use in self.uses)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A password as an age file: its text, where it was written, and the reference to it, where there is one."""

    text: str
    file: Path | None = None
    reference: SecretReference | None = None
    problems: tuple[Problem, ...] = ()
