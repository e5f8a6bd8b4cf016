"""GitLab's interface, version 4, as GitLab CI/CD hands it to a job."""

import os
import urllib.parse
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import click

from efsync.pipelines.interface import HostFailed, NotReviewed, PullRequest, Text
from efsync.pipelines.web import Web

PLAN = "efsync-out/plan.json"
"""Where the job that plans keeps the plan, among its artifacts."""


class GitLab:
    """A job on GitLab CI/CD; its variables are documented as predefined variables."""

    secret_variables: tuple[str, ...] = (
        "EFSYNC_GITLAB_TOKEN",
        "CI_JOB_TOKEN",
        "CI_REPOSITORY_URL",
        "CI_REGISTRY_PASSWORD",
    )
    shows_pages = False

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables
        self._project = variables.get("CI_MERGE_REQUEST_PROJECT_ID") or variables.get("CI_PROJECT_ID", "")
        self._token = variables.get("EFSYNC_GITLAB_TOKEN", "")
        address = variables.get("CI_API_V4_URL", "https://gitlab.com/api/v4")
        self._web = Web(address, {"PRIVATE-TOKEN": self._token, "User-Agent": "efsync"})

    @property
    def pull_request(self) -> PullRequest | None:
        """The merge request of the pipeline."""
        names = self._variables
        if not names.get("CI_MERGE_REQUEST_IID"):
            return None
        # in a pipeline for merged results the commit is that of the merge
        head = names.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or names.get("CI_COMMIT_SHA", "")
        origin, project = names.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID"), names.get("CI_MERGE_REQUEST_PROJECT_ID")
        return PullRequest(int(names["CI_MERGE_REQUEST_IID"]), head, origin != project)

    @property
    def run_address(self) -> str:
        """The page of the job."""
        return self._variables.get("CI_JOB_URL", "")

    @property
    def can_write(self) -> bool:
        """Whether there is a token; that of a job itself may write neither notes nor issues."""
        return bool(self._token) and not (self.pull_request and self.pull_request.from_outside)

    def is_head(self, request: PullRequest) -> bool:
        """Whether nothing was pushed to the merge request since."""
        return bool(self._web.get(self._path(f"merge_requests/{request.number}"))["sha"] == request.head)

    def comments(self, request: PullRequest) -> list[Text]:
        """The notes that this pipeline wrote."""
        listed = self._web.all(self._notes(request), sort="asc", order_by="created_at")
        return [Text(each["id"], each["body"]) for each in listed if self._is_own(each) and not each["system"]]

    def add_comment(self, request: PullRequest, body: str) -> None:
        """Write a new one."""
        self._web.send("POST", self._notes(request), {"body": body})

    def change_comment(self, request: PullRequest, number: int, body: str) -> None:
        """Put another text in its place."""
        self._web.send("PUT", f"{self._notes(request)}/{number}", {"body": body})

    def delete_comment(self, request: PullRequest, number: int) -> None:
        """Delete it."""
        self._web.delete(f"{self._notes(request)}/{number}")

    def issues(self) -> list[Text]:
        """The open issues that this pipeline opened."""
        listed = self._web.all(self._path("issues"), state="opened", scope="all", author_id=self._user)
        return [Text(each["iid"], each["description"] or "") for each in listed if self._is_own(each)]

    def open_issue(self, title: str, body: str) -> int:
        """Open one."""
        return int(self._web.send("POST", self._path("issues"), {"title": title, "description": body})["iid"])

    def change_issue(self, number: int, body: str) -> None:
        """Put another text in its place."""
        self._web.send("PUT", self._path(f"issues/{number}"), {"description": body})

    def close_issue(self, number: int, comment: str) -> None:
        """Say why, and close it."""
        self._web.send("POST", self._path(f"issues/{number}/notes"), {"body": comment})
        self._web.send("PUT", self._path(f"issues/{number}"), {"state_event": "close"})

    def artifact(self, kind: str, key: str) -> str:
        """The job that makes it: `efsync-plan-beta` makes the plan for `efsync-ready-beta`."""
        return f"efsync-{kind}" + self._variables.get("CI_JOB_NAME", "").removeprefix("efsync-ready")

    def reviewed_plan(self, artifact: str) -> bytes:
        """The plan of the job `artifact` in the newest pipeline for the last head of what was merged."""
        if not self._token:
            raise NotReviewed("EFSYNC_GITLAB_TOKEN is not set, so the reviewed plan can't be looked for")
        request = self._merged()
        number, head = request["iid"], request["sha"]
        pipeline = self._pipeline_for(number, head)
        listed = self._web.all(self._path(f"pipelines/{pipeline}/jobs"))
        found = [each for each in listed if each["name"] == artifact and each["status"] == "success"]
        if not found:
            raise NotReviewed(f"no {artifact} of pipeline {pipeline}, the last of !{number}, went well")
        job = max(found, key=lambda each: int(each["id"]))
        if not job.get("artifacts_file"):
            raise NotReviewed(f"the plan of !{number} has expired: it was reviewed too long ago")
        return self._web.file(self._path(f"jobs/{job['id']}/artifacts/{PLAN}"))

    def show_page(self, markdown: str) -> None:
        """Nothing: GitLab shows no page beside a job; the plan stands in its log and its artifacts."""

    def set_outputs(self, outputs: Mapping[str, str]) -> None:
        """Nothing: jobs that follow read the artifacts."""

    def warn(self, text: str) -> None:
        """Say it in the log, in yellow."""
        click.echo(f"\x1b[33mwarning: {text}\x1b[0m")

    def hold_commands(self) -> str:
        """Nothing: the log has no commands but for folding."""
        return ""

    @cached_property
    def _user(self) -> int:
        """Who writes with this token."""
        found = self._web.get("user")
        if not isinstance(found, dict) or "id" not in found:
            raise HostFailed("EFSYNC_GITLAB_TOKEN is nobody's")
        return int(found["id"])

    def _is_own(self, each: Any) -> bool:
        return bool(each["author"] and each["author"]["id"] == self._user)

    def _merged(self) -> Any:
        """The one merge request that made the commit of this pipeline: by a merge, a squash, or as it was."""
        commit, branch = self._variables.get("CI_COMMIT_SHA", ""), self._variables.get("CI_COMMIT_BRANCH", "")
        found = [
            each
            for each in self._web.all(self._path(f"repository/commits/{commit}/merge_requests"))
            if each["state"] == "merged"
            and each["target_branch"] == branch
            and commit in (each["merge_commit_sha"], each["squash_commit_sha"], each["sha"])
        ]
        if not found:
            raise NotReviewed(f"{commit} on {branch} is the merge of no merge request: nothing was reviewed")
        if len(found) > 1:
            numbers = ", ".join(f"!{each['iid']}" for each in found)
            raise NotReviewed(f"{commit} is the merge of more than one merge request ({numbers})")
        return found[0]

    def _pipeline_for(self, number: int, head: str) -> int:
        """The newest pipeline of the merge request, which has to be for its last head and of this project."""
        listed = self._web.all(self._path(f"merge_requests/{number}/pipelines"))
        found = [each for each in listed if each["source"] == "merge_request_event"]
        if not found:
            raise NotReviewed(f"no pipeline ran for !{number}")
        newest = max(found, key=lambda each: int(each["id"]))
        if str(newest["project_id"]) != self._variables.get("CI_PROJECT_ID"):
            raise NotReviewed(f"!{number} came from a fork, whose plans are not applied")
        # a pipeline for merged results, or of a merge train, has the commit of the merge and not the head
        merged = newest["ref"] in (f"refs/merge-requests/{number}/merge", f"refs/merge-requests/{number}/train")
        if newest["sha"] != head and not merged:
            raise NotReviewed(f"no pipeline ran for {head}, the last head of !{number}")
        return int(newest["id"])

    def _notes(self, request: PullRequest) -> str:
        return self._path(f"merge_requests/{request.number}/notes")

    def _path(self, rest: str) -> str:
        return f"projects/{urllib.parse.quote(self._project, safe='')}/{rest}"
