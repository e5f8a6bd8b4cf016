"""The names that complete a command line, from settings, department files, the state and Git.

Reads quickly rather than all: what can't be read, or takes too long, is left out. Never opens the ERP, never makes a
file or a key.
"""

import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import monotonic

from efsync.accounts.read import read_department
from efsync.database.access import Access, Timeouts
from efsync.model.normal import comparable
from efsync.model.problems import Refused
from efsync.model.runs import Run, RunStatus
from efsync.settings.model import Settings
from efsync.settings.read import read_settings
from efsync.workflows.wiring import accounts_of, state_of

_PATIENCE = 2
"""Seconds: who waits for a completion longer types the name."""

_MOST_RUNS = 100
_RESTORABLE = (RunStatus.APPLIED, RunStatus.RECOVERED)


def target_names(config: Path) -> tuple[str, ...]:
    """The targets of the settings at `config`. Raises `Refused` where those can't be read."""
    return tuple(read_settings(config).targets)


def department_names(config: Path, target: str | None) -> tuple[str, ...]:
    """The departments that have a file, or were applied to `target`, or else to any."""
    settings = _patient(config)
    found = {comparable(department): department for _, department in _applied(settings, target)}
    found |= {comparable(department): department for department, _ in _in_files(settings)}
    return tuple(sorted(found.values(), key=comparable))


def user_codes(
    config: Path, target: str | None, departments: Collection[str] = (), *, in_files: bool = True
) -> Mapping[str, str]:
    """The department of each user who was applied to `target`, or else to any, or is in a file.

    Only users of these `departments`, where some are named.
    """
    settings = _patient(config)
    found = {comparable(code): (code, department) for code, department in _applied(settings, target)}
    for department, codes in _in_files(settings) if in_files else ():
        found |= {comparable(code): (code, department) for code in codes}
    wanted = {comparable(each) for each in departments}
    users = (found[key] for key in sorted(found))
    return {code: department for code, department in users if not wanted or comparable(department) in wanted}


def commit_names(config: Path) -> tuple[str, ...]:
    """The branches and tags of the repository that has the settings at `config`; no commit is read."""
    kinds = ("refs/heads", "refs/tags", "refs/remotes")
    command = ["git", "-C", str(config.absolute().parent), "for-each-ref", "--format=%(refname:short)", *kinds]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(done.stdout.decode("utf-8", "replace").splitlines())


def past_runs(config: Path, target: str | None, beginning: str, *, to_restore: bool = False) -> tuple[Run, ...]:
    """The runs whose name starts with `beginning`, newest first; only those that a rollback can restore."""
    with state_of(_patient(config), Access.READ) as state:
        found = (
            run
            for run in state.runs_named(beginning)
            if target in (None, run.target) and (run.status in _RESTORABLE or not to_restore)
        )
        return tuple(islice(found, _MOST_RUNS))


def _patient(config: Path) -> Settings:
    return replace(read_settings(config), state_timeouts=Timeouts(connect=_PATIENCE, statement=_PATIENCE))


def _applied(settings: Settings, target: str | None) -> tuple[tuple[str, str], ...]:
    """Code and department of each account in the state."""
    with suppress(Refused), state_of(settings, Access.READ) as state:
        return state.codes(target or settings.default_target)
    return ()


def _in_files(settings: Settings) -> Iterator[tuple[str, list[str]]]:
    """Each department with a file that can be read in time, and the codes in it."""
    folder, until = accounts_of(settings), monotonic() + _PATIENCE
    with suppress(Refused):
        for path in folder.department_files():
            if monotonic() > until:
                return
            with suppress(Refused):
                file = read_department(folder, path)
                yield file.head.department, [account.code for account in file.accounts]
