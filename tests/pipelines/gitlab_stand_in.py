"""GitLab's interface as it is documented, as far as a pipeline of efsync asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.pipelines.stand_in import Asked, Reply, StandIn

PROJECT = 42
TOKEN = "glpat-of-efsync"
BOT = {"id": 900, "username": "project_42_bot"}


@dataclass
class GitLabStandIn(StandIn):
    """One project, and a token of the project's own."""

    prefix: str = "/api/v4"
    requests: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    pipelines: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    _number: int = 100

    def __post_init__(self) -> None:
        project = f"/projects/{PROJECT}"
        self.routes = [
            ("GET", "/user", "", lambda _: BOT),
            ("GET", rf"{project}/merge_requests/(\d+)", "", lambda _, number: self.requests[int(number)]),
            ("GET", rf"{project}/repository/commits/(\w+)/merge_requests", "", self._requests_of),
            ("GET", rf"{project}/(merge_requests|issues)/(\d+)/notes", "", self._notes_of),
            ("POST", rf"{project}/(merge_requests|issues)/(\d+)/notes", "", self._note),
            ("PUT", rf"{project}/merge_requests/\d+/notes/(\d+)", "", self._change_note),
            ("DELETE", rf"{project}/merge_requests/\d+/notes/(\d+)", "", self._delete_note),
            ("GET", f"{project}/issues", "", self._issues),
            ("POST", f"{project}/issues", "", self._open_issue),
            ("PUT", rf"{project}/issues/(\d+)", "", self._change_issue),
            ("GET", rf"{project}/merge_requests/(\d+)/pipelines", "", self._pipelines),
            ("GET", rf"{project}/pipelines/(\d+)/jobs", "", self._jobs),
            ("GET", rf"{project}/jobs/(\d+)/artifacts/(.+)", "", self._artifact),
        ]

    def permission(self, asked: Asked) -> Mapping[str, str] | None:
        """The one token."""
        return {} if asked.headers.get("private-token") == TOKEN else None

    def request(self, number: int, head: str) -> None:
        """An open merge request, or one to which was pushed."""
        made = self.requests.setdefault(
            number, {"iid": number, "state": "opened", "target_branch": "main", "merge_commit_sha": None,
                     "squash_commit_sha": None},
        )  # fmt: skip
        made["sha"] = head

    def merge(self, number: int, **commits: str) -> None:
        """Say that it was merged: `merge_commit_sha` or `squash_commit_sha`, or by a fast-forward."""
        self.requests[number] |= {"state": "merged", **commits}

    def pipeline(self, number: int, sha: str, **more: Any) -> int:
        """A pipeline of a merge request."""
        made: dict[str, Any] = {
            "id": self.next_number(), "on": number, "sha": sha, "project_id": PROJECT, "source": "merge_request_event",
            "ref": f"refs/merge-requests/{number}/head",
        }  # fmt: skip
        self.pipelines.append(made | more)
        return int(made["id"])

    def job(self, pipeline: int, name: str, files: Mapping[str, bytes], status: str = "success") -> None:
        """A job that is done, and its artifacts."""
        made = {"id": self.next_number(), "pipeline": pipeline, "name": name, "status": status, "files": files}
        self.jobs.append(made | ({"artifacts_file": {"filename": "artifacts.zip"}} if files else {}))

    def next_number(self) -> int:
        """A number that nothing else has."""
        self._number += 1
        return self._number

    def bodies(self, number: int) -> list[str]:
        """The notes of a merge request or an issue."""
        return [each["body"] for each in self.notes if each["on"] == number]

    def by_somebody(self, number: int, body: str, *, system: bool = False, author: int = 1) -> None:
        """A note of a person, or of GitLab itself."""
        made = {"id": self.next_number(), "on": number, "body": body, "system": system, "author": {"id": author}}
        self.notes.append(made)

    def _requests_of(self, asked: Asked, commit: str) -> Reply:
        names = ("merge_commit_sha", "squash_commit_sha", "sha")
        return self.page(asked, [each for each in self.requests.values() if commit in [each[name] for name in names]])

    def _notes_of(self, asked: Asked, _: str, number: str) -> Reply:
        return self.page(asked, [each for each in self.notes if each["on"] == int(number)])

    def _note(self, asked: Asked, _: str, number: str) -> dict[str, Any]:
        made = {"id": self.next_number(), "on": int(number), "system": False, "author": BOT, **asked.content}
        self.notes.append(made)
        return made

    def _change_note(self, asked: Asked, number: str) -> dict[str, Any]:
        (found,) = (each for each in self.notes if each["id"] == int(number))
        found.update(asked.content)
        return found

    def _delete_note(self, asked: Asked, number: str) -> Reply:
        self.notes = [each for each in self.notes if each["id"] != int(number)]
        return Reply(204)

    def _issues(self, asked: Asked) -> Reply:
        found = [
            each
            for each in self.issues.values()
            if each["state"] == asked.query["state"] and str(each["author"]["id"]) == asked.query["author_id"]
        ]
        return self.page(asked, found)

    def _open_issue(self, asked: Asked) -> dict[str, Any]:
        number = self.next_number()
        self.issues[number] = {"iid": number, "state": "opened", "author": BOT, **asked.content}
        return self.issues[number]

    def _change_issue(self, asked: Asked, number: str) -> dict[str, Any]:
        changed = dict(asked.content)
        if changed.pop("state_event", None) == "close":
            changed["state"] = "closed"
        self.issues[int(number)].update(changed)
        return self.issues[int(number)]

    def _pipelines(self, asked: Asked, number: str) -> Reply:
        return self.page(asked, [each for each in self.pipelines[::-1] if each["on"] == int(number)])

    def _jobs(self, asked: Asked, pipeline: str) -> Reply:
        found = [each for each in self.jobs if each["pipeline"] == int(pipeline)]
        shown = [{name: value for name, value in each.items() if name != "files"} for each in found]
        return self.page(asked, shown)

    def _artifact(self, asked: Asked, number: str, path: str) -> Reply:
        (found,) = (each for each in self.jobs if each["id"] == int(number))
        return Reply(body=found["files"][path]) if path in found["files"] else Reply(404, {"message": "404 Not Found"})
