"""`{env: NAME}`: an environment variable."""

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.interface import NotAllowed, SecretError

_OWN_KEYS = ("EFSYNC_KEY", "EFSYNC_AGE_KEY", "EFSYNC_FERNET_KEY")


class EnvironmentProvider:
    """Reads the variables that `[secrets.env] allow` lists by pattern; case counts."""

    at_hand = True

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._allowed: tuple[str, ...] = tuple(settings.get("allow", ()))

    def check_allowed(self, argument: str) -> None:
        """A name has to match one of the patterns; efsync's own keys are never passwords."""
        if argument.upper() in _OWN_KEYS or not any(fnmatchcase(argument, pattern) for pattern in self._allowed):
            hint = message("allow it in efsync.toml: [secrets.env] allow")
            raise NotAllowed(message("the variable {variable} may not be read", variable=argument), hint)

    def read(self, argument: str) -> Secret:
        """The variable's value. Raises `NotAllowed` as `check_allowed` does."""
        self.check_allowed(argument)
        if argument not in os.environ:
            raise SecretError(message("the variable {variable} is not set", variable=argument))
        return Secret(os.environ[argument])
