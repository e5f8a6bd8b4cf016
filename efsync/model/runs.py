"""A run: one apply as the state remembers it."""

from dataclasses import dataclass
from enum import StrEnum

from efsync.model.language import Message, message
from efsync.model.plans import Source, Summary


class RunStatus(StrEnum):
    """How an apply ended; `started` without a living lock is a crash that nobody has looked at yet."""

    STARTED = "started"
    APPLIED = "applied"
    REFUSED = "refused"
    FAILED = "failed"
    RECOVERED = "recovered"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock or ran an apply: person, machine and process, since when and until when (UTC, ISO 8601)."""

    token: str
    who: str
    host: str
    process: int
    machine: str
    since: str
    beat: str

    def __str__(self) -> str:
        return self.described

    @property
    def described(self) -> Message:
        """Person, machine and process, in a message."""
        return message("{who} on {host} (process {process})", who=self.who, host=self.host, process=self.process)


@dataclass(frozen=True, slots=True)
class Run:
    """One apply: who started it, with what in short, and how it ended. What it set out to change is beside it."""

    id: str
    target: str
    tenant: str | None
    plan_id: str
    status: RunStatus
    who: str
    host: str
    started_at: str
    finished_at: str | None
    source: Source
    summary: Summary
