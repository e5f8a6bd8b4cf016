"""`{env: NAME}`: an environment variable."""

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from efsync.model.secrets import Secret
from efsync.secrets.interface import SecretError

_OWN_KEYS = ("EFSYNC_KEY", "EFSYNC_AGE_KEY", "EFSYNC_FERNET_KEY")


class EnvironmentProvider:
    """Reads the variables that `[secrets.env] allow` lists by pattern; case counts."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._allowed: tuple[str, ...] = tuple(settings.get("allow", ()))

    def check_allowed(self, argument: str) -> None:
        """A name has to match one of the patterns; efsync's own keys are never passwords."""
        if argument.upper() in _OWN_KEYS or not any(fnmatchcase(argument, pattern) for pattern in self._allowed):
            raise SecretError(
                f"the variable {argument} may not be read", "allow it in efsync.toml: [secrets.env] allow"
            )

    def read(self, argument: str) -> Secret:
        """The variable's value."""
        if argument not in os.environ:
            raise SecretError(f"the variable {argument} is not set")
        return Secret(os.environ[argument])
