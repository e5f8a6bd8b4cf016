"""What a provider of secrets is: one kind of reference, and how it is read.

A plug-in registers a class with this protocol under the entry point group `efsync.secrets`, by the name of
its kind. It is made once a command, with its own table of `[secrets]` in efsync.toml. The README shows one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from efsync.model.secrets import Secret


class SecretError(Exception):
    """A secret can't be had; `message` says why and never holds any part of it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotAllowed(SecretError):
    """The settings don't allow a reference."""


class ProviderDown(SecretError):
    """No secret of this kind can be had now, whichever is asked for: said once, and no other is asked for then."""


class Provider(Protocol):
    """Reads secrets of one kind of reference.

    Three more things a provider may have:

    `at_once: int` says that its secrets come from elsewhere, and how many may be asked for at the same time: they are
    read before anything waits for them, in so many threads. Without it they are read one after the other.

    `at_hand = True` says that its secrets cost next to nothing: `read` is called each time that one is needed, without
    `check_allowed`, and raises `NotAllowed` itself.

    `stop()` is called on Ctrl-C while they are read, and ends what is under way.
    """

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        """`settings` is the provider's table in efsync.toml, `folder` where that file stands.

        Reads nothing and asks nobody: a command that only checks what is allowed makes a provider too.
        """

    def check_allowed(self, argument: str) -> None:
        """Say whether the settings allow a reference, without reading it. Raises `SecretError`."""

    def read(self, argument: str) -> Secret:
        """The secret itself, most often called only after `check_allowed`, in any thread. Raises `SecretError`."""
