"""What a plan is to be made of, and how."""

from dataclasses import dataclass

from efsync.model.plans import Overrides, Selection
from efsync.model.progress import Progress
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.workflows.shortcut import Shortcut


@dataclass(frozen=True, slots=True)
class Asked:
    """The accounts of a `selection` in one target, with `secrets` or without.

    A `shortcut` may remember what is seen; `overrides` are those of brakes.
    """

    settings: Settings
    target: str
    selection: Selection
    overrides: Overrides
    store: SecretStore
    shortcut: Shortcut | None
    progress: Progress
    secrets: bool
