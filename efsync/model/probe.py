"""What mail servers answered when they were tried."""

from dataclasses import dataclass
from enum import StrEnum

from efsync.model.problems import Problem


class ProbeStatus(StrEnum):
    """How one try ended; all but `ok` count as failed."""

    OK = "ok"
    NOT_ALLOWED = "not-allowed"
    NO_SUCH_HOST = "no-such-host"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS_ON_PLAIN_PORT = "tls-on-plain-port"
    PLAIN_ON_TLS_PORT = "plain-on-tls-port"
    NO_STARTTLS = "no-starttls"
    BAD_CERTIFICATE = "bad-certificate"
    NO_AUTH = "no-auth"
    WRONG_PASSWORD = "wrong-password"
    TOO_MANY_CONNECTIONS = "too-many-connections"
    UNEXPECTED_ANSWER = "unexpected-answer"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How it went with one server for some users, by their codes; `seconds` of the longest conversation."""

    server: str
    port: int
    ssl: bool
    users: tuple[str, ...]
    status: ProbeStatus
    message: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether all was well."""
        return self.status is ProbeStatus.OK


@dataclass(frozen=True, slots=True)
class Probed:
    """All results, and how many of the chosen accounts have no server, port or SSL that is known."""

    results: tuple[ProbeResult, ...]
    left_out: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no result is a failed one."""
        return all(result.ok for result in self.results)


@dataclass(frozen=True, slots=True)
class ProbeLimits:
    """Seconds for each conversation, how many of them at once, and how many with one server."""

    timeout: float = 10.0
    jobs: int = 16
    per_server: int = 2
