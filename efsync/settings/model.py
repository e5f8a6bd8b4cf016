"""The settings as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efsync.database import Timeouts
from efsync.erp.layout import Layout
from efsync.erp.presets import EFACTORY
from efsync.model.problems import Problem, Refused
from efsync.planning.brakes import Limits


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """One ERP database."""

    name: str
    url: str
    layout: Layout = EFACTORY
    tenant: str | None = None
    timeouts: Timeouts = Timeouts()


@dataclass(frozen=True, slots=True)
class Settings:
    """All of efsync.toml; `folder` is where it stands and where relative paths start."""

    folder: Path
    file: str
    accounts: Path
    targets: Mapping[str, TargetSettings]
    default_target: str | None
    state_url: str = "sqlite:///.efsync/state.db"
    state_timeouts: Timeouts = Timeouts()
    secrets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    limits: Limits = Limits()

    def target(self, name: str | None) -> TargetSettings:
        """The target called `name`, or the default one.

        Raises `Refused` where there is none of that name, or none is named and several are there.
        """
        wanted = name or self.default_target
        if wanted is not None and wanted in self.targets:
            return self.targets[wanted]
        names = ", ".join(self.targets)
        message = f"there is no target {wanted}" if wanted else "there are several targets, and none is named"
        raise Refused(Problem("config", message, hint=f"targets in {self.file}: {names}; name one with --target"))
