"""The department files of a commit, laid out beside the work tree and not in it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.settings.model import Revision, Settings
from efsync.workflows.source import repository_of

_LINK = "120000"
_FORBIDDEN = {"", ".", "..", ".git"}


@contextmanager
def at_revision(settings: Settings, name: str | None) -> Iterator[Settings]:
    """`settings`, whose department files are those of the commit that `name` means; without a name as they are.

    The settings themselves stay those of the work tree: what references may reach is not for a commit to say.
    Files are as the commit has them: no filter of Git's has changed them. Raises `Refused` (`git`) where there is
    no such commit, no repository or no Git.
    """
    if name is None:
        yield settings
        return
    with TemporaryDirectory(prefix="efsync-") as made:
        place = Path(made).resolve()
        commit = _git(settings.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if commit is None:
            raise Refused(_no_commit(settings, name))
        top = Path(os.fsdecode(_must(settings.folder, "rev-parse", "--show-toplevel")).rstrip("\n")).resolve()
        accounts, folder = settings.accounts.resolve(), settings.folder.resolve()
        if not accounts.is_relative_to(top):
            raise Refused(Problem("git", message("the accounts folder is not in the repository")))
        named = commit.decode().strip()
        _lay_out(top, named, accounts.relative_to(top).as_posix(), place)
        there = Revision(named, place / accounts.relative_to(top), place / folder.relative_to(top))
        yield replace(settings, revision=there)


def _no_commit(settings: Settings, name: str) -> Problem:
    """Why there is no such commit."""
    if repository_of(settings.folder) is None:
        said = message("the folder of {file} is in no Git repository", file=settings.file)
        return Problem("git", said, hint=message("without --ref the plan is made from the files as they are here"))
    _must(settings.folder, "rev-parse", "--git-dir")
    said = message("there is no commit {name} in the repository of {file}", name=name, file=settings.file)
    return Problem("git", said, hint=message("fetch it first: in CI, a checkout may have one commit only"))


def _lay_out(top: Path, commit: str, folder: str, place: Path) -> None:
    """Write all files below `folder` that `commit` has to below `place`."""
    listed = _must(top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", folder)
    entries = [entry.partition(b"\t") for entry in listed.split(b"\0") if entry]
    facts = [each.decode("ascii").split(" ") for each, _, _ in entries]
    contents = _contents(_must(top, "cat-file", "--batch", typed="".join(f"{each[2]}\n" for each in facts).encode()))
    for (mode, kind, _), (_, _, raw) in zip(facts, entries, strict=True):
        path = PurePosixPath(os.fsdecode(raw))
        if kind != "blob" or _FORBIDDEN & set(path.parts) or path.is_absolute():
            raise Refused(Problem("git", message("{path} of that commit is no file", path=path.as_posix())))
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        content = next(contents)
        if mode == _LINK:
            target.symlink_to(os.fsdecode(content))
        else:
            target.write_bytes(content)


def _contents(batch: bytes) -> Iterator[bytes]:
    """The contents in the answer of `git cat-file --batch`: a line `DIGEST KIND SIZE`, so many bytes, a line feed."""
    start = 0
    while start < len(batch):
        end = batch.index(b"\n", start)
        size = int(batch[start:end].split(b" ")[2])
        yield batch[end + 1 : end + 1 + size]
        start = end + 1 + size + 1


def _must(folder: Path, *arguments: str, typed: bytes = b"") -> bytes:
    found = _git(folder, *arguments, typed=typed)
    if found is None:
        raise Refused(Problem("git", message("Git can't read the repository of {folder}", folder=folder)))
    return found


def _git(folder: Path, *arguments: str, typed: bytes = b"") -> bytes | None:
    command = ["git", "-C", str(folder), "--no-optional-locks", *arguments]
    try:
        return subprocess.run(command, input=typed, capture_output=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
