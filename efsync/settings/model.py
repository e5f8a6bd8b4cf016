"""The settings as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efsync.database.access import Timeouts
from efsync.erp.layout import Layout
from efsync.erp.presets import EFACTORY
from efsync.mail.servers import Servers
from efsync.model.accounts import Inactive
from efsync.model.language import message
from efsync.model.problems import Problem, Refused, named
from efsync.planning.brakes import Limits
from efsync.settings.lint import LintSettings


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """One ERP database."""

    name: str
    url: str
    layout: Layout = EFACTORY
    tenant: str | None = None
    timeouts: Timeouts = Timeouts()


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """Which servers may be probed, to which of them a password may go unencrypted, and a CA of one's own."""

    servers: Servers = Servers()
    plain_login: Servers = Servers()
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit whose department files are read in place of those of the work tree, and where they are laid out.

    `folder` takes the place of the folder of efsync.toml, for the names of files in messages.
    """

    commit: str
    accounts: Path
    folder: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """All of efsync.toml; `folder` is where it stands and where relative paths start.

    `digest` is another one whenever it, or a file with names of targets, says something else.
    """

    folder: Path
    file: str
    accounts: Path
    targets: Mapping[str, TargetSettings]
    default_target: str | None
    state_url: str = "sqlite:///.efsync/state.db"
    state_timeouts: Timeouts = Timeouts()
    secrets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    limits: Limits = Limits()
    inactive: Inactive = Inactive.KEEP
    probe: ProbeSettings = ProbeSettings()
    lint: LintSettings = LintSettings()
    digest: str = ""
    revision: Revision | None = None

    def target(self, name: str | None) -> TargetSettings:
        """The target called `name`, or the default one.

        Raises `Refused` where there is none of that name, or none is named and several are there.
        """
        wanted = name or self.default_target
        if wanted is not None and wanted in self.targets:
            return self.targets[wanted]
        unnamed = message("there are several targets, and none is named")
        said = message("there is no target {target}", target=wanted) if wanted else unnamed
        names = named(self.targets)
        hint = message("targets in {file}: {names}; name one with --target", file=self.file, names=names)
        raise Refused(Problem("config", said, hint=hint))
