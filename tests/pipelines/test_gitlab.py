"""The pasted file for GitLab, rehearsed: what its jobs do there, and to the ERP."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipelines.conftest import ACCOUNTS, Company
from tests.pipelines.gitlab_stand_in import PROJECT, TOKEN, GitLabStandIn
from tests.pipelines.runner import TOP
from tests.pipelines.stand_in import served

FILE = yaml.safe_load((TOP / "pipelines/gitlab/efsync.gitlab-ci.yml").read_text())


@dataclass
class Done:
    """How one job ended."""

    status: int
    log: str
    files: Mapping[str, bytes]


@dataclass
class AtGitLab:
    """The company at GitLab; jobs run the `script` of the file as it stands."""

    company: Company
    gitlab: GitLabStandIn
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def job(self, name: str, commit: str, before: Mapping[str, bytes] | None = None, **variables: str) -> Done:
        """Run one job on a commit; `before` are the artifacts of the jobs that it needs."""
        job = FILE[name]
        work = self.folder / str(self.gitlab.next_number())
        self.company.repository.git("worktree", "add", "--quiet", "--detach", str(work), commit)
        for path, content in (before or {}).items():
            (work / path).parent.mkdir(exist_ok=True)
            (work / path).write_bytes(content)
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.folder), "PYTHONUTF8": "1",
            "CI": "true", "GITLAB_CI": "true", "CI_API_V4_URL": f"{self.gitlab.address}/api/v4", "COLUMNS": "120",
            "CI_PROJECT_ID": str(PROJECT), "CI_JOB_NAME": name, "CI_COMMIT_SHA": commit, "EFSYNC_LANG": "en",
            "CI_JOB_URL": "https://gitlab.example/acme/mail/-/jobs/1", "EFSYNC_GITLAB_TOKEN": TOKEN,
            **self.company.secrets, **self.variables, **variables,
        }  # fmt: skip
        command = ["sh", "-e", "-c", "\n".join(job["script"])]
        done = subprocess.run(
            command, cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=120,
        )  # fmt: skip
        kept = {f"efsync-out/{each.name}": each.read_bytes() for each in work.glob("efsync-out/*")}
        report = work / "gl-code-quality-report.json"
        return Done(
            done.returncode, done.stdout, kept | ({report.name: report.read_bytes()} if report.exists() else {})
        )

    def push(self, head: str, number: int = 7) -> Done:
        """Push to a merge request; its job that plans."""
        self.gitlab.request(number, head)
        merged = self.company.repository.try_merge("change")
        pipeline = self.gitlab.pipeline(number, merged, ref=f"refs/merge-requests/{number}/merge")
        more = {
            "CI_MERGE_REQUEST_IID": str(number), "CI_MERGE_REQUEST_PROJECT_ID": str(PROJECT),
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": str(PROJECT), "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head,
        }  # fmt: skip
        done = self.job("efsync-plan", merged, None, **more)
        self.gitlab.job(pipeline, "efsync-plan", done.files, "failed" if done.status else "success")
        return done

    def merge(self, number: int = 7, *, squash: bool = False) -> str:
        """Merge it; the new commit."""
        commit = self.company.repository.merge("change", squash=squash)
        self.gitlab.merge(number, merge_commit_sha=commit)
        return commit

    def ready(self, commit: str, kind: str = "ready") -> Done:
        """The job that finds the reviewed plan, or makes one by hand."""
        return self.job("efsync-ready", commit, EFSYNC_READY=kind, CI_COMMIT_BRANCH="main")


@pytest.fixture
def at_gitlab(company: Company, tmp_path: Path) -> Iterator[AtGitLab]:
    with served(GitLabStandIn()) as gitlab:
        assert isinstance(gitlab, GitLabStandIn)
        (tmp_path / "jobs").mkdir()
        yield AtGitLab(company, gitlab, tmp_path / "jobs")


def test_a_merge_request_gets_one_note_and_its_merge_applies_exactly_that(at_gitlab: AtGitLab) -> None:
    first = at_gitlab.push(at_gitlab.company.edit("uno.example"))
    assert first.status == 0, first.log
    assert "uno.example" in first.log
    at_gitlab.push(at_gitlab.company.edit("dos.example"))
    (note,) = at_gitlab.gitlab.bodies(7)
    assert "dos.example" in note
    assert "uno.example" not in note
    assert "https://gitlab.example/acme/mail/-/jobs/1" in note
    commit = at_gitlab.merge()
    ready = at_gitlab.ready(commit)
    assert ready.status == 0, ready.log
    assert at_gitlab.company.domain == "acme.example"
    applied = at_gitlab.job("efsync-apply", commit, ready.files)
    assert applied.status == 0, applied.log
    assert "Applied: 1 changed" in applied.log
    assert at_gitlab.company.domain == "dos.example"


def test_a_plan_that_is_stale_is_refused(at_gitlab: AtGitLab) -> None:
    at_gitlab.push(at_gitlab.company.edit("uno.example"))
    at_gitlab.company.world.change("JPEREZ", domain="otro.example")
    commit = at_gitlab.merge(squash=True)
    ready = at_gitlab.ready(commit)
    assert ready.status == 1
    assert "domain would not be written as reviewed" in ready.log
    assert at_gitlab.job("efsync-apply", commit, ready.files).status == 1
    assert at_gitlab.company.domain == "otro.example"


def test_what_was_not_reviewed_is_planned_by_hand(at_gitlab: AtGitLab) -> None:
    commit = at_gitlab.company.edit("uno.example", branch="main")
    assert "merge of no merge request" in at_gitlab.ready(commit).log
    ready = at_gitlab.ready(commit, "plan")
    assert ready.status == 0, ready.log
    assert at_gitlab.job("efsync-apply", commit, ready.files).status == 0
    assert at_gitlab.company.domain == "uno.example"


def test_where_nothing_differs_an_empty_plan_is_applied(at_gitlab: AtGitLab) -> None:
    commit = at_gitlab.company.repository.git("rev-parse", "main")
    ready = at_gitlab.ready(commit)
    assert ready.status == 0, ready.log
    assert at_gitlab.job("efsync-apply", commit, ready.files).status == 0


def test_without_a_token_there_is_a_plan_and_no_note(at_gitlab: AtGitLab) -> None:
    at_gitlab.variables = {"EFSYNC_GITLAB_TOKEN": ""}
    done = at_gitlab.push(at_gitlab.company.edit("uno.example"))
    assert done.status == 0
    assert "there is no token" in done.log
    assert "efsync-out/plan.json" in done.files


def test_problems_are_a_report_of_code_quality_and_in_the_log(at_gitlab: AtGitLab) -> None:
    wrong = ACCOUNTS.format(domain="uno.example").replace("587", "70000")
    done = at_gitlab.job(
        "efsync-validate", at_gitlab.company.repository.commit("change", accounts__ventas_dot_yaml=wrong)
    )
    assert done.status == 1
    assert "accounts/ventas.yaml:3" in done.log
    (problem,) = yaml.safe_load(done.files["gl-code-quality-report.json"])
    assert problem["location"]["path"] == "accounts/ventas.yaml"


def test_drift_keeps_one_issue(at_gitlab: AtGitLab) -> None:
    commit = at_gitlab.company.repository.git("rev-parse", "main")
    for domain, state in (("otro.example", "opened"), ("mas.example", "opened"), ("acme.example", "closed")):
        at_gitlab.company.world.change("JPEREZ", domain=domain)
        done = at_gitlab.job("efsync-drift", commit)
        assert done.status == 0, done.log
        (issue,) = at_gitlab.gitlab.issues.values()
        assert issue["state"] == state
        assert ("efsync-out/report.html" in done.files) == (state == "opened")
        if state == "opened":
            assert domain in issue["description"]


def _fits(rule: str, variables: Mapping[str, str]) -> bool:
    """Whether a rule's `if` is true, as far as it is made of comparisons."""

    def value(word: str) -> str:
        return variables.get(word[1:], "") if word.startswith("$") else word.strip('"')

    return all(value(one) == value(other) for one, other in re.findall(r"(\S+) == (\S+)", rule))


@pytest.mark.parametrize(
    ("variables", "jobs"),
    [
        ({"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "42"}, "validate plan"),
        ({"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "43"}, "validate"),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}, "ready apply"),
        ({"CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "main"}, "ready apply"),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "change"}, ""),
        ({"CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "change"}, ""),
        ({"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}, "drift"),
    ],
)  # fmt: skip
def test_jobs_run_where_they_should(variables: dict[str, str], jobs: str) -> None:
    known = {"CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_PROJECT_ID": "42"} | variables
    rules: dict[str, list[Any]] = {name: job["rules"] for name, job in FILE.items() if "rules" in job}
    runs = [name for name, each in rules.items() if any(_fits(rule["if"], known) for rule in each)]
    assert runs == [f"efsync-{name}" for name in jobs.split()]


def test_an_apply_waits_for_somebody() -> None:
    assert all(rule["when"] == "manual" for rule in FILE["efsync-apply"]["rules"])
