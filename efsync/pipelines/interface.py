"""What a pipeline needs of its host, whichever that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class HostFailed(Exception):
    """The host does not do what is asked of it; the message says what, and what may help."""


class NotReviewed(Exception):
    """There is no plan that was reviewed for what was merged; the message says why."""


@dataclass(frozen=True)
class PullRequest:
    """A pull request of GitHub or a merge request of GitLab, as the run sees it.

    One `from_outside`, such as from a fork, gets neither secrets nor a token that may write.
    """

    number: int
    head: str
    from_outside: bool


@dataclass(frozen=True)
class Text:
    """A comment or an issue of the pipeline's own: its number at the host, and its text."""

    number: int
    body: str


class Host(Protocol):
    """GitHub or GitLab. Every method that asks it raises `HostFailed`."""

    secret_variables: tuple[str, ...]
    """The variables that let somebody speak to the host; efsync itself does not get them."""

    shows_pages: bool
    """Whether pages are shown beside a run; where not, the log says it all."""

    @property
    def pull_request(self) -> PullRequest | None:
        """The pull request that the run is for."""

    @property
    def run_address(self) -> str:
        """The page of the run, where its reports can be had."""

    @property
    def can_write(self) -> bool:
        """Whether comments and issues can be written at all."""

    def is_head(self, request: PullRequest) -> bool:
        """Whether nothing was pushed to the pull request since."""

    def comments(self, request: PullRequest) -> list[Text]:
        """The comments that this pipeline wrote, the oldest first; nobody else's."""

    def add_comment(self, request: PullRequest, body: str) -> None:
        """Write a new one."""

    def change_comment(self, request: PullRequest, number: int, body: str) -> None:
        """Put another text in its place."""

    def delete_comment(self, request: PullRequest, number: int) -> None:
        """Delete it."""

    def issues(self) -> list[Text]:
        """The open issues that this pipeline opened; nobody else's."""

    def open_issue(self, title: str, body: str) -> int:
        """Open one; its number."""

    def change_issue(self, number: int, body: str) -> None:
        """Put another text in its place."""

    def close_issue(self, number: int, comment: str) -> None:
        """Say why, and close it."""

    def artifact(self, kind: str, key: str) -> str:
        """The name under which the host keeps what a step made: the same in the pull request and after the merge."""

    def reviewed_plan(self, artifact: str) -> bytes:
        """The plan of the pull request that was merged as the commit of this run, from the run for its last head.

        Raises `NotReviewed` where there is none, or more than one.
        """

    def show_page(self, markdown: str) -> None:
        """Show a page beside the run, where the host can."""

    def set_outputs(self, outputs: Mapping[str, str]) -> None:
        """Hand values to later steps, where the host can."""

    def warn(self, text: str) -> None:
        """Say something that is seen without opening the log."""

    def hold_commands(self) -> str:
        """Have the host take no line of the log for a command from here on; what to print to end that."""
