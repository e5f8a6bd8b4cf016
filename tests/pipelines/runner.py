"""A runner of GitHub Actions for rehearsals: it does what the workflow and the action of this repository say.

Conditions, expressions, environments, permissions and `run` lines are taken out of the YAML as they stand; actions of
others (checkout, upload, download) are done by hand. What is installed already is not installed again.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.pipelines.expressions import filled, holds
from tests.pipelines.github_stand_in import REPOSITORY, WORKFLOW, GitHubStandIn

TOP = Path(__file__).parents[2]
ACTION = "OWNER/efsync@TAG"


@dataclass
class Job:
    """How one job of a run ended."""

    name: str
    status: str
    log: str = ""
    summary: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """Runs the workflow `efsync.yml` of this repository on commits of `repository`."""

    github: GitHubStandIn
    repository: Path
    temporary: Path
    secrets: Mapping[str, str]
    environment: Mapping[str, str] = field(default_factory=dict)
    workflow: Path = TOP / "pipelines/github/efsync.yml"
    approved: bool = True
    inputs: Mapping[str, Any] = field(default_factory=dict)
    waiting: "_Work | None" = None
    left_out: tuple[str, ...] = ()

    def approve(self) -> Job:
        """Let the job begin that waits for approval."""
        assert self.waiting is not None
        return self.waiting.done()

    def pull_request(self, number: int, merged: str, leave_out: tuple[str, ...] = ()) -> dict[str, Job]:
        """Run for a pull request; `merged` is the commit of its merge with the branch, which GitHub checks out."""
        self.left_out = leave_out
        pull = self.github.pulls[number]
        repository = (pull["head"]["repo"] or {}).get("full_name")
        run = self.github.run(pull["head"]["sha"], head_repository=pull["head"]["repo"])
        secrets = self.secrets if repository == REPOSITORY else {}
        return self._run(run, "pull_request", merged, f"{number}/merge", {"pull_request": pull}, secrets=secrets)

    def push(self, commit: str) -> dict[str, Job]:
        """Run for what the main branch has become."""
        run = self.github.run(commit, event="push")
        return self._run(run, "push", commit, "main", {}, secrets=self.secrets)

    def schedule(self, commit: str) -> dict[str, Job]:
        """Run at night."""
        run = self.github.run(commit, event="schedule")
        return self._run(run, "schedule", commit, "main", {}, secrets=self.secrets)

    def by_hand(self, commit: str, branch: str = "main", **inputs: Any) -> dict[str, Job]:
        """Run because somebody pressed the button."""
        run = self.github.run(commit, event="workflow_dispatch")
        offered = yaml.safe_load(self.workflow.read_text())[True]["workflow_dispatch"]["inputs"]
        chosen = {name: each["default"] for name, each in offered.items()} | inputs
        return self._run(run, "workflow_dispatch", commit, branch, {}, secrets=self.secrets, inputs=chosen)

    def _run(
        self, number: int, event: str, commit: str, reference: str, content: Mapping[str, Any],
        *, secrets: Mapping[str, str], inputs: Mapping[str, Any] | None = None,
    ) -> dict[str, Job]:  # fmt: skip
        workflow = yaml.safe_load(self.workflow.read_text())
        event_document = {**content, "repository": {"default_branch": "main"}}
        contexts: dict[str, Any] = {
            "github": {"event_name": event, "ref_name": reference, "event": event_document, "sha": commit},
            "secrets": secrets,
            "inputs": {**self.inputs, **(inputs or {})},
            "needs": {},
        }
        done: dict[str, Job] = {}
        for name, job in workflow["jobs"].items():
            needed = [job["needs"]] if "needs" in job else []
            if (
                name in self.left_out
                or any(done[each].status != "success" for each in needed)
                or not holds(job.get("if"), contexts)
            ):
                done[name] = Job(name, "skipped")
                continue
            folder = self.temporary / f"{number}-{name}"
            work = _Work(self, number, name, job, workflow["env"], dict(contexts), folder)
            if job.get("environment") == "erp" and not self.approved:
                self.waiting, done[name] = work, Job(name, "waiting")
                continue
            done[name] = work.done()
            contexts["needs"] = {**contexts["needs"], name: {"outputs": done[name].outputs}}
        return done


@dataclass
class _Work:
    """One job under way."""

    runner: Runner
    run: int
    name: str
    job: Mapping[str, Any]
    shared: Mapping[str, Any]
    contexts: Mapping[str, Any]
    folder: Path
    log: str = ""
    status: str = "success"
    steps: dict[str, Any] = field(default_factory=dict)

    def done(self) -> Job:
        """Do all steps."""
        workspace, temp = self.folder / "work", self.folder / "temp"
        installed = temp / "efsync-installed/bin"
        installed.mkdir(parents=True)
        for each in ("efsync", "efsync-pipeline"):
            (installed / each).symlink_to(Path(sys.executable).with_name(each))
        token = self.runner.github.token(**{k.replace("-", "_"): v for k, v in self.job["permissions"].items()})
        pull = self.contexts["github"]["event"].get("pull_request")
        if pull and (pull["head"]["repo"] or {}).get("full_name") != REPOSITORY:
            self.runner.github.tokens[token] = dict.fromkeys(self.runner.github.tokens[token], "read")
        github = {**self.contexts["github"], "token": token}
        contexts = {**self.contexts, "github": github, "runner": {"temp": str(temp)}, "steps": self.steps}
        written = {**self.shared, **self.job.get("env", {})}
        contexts["env"] = {name: filled(each, contexts) for name, each in written.items()}
        (self.folder / "event.json").write_text(json.dumps(github["event"]))
        for step in self.job["steps"]:
            if self.status != "success":
                break
            self._step(step, contexts, workspace, temp)
        summary = self.folder / "summary.md"
        outputs = {name: filled(each, contexts) for name, each in self.job.get("outputs", {}).items()}
        return Job(self.name, self.status, self.log, summary.read_text() if summary.exists() else "", outputs)

    def _step(self, step: Mapping[str, Any], contexts: Mapping[str, Any], workspace: Path, temp: Path) -> None:
        action = step["uses"].partition("@")[0] if step["uses"] != ACTION else ACTION
        given = {name: filled(each, contexts) for name, each in step.get("with", {}).items()}
        if action == "actions/checkout":
            assert given == {"persist-credentials": "false"}
            commit = contexts["github"]["sha"]
            _git(self.runner.repository, "worktree", "add", "--quiet", "--detach", str(workspace), commit)
        elif action == "actions/download-artifact":
            archive = self.runner.github.kept(self.run, given["name"])
            with zipfile.ZipFile(io.BytesIO(archive)) as files:
                files.extractall(given["path"])
        else:
            assert action == ACTION, action
            outputs = self._action(given, contexts, workspace, temp)
            self.steps[step.get("id", "")] = {"outputs": outputs}

    def _action(
        self, given: Mapping[str, str], contexts: Mapping[str, Any], workspace: Path, temp: Path
    ) -> dict[str, str]:
        """The composite action of this repository."""
        action = yaml.safe_load((TOP / "action.yml").read_text())
        assert set(given) <= set(action["inputs"]), given
        inputs = {name: filled(each.get("default", ""), contexts) for name, each in action["inputs"].items()}
        inputs |= given
        inside: dict[str, Any] = {**contexts, "inputs": inputs, "steps": {}}
        for step in action["runs"]["steps"]:
            if "run" in step:
                if self.status == "success":
                    inside["steps"][step.get("id", "")] = {"outputs": self._bash(step, inside, workspace, temp)}
            elif step["uses"].startswith("actions/upload-artifact@") and holds(step["if"], inside):
                uploaded = {name: filled(each, inside) for name, each in step["with"].items()}
                self.runner.github.keep(self.run, uploaded["name"], Path(uploaded["path"]))
        return {name: filled(each["value"], inside) for name, each in action["outputs"].items()}

    def _bash(
        self, step: Mapping[str, Any], contexts: Mapping[str, Any], workspace: Path, temp: Path
    ) -> dict[str, str]:
        output = self.folder / "output"
        output.write_text("")
        kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR", "LANG") if name in os.environ}
        variables = {
            **kept, **contexts["env"], **self.runner.environment,
            "PATH": f"{temp / 'efsync-installed/bin'}:{os.environ['PATH']}",
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_API_URL": self.runner.github.address,
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(self.run), "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_EVENT_NAME": contexts["github"]["event_name"], "GITHUB_SHA": contexts["github"]["sha"],
            "GITHUB_REF_NAME": contexts["github"]["ref_name"], "GITHUB_OUTPUT": str(output),
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{WORKFLOW}@refs/heads/main", "GITHUB_ACTION_PATH": str(TOP),
            "GITHUB_PATH": str(self.folder / "path"), "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "RUNNER_TEMP": str(temp), "PYTHONUTF8": "1", "COLUMNS": "120",
            **{name: filled(each, contexts) for name, each in step["env"].items()},
        }  # fmt: skip
        shell = shutil.which("bash")
        assert shell is not None
        command = [shell, "--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step["run"], contexts)]
        done = subprocess.run(
            command, cwd=workspace, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=120,
        )  # fmt: skip
        self.log += done.stdout
        if done.returncode != 0:
            self.status = "failure"
        return outputs_in(output.read_text())


def outputs_in(text: str) -> dict[str, str]:
    """Outputs as the runner reads them from the file."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        value = []
        for each in lines:
            if each == end:
                break
            value.append(each)
        found[name] = "\n".join(value)
    return found


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


@dataclass
class Repository:
    """A real repository, in which people commit and merge."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        for name, value in (("user.name", "Ana"), ("user.email", "ana@acme.example"), ("commit.gpgsign", "false")):
            self.git("config", name, value)

    def git(self, *arguments: str) -> str:
        """Run git; what it prints."""
        return _git(self.folder, *arguments)

    def commit(self, branch: str, **files: str) -> str:
        """Commit files to a branch, which begins at main; `__` in a name stands for a slash."""
        if self.git("branch", "--list", branch):
            self.git("checkout", "--quiet", branch)
        elif self.git("branch", "--list", "main"):
            self.git("checkout", "--quiet", "-b", branch, "main")
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def try_merge(self, branch: str) -> str:
        """The merge of a branch into main that is not on main, as in `refs/pull/N/merge`."""
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "try", branch)
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str, *, squash: bool = False) -> str:
        """The merge of a branch into main, or all of it in one commit; main's new commit."""
        self.git("checkout", "--quiet", "main")
        if squash:
            self.git("merge", "--quiet", "--squash", branch)
            self.git("commit", "--quiet", "--message", "squashed")
        else:
            self.git("merge", "--quiet", "--no-ff", "--message", "merge", branch)
        return self.git("rev-parse", "HEAD")
