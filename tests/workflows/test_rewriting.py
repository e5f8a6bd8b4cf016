"""Several files are written all or none, and a crash in between is seen by whoever comes next."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from efsync.model.problems import Refused
from efsync.workflows.rewriting import JOURNAL, Rewriting, rewrite, unfinished


@pytest.fixture
def files(tmp_path: Path) -> list[Rewriting]:
    """Two files that are there, and one that is new, in a folder that is missing."""
    for name in ("a", "b"):
        (tmp_path / name).write_text(f"old {name}")
        (tmp_path / name).chmod(0o640)
    return [
        Rewriting(tmp_path / "a", "old a", "new a"),
        Rewriting(tmp_path / "deep" / "er" / "n", None, "new n"),
        Rewriting(tmp_path / "b", "old b", "new b"),
    ]


def texts(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_all_are_written_and_keep_their_modes(files: list[Rewriting], tmp_path: Path) -> None:
    rewrite(files, tmp_path)
    assert texts(tmp_path) == {"a": "new a", "b": "new b", "deep/er/n": "new n"}
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_file_that_somebody_else_changed_stops_all(files: list[Rewriting], tmp_path: Path) -> None:
    (tmp_path / "b").write_text("theirs")
    with pytest.raises(Refused):
        rewrite(files, tmp_path)
    assert texts(tmp_path) == {"a": "old a", "b": "theirs"}
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_was_written_before_a_failure_is_put_back(
    files: list[Rewriting], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    replace = os.replace
    failed: list[bool] = []

    def failing(source: Path, destination: Path) -> None:
        if destination.name == "b" and not failed:
            failed.append(True)
            raise error
        replace(source, destination)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(Refused if isinstance(error, OSError) else KeyboardInterrupt):
        rewrite(files, tmp_path)
    assert texts(tmp_path) == {"a": "old a", "b": "old b"}
    assert not (tmp_path / "deep").exists()
    assert list(unfinished(tmp_path)) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from efsync.workflows.rewriting import Rewriting, rewrite

folder, link = Path(sys.argv[1]), os.link

def killing(source, destination):
    link(source, destination)
    os.kill(os.getpid(), signal.SIGKILL)

os.link = killing
new = Rewriting(folder / "deep" / "n", None, "new n")
rewrite([Rewriting(folder / "a", "old a", "new a"), new, Rewriting(folder / "b", "old b", "new b")], folder)
"""


def test_after_a_kill_in_between_the_next_one_knows_and_ends_it(files: list[Rewriting], tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    (problem,) = unfinished(tmp_path)
    assert (problem.code, problem.is_error) == ("files-interrupted", False)
    assert (tmp_path / "a").read_text() == "new a"
    assert (tmp_path / "b").read_text() == "old b"
    rewrite([Rewriting(tmp_path / "b", "old b", "new b"), Rewriting(tmp_path / "a", "new a", "newer a")], tmp_path)
    assert list(unfinished(tmp_path)) == []
    assert not (tmp_path / JOURNAL).exists()
