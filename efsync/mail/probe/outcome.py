"""How a conversation with a mail server ended."""

from dataclasses import dataclass

from efsync.model.probe import ProbeStatus


@dataclass(frozen=True, slots=True)
class Outcome:
    """`of_server` says that it would have been the same for any account."""

    status: ProbeStatus
    message: str
    seconds: float = 0.0
    of_server: bool = True

    @property
    def ends_server(self) -> bool:
        """Whether no other account needs to be tried with this server."""
        return self.of_server and self.status is not ProbeStatus.OK


class Ended(Exception):
    """A conversation can't go on. The message holds no password."""

    def __init__(self, status: ProbeStatus, message: str, *, of_server: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.of_server = of_server
