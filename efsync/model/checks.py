"""What a look at the surroundings found: settings, databases, rights, keys."""

from dataclasses import dataclass
from enum import StrEnum

from efsync.model.language import joined
from efsync.model.problems import Problem


class CheckStatus(StrEnum):
    """An error keeps some command from working; a warning may surprise somebody one day."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Topic(StrEnum):
    """What a check is about."""

    SETTINGS = "settings"
    ACCOUNTS = "accounts"
    SECRETS = "secrets"
    KEY = "key"
    STATE = "state"
    CONNECTION = "connection"
    DRIVER = "driver"
    SERVER = "server"
    COLLATION = "collation"
    CLOCK = "clock"
    TABLE = "table"
    COLUMN = "column"
    AUDIT = "audit"
    RIGHTS = "rights"
    USERS = "users"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding, about one target or, without, about all of efsync; `remedy` where something is to be done."""

    status: CheckStatus
    topic: Topic
    message: str
    target: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """Every check, in the order in which one depends on another."""

    checks: tuple[Check, ...] = ()

    @property
    def status(self) -> CheckStatus:
        """The worst of all."""
        found = {check.status for check in self.checks}
        return next((each for each in (CheckStatus.ERROR, CheckStatus.WARNING) if each in found), CheckStatus.OK)

    def count(self, status: CheckStatus) -> int:
        """How many checks ended so."""
        return sum(check.status is status for check in self.checks)


def fine(topic: Topic, message: str, target: str | None = None) -> Check:
    """A check that found nothing wrong."""
    return Check(CheckStatus.OK, topic, message, target)


def doubtful(topic: Topic, message: str, remedy: str | None, target: str | None = None) -> Check:
    """A warning."""
    return Check(CheckStatus.WARNING, topic, message, target, remedy)


def wrong(topic: Topic, message: str, remedy: str | None, target: str | None = None) -> Check:
    """An error."""
    return Check(CheckStatus.ERROR, topic, message, target, remedy)


def check_of(topic: Topic, problem: Problem, target: str | None = None, remedy: str | None = None) -> Check:
    """A problem as a check; `remedy` is what to do where the problem itself does not say."""
    status = CheckStatus.ERROR if problem.is_error else CheckStatus.WARNING
    message = joined(": ", (str(problem.location), problem.message)) if problem.location else problem.message
    return Check(status, topic, message, target, problem.hint or remedy)
