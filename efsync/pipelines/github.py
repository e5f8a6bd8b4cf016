"""GitHub's interface, version 2022-11-28, as GitHub Actions hands it to a run."""

import io
import json
import os
import re
import secrets
import urllib.parse
import zipfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from efsync.pipelines.interface import HostFailed, NotReviewed, PullRequest, Text
from efsync.pipelines.web import MOST_BYTES, Web

OWN_LOGIN = "github-actions[bot]"
"""Who writes with the token that GitHub gives to a run."""


class GitHub:
    """A run on GitHub Actions; its variables are documented as default environment variables."""

    secret_variables: tuple[str, ...] = (
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    )
    shows_pages = True

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables
        self._repository = variables.get("GITHUB_REPOSITORY", "")
        self._login = variables.get("EFSYNC_PIPELINE_LOGIN") or OWN_LOGIN
        self._web = Web(
            variables.get("GITHUB_API_URL", "https://api.github.com"),
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {variables.get('GITHUB_TOKEN', '')}",
                "User-Agent": "efsync",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )

    @cached_property
    def pull_request(self) -> PullRequest | None:
        """The pull request of the event."""
        path = self._variables.get("GITHUB_EVENT_PATH")
        found = json.loads(Path(path).read_text(encoding="utf-8")).get("pull_request") if path else None
        if not found:
            return None
        origin = found["head"]["repo"]  # none where the fork was deleted
        from_fork = origin is None or origin["full_name"].lower() != self._repository.lower()
        from_dependabot = self._variables.get("GITHUB_ACTOR") == "dependabot[bot]"
        return PullRequest(found["number"], found["head"]["sha"], from_fork or from_dependabot)

    @property
    def run_address(self) -> str:
        """The page of the run."""
        server = self._variables.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{self._repository}/actions/runs/{self._variables.get('GITHUB_RUN_ID', '')}"

    @property
    def can_write(self) -> bool:
        """Whether there is a token that may write; that of a pull request from outside may only read."""
        return bool(self._variables.get("GITHUB_TOKEN")) and not (self.pull_request and self.pull_request.from_outside)

    def is_head(self, request: PullRequest) -> bool:
        """Whether nothing was pushed to the pull request since."""
        return bool(self._web.get(self._path(f"pulls/{request.number}"))["head"]["sha"] == request.head)

    def comments(self, request: PullRequest) -> list[Text]:
        """The comments that this pipeline wrote."""
        return self._own(self._web.all(self._path(f"issues/{request.number}/comments")), "id")

    def add_comment(self, request: PullRequest, body: str) -> None:
        """Write a new one."""
        self._written(self._web.send("POST", self._path(f"issues/{request.number}/comments"), {"body": body}))

    def change_comment(self, request: PullRequest, number: int, body: str) -> None:
        """Put another text in its place."""
        self._web.send("PATCH", self._path(f"issues/comments/{number}"), {"body": body})

    def delete_comment(self, request: PullRequest, number: int) -> None:
        """Delete it."""
        self._web.delete(self._path(f"issues/comments/{number}"))

    def issues(self) -> list[Text]:
        """The open issues that this pipeline opened; GitHub lists pull requests among them."""
        listed = self._web.all(self._path("issues"), state="open", creator=self._login)
        return self._own((each for each in listed if "pull_request" not in each), "number")

    def open_issue(self, title: str, body: str) -> int:
        """Open one."""
        made = self._web.send("POST", self._path("issues"), {"title": title, "body": body})
        self._written(made)
        return int(made["number"])

    def change_issue(self, number: int, body: str) -> None:
        """Put another text in its place."""
        self._web.send("PATCH", self._path(f"issues/{number}"), {"body": body})

    def close_issue(self, number: int, comment: str) -> None:
        """Say why, and close it."""
        self._web.send("POST", self._path(f"issues/{number}/comments"), {"body": comment})
        self._web.send("PATCH", self._path(f"issues/{number}"), {"state": "closed", "state_reason": "completed"})

    def artifact(self, kind: str, key: str) -> str:
        """The name of an artifact, of characters that artifacts may have."""
        return re.sub(r"[^A-Za-z0-9._-]+", "_", f"efsync-{kind}-{key}")

    def reviewed_plan(self, artifact: str) -> bytes:
        """The plan in the artifact of the newest run of this workflow for the last head of what was merged."""
        request = self._merged()
        head, number = request["head"]["sha"], request["number"]
        run = self._run_for(head, number)
        listed = self._web.all(self._path(f"actions/runs/{run}/artifacts"), inside="artifacts", name=artifact)
        found = [each for each in listed if each["name"] == artifact]
        if not found:
            raise NotReviewed(f"the run for {head} of #{number} has no {artifact}: its plan failed, or it was not made")
        newest = max(found, key=lambda each: int(each["id"]))
        if newest["expired"]:
            raise NotReviewed(f"{artifact} of #{number} has expired: it was reviewed too long ago")
        return _plan_in(self._web.file(self._path(f"actions/artifacts/{newest['id']}/zip")))

    def show_page(self, markdown: str) -> None:
        """Add to the summary of the job, which takes a megabyte."""
        self._append("GITHUB_STEP_SUMMARY", markdown.rstrip("\n") + "\n\n")

    def set_outputs(self, outputs: Mapping[str, str]) -> None:
        """Set outputs of the step; a value can't end early and set another."""
        for name, value in outputs.items():
            end = secrets.token_hex(16)
            self._append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")

    def warn(self, text: str) -> None:
        """Annotate the run."""
        click.echo(f"::warning title=efsync::{_escaped(text)}")

    def hold_commands(self) -> str:
        """Have the runner take no line of the log for a command."""
        word = secrets.token_hex(16)
        click.echo(f"::stop-commands::{word}")
        return f"::{word}::"

    def _merged(self) -> Any:
        """The one pull request whose merge made the commit of this run."""
        commit, branch = self._variables.get("GITHUB_SHA", ""), self._variables.get("GITHUB_REF_NAME", "")
        found = [
            each
            for each in self._web.all(self._path(f"commits/{commit}/pulls"))
            if each["merged_at"] and each["merge_commit_sha"] == commit and each["base"]["ref"] == branch
        ]
        if not found:
            raise NotReviewed(f"{commit} on {branch} is the merge of no pull request: nothing was reviewed")
        if len(found) > 1:
            numbers = ", ".join(f"#{each['number']}" for each in found)
            raise NotReviewed(f"{commit} is the merge of more than one pull request ({numbers})")
        return found[0]

    def _run_for(self, head: str, number: int) -> int:
        """The newest run of this workflow for the commit `head`; never one of another repository."""
        listed = self._web.all(self._path("actions/runs"), inside="workflow_runs", head_sha=head, event="pull_request")
        found = [
            each
            for each in listed
            if each["head_sha"] == head
            and each["event"] == "pull_request"
            and each["path"].partition("@")[0] == self._workflow
            and (each["head_repository"] or {}).get("full_name", "").lower() == self._repository.lower()
        ]
        if not found:
            raise NotReviewed(f"{self._workflow} did not run in this repository for {head}, the last head of #{number}")
        return int(max(found, key=lambda each: int(each["id"]))["id"])

    @property
    def _workflow(self) -> str:
        """The file of this workflow, out of `acme/mail/.github/workflows/efsync.yml@refs/heads/main`."""
        path = self._variables.get("GITHUB_WORKFLOW_REF", "").partition("@")[0]
        return path.removeprefix(self._repository).lstrip("/")

    def _own(self, listed: Any, key: str) -> list[Text]:
        return [
            Text(int(each[key]), each["body"] or "")
            for each in listed
            if each["user"] and each["user"]["login"] == self._login
        ]

    def _written(self, made: Any) -> None:
        """Warns where what was written would not be found the next time."""
        login = made["user"]["login"]
        if login != self._login:
            self.warn(f"this token writes as {login}: say so with the input login, or each run adds a comment")

    def _path(self, rest: str) -> str:
        return f"repos/{urllib.parse.quote(self._repository)}/{rest}"

    def _append(self, variable: str, text: str) -> None:
        path = self._variables.get(variable)
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text)


def _plan_in(archive: bytes) -> bytes:
    """`plan.json` out of an artifact; nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            if files.getinfo("plan.json").file_size > MOST_BYTES:
                raise NotReviewed("the plan in the artifact is larger than a gigabyte")
            return files.read("plan.json")
    except KeyError:
        raise NotReviewed("the artifact holds no plan: the plan failed") from None
    except zipfile.BadZipFile:
        raise HostFailed("the artifact is no zip file") from None


def _escaped(text: str) -> str:
    """The text of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
