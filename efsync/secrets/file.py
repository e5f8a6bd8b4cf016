"""`{file: PATH}`: a file that holds one secret and nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from efsync.model.language import message
from efsync.model.secrets import Secret
from efsync.secrets.roots import Roots, secret_text


class FileProvider:
    """Reads files below `[secrets.file] roots`; a link that leads out of them counts as outside.

    efsync's own key is never a password.
    """

    at_hand = True

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._roots = Roots("file", settings.get("roots", ()), folder)

    def check_allowed(self, argument: str) -> None:
        """The file that the path really leads to has to lie below a root."""
        self._roots.check(argument)

    def read(self, argument: str) -> Secret:
        """The file's text without the line end that editors put at its end."""
        return Secret(secret_text(self._roots.read(argument), lambda: message("the file {file}", file=argument)))
