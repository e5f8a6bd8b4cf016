"""What is done for one target where its worker is: in a thread here, or on another machine.

All that goes there and comes back can be pickled and holds no secret: settings and secrets are read there.
"""

import logging
import platform
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from efsync.database.sqlite import sqlite_file
from efsync.model.drift import Drift
from efsync.model.language import message
from efsync.model.outcomes import Applied, ApplyStatus, Failed
from efsync.model.plans import Overrides, Plan, Selection
from efsync.model.problems import Location, Problem, Refused, Severity
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.settings.read import read_settings
from efsync.workflows.apply import apply
from efsync.workflows.drift import drift
from efsync.workflows.plan import plan
from efsync.workflows.wiring import secrets_of

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """Where the settings are, and the digest of what they said on the machine where efsync was called."""

    path: Path
    digest: str
    machine: str
    store: SecretStore | None = field(default=None, repr=False, compare=False)
    """What the threads of this process read secrets with, each once; it does not go to other processes."""

    @classmethod
    def of(cls, settings: Settings, *, secrets: bool = True) -> "SettingsFile":
        """The file that `settings` were read from; for work that reads `secrets`, with what reads them."""
        store = secrets_of(settings) if secrets else None
        return cls(settings.folder / settings.file, settings.digest, platform.node(), store)

    def __reduce__(self) -> tuple[type["SettingsFile"], tuple[Path, str, str]]:
        return SettingsFile, (self.path, self.digest, self.machine)


def planned(
    file: SettingsFile, selection: Selection, secrets: bool, overrides: Overrides, target: str
) -> Plan | Failed:
    """A plan of `target`."""
    return _or_failed(
        target,
        lambda: plan(_settings(file), target, selection, secrets=secrets, overrides=overrides, store=file.store),
    )


def drifted(file: SettingsFile, selection: Selection, target: str) -> Drift | Failed:
    """What drifted in `target`."""
    return _or_failed(target, lambda: drift(_settings(file), target, selection))


def applied(file: SettingsFile, overrides: Overrides, plan: Plan) -> Applied | Failed:
    """What became of `plan`, which was made for this one apply and which nobody else has."""
    done = _or_failed(plan.target, lambda: apply(_settings(file), plan, plan.target, overrides, store=file.store))
    if isinstance(done, Applied) and [problem.code for problem in done.problems] == ["plan-applied"]:
        return _applied_before(done, plan)
    return done


def _applied_before(done: Applied, plan: Plan) -> Applied:
    """A worker applied the plan and was lost before it could say so; the cluster gave it to another one."""
    said = tuple(replace(problem, severity=Severity.WARNING, hint=None) for problem in done.problems)
    return replace(done, status=ApplyStatus.APPLIED, summary=plan.summary, problems=said)


def _or_failed(target: str, work: Callable[[], Result]) -> Result | Failed:
    """What `work` returns. A mistake in efsync fails this target only, and is told without values."""
    try:
        return work()
    except Refused as refused:
        return Failed(target, refused.problems)
    except Exception as error:
        log.info("%s: internal error", target, exc_info=error)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        bug = message("internal error: {name} at {place}", name=type(error).__name__, place=place)
        return Failed(target, (Problem("internal", bug, hint=message("-v shows more, where its worker is")),))


@lru_cache(maxsize=1)
def _settings(file: SettingsFile) -> Settings:
    """The settings, read once by each process. Raises `Refused` where they are not those that `file` is about."""
    settings = read_settings(file.path)
    if settings.digest != file.digest:
        other = message("says something else than where efsync was called, or changed since")
        hint = message("every worker needs the same settings, and the same files with names of targets")
        raise Refused(Problem("config", other, Location(file.path.name), hint))
    if file.machine != platform.node() and sqlite_file(settings.state_url, settings.folder, "the state") is not None:
        own = message("the state is a file, and workers on other machines would each have one of their own")
        hint = message("[state] url: a database on a server, which all of them share")
        raise Refused(Problem("config", own, hint=hint))
    return settings
