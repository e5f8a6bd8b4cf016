"""`{env: NAME}`: an environment variable."""

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from efsync.model.secrets import Secret
from efsync.secrets.interface import SecretError


class EnvironmentProvider:
    """Reads the variables that `[secrets.env] allow` lists by pattern; case counts."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._allowed: tuple[str, ...] = tuple(settings.get("allow", ()))

    def check_allowed(self, argument: str) -> None:
        """A name has to match one of the patterns; efsync's own key is never a password."""
        own_key = argument.upper() == "EFSYNC_KEY"
        if own_key or not any(fnmatchcase(argument, pattern) for pattern in self._allowed):
            raise SecretError(
                f"the variable {argument} may not be read", "allow it in efsync.toml: [secrets.env] allow"
            )

    def read(self, argument: str) -> Secret:
        """The variable's value."""
        if argument not in os.environ:
            raise SecretError(f"the variable {argument} is not set")
        return Secret(os.environ[argument])
