"""Which commit the files are of, and where they stand in their repository."""

import os
import subprocess
from pathlib import Path

from efsync.accounts.folder import AccountsFolder
from efsync.model.plans import Source
from efsync.settings.model import Settings


def source_of(settings: Settings, folder: AccountsFolder) -> Source:
    """The Git commit of the files that `folder` has read, and a digest of them; no commit outside a repository."""
    digest = folder.digest((settings.folder / settings.file).read_bytes())
    if settings.revision is not None:
        return Source(settings.revision.commit, False, digest)
    commit = _git(settings, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return Source(None, False, digest)
    changed = _git(settings, "status", "--porcelain", "--", settings.file, str(settings.accounts))
    return Source(commit, bool(changed), digest)


def folder_in_repository(folder: Path) -> str:
    """`folder` as seen from the top of its Git repository, where there is none from the working directory.

    Git itself is not asked: it may be missing, or refuse a repository of somebody else, as in a container.
    """
    return Path(os.path.relpath(folder.resolve(), repository_of(folder) or Path.cwd())).as_posix()


def repository_of(folder: Path) -> Path | None:
    """The top of the Git repository that has `folder`; `None` where there is none."""
    resolved = folder.resolve()
    return next((each for each in (resolved, *resolved.parents) if os.path.exists(each / ".git")), None)


def _git(settings: Settings, *arguments: str) -> str | None:
    command = ["git", "-C", str(settings.folder), "--no-optional-locks", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
