"""What a provider of secrets is: one kind of reference, and how it is read.

A plug-in registers a class with this protocol under the entry point group `efsync.secrets`, by the name of
its kind. It is made once a command, with its own table of `[secrets]` in efsync.toml.
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


class Provider(Protocol):
    """Reads secrets of one kind of reference."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        """`settings` is the provider's table in efsync.toml, `folder` where that file stands."""

    def check_allowed(self, argument: str) -> None:
        """Say whether the settings allow a reference, without reading it. Raises `SecretError`."""

    def read(self, argument: str) -> Secret:
        """The secret itself, called only after `check_allowed`. Raises `SecretError`."""
