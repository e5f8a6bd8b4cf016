"""`efsync-pipeline` itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("efsync-pipeline")


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "EFSYNC_LANG": "en"}
    return subprocess.run([PROGRAM, *arguments], env=kept | variables, capture_output=True, text=True, check=False)


def test_elsewhere_it_says_that_it_is_for_pipelines() -> None:
    done = run("plan")
    assert done.returncode == 1
    assert "GitHub Actions and GitLab" in done.stderr


def test_its_commands_are_described() -> None:
    assert all(name in run("--help").stdout for name in ("plan", "ready", "apply", "drift"))


def test_a_host_that_says_no_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 1, "head": {"sha": "a", "repo": {"full_name": "a/b"}}}}')
    names = {"GITHUB_EVENT_PATH": str(event), "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "t", "GITHUB_ACTIONS": "true"}
    done = run("plan", **names, GITHUB_API_URL="ftp://nowhere.example")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("efsync-pipeline: GET ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["GITHUB_ACTIONS", "GITLAB_CI"])
def test_an_apply_without_a_plan_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("apply", **{host: "true"})
    assert done.returncode == 1
    assert "there is no plan at efsync-out/plan.json: nothing was written" in done.stdout


def test_the_token_of_the_host_does_not_reach_efsync(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "efsync.toml").write_text('[targets.erp]\nurl = "env:GITHUB_TOKEN"\n')
    (tmp_path / "accounts").mkdir()
    monkeypatch.chdir(tmp_path)
    done = run("plan", GITHUB_ACTIONS="true", GITHUB_TOKEN="sqlite:///geheim.db")
    assert done.returncode == 1
    assert "`GITHUB_TOKEN` is not set" in (tmp_path / "efsync-out/plan.md").read_text()
