"""GitHub's interface as it is documented, as far as a pipeline of efsync asks it."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.pipelines.stand_in import Asked, Reply, StandIn

REPOSITORY = "acme/mail"
BOT = "github-actions[bot]"
WORKFLOW = ".github/workflows/efsync.yml"


@dataclass
class GitHubStandIn(StandIn):
    """One repository; tokens are made by `token` with what a job's `permissions` say."""

    prefix: str = f"/repos/{REPOSITORY}"
    tokens: dict[str, Mapping[str, str]] = field(default_factory=dict)
    login: str = BOT
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    store: StandIn | None = None
    _number: int = 100

    def __post_init__(self) -> None:
        comment = "pull-requests:write|issues:write"
        self.routes = [
            ("GET", r"/pulls/(\d+)", "pull-requests:read", lambda _, number: self.pulls[int(number)]),
            ("GET", r"/commits/(\w+)/pulls", "pull-requests:read", self._pulls_of),
            ("GET", r"/issues/(\d+)/comments", "pull-requests:read|issues:read", self._comments_of),
            ("POST", r"/issues/(\d+)/comments", comment, self._comment),
            ("PATCH", r"/issues/comments/(\d+)", comment, self._change_comment),
            ("DELETE", r"/issues/comments/(\d+)", comment, self._delete_comment),
            ("GET", r"/issues", "issues:read", self._issues),
            ("POST", r"/issues", "issues:write", self._open_issue),
            ("PATCH", r"/issues/(\d+)", "issues:write", self._change_issue),
            ("GET", r"/actions/runs", "actions:read", self._runs),
            ("GET", r"/actions/runs/(\d+)/artifacts", "actions:read", self._artifacts),
            ("GET", r"/actions/artifacts/(\d+)/zip", "actions:read", self._archive),
        ]

    def token(self, **permissions: str) -> str:
        """A token that may do no more than this; `_` stands for the dash in a permission's name."""
        made = f"ghs_{len(self.tokens)}secret"
        self.tokens[made] = {name.replace("_", "-"): level for name, level in permissions.items()}
        return made

    def permission(self, asked: Asked) -> Mapping[str, str] | None:
        """What the token in `Authorization` may do."""
        return self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "))

    def pull(self, number: int, head: str, repository: str | None = REPOSITORY) -> dict[str, Any]:
        """An open pull request, or one to which was pushed."""
        made = self.pulls.setdefault(
            number, {"number": number, "merged_at": None, "merge_commit_sha": None, "base": {"ref": "main"}}
        )
        made["head"] = {"sha": head, "repo": repository and {"full_name": repository}}
        return made

    def merge(self, number: int, commit: str) -> None:
        """Say that it was merged as `commit`."""
        self.pulls[number] |= {"merged_at": "2026-03-01T12:00:00Z", "merge_commit_sha": commit}

    def run(self, head: str, **more: Any) -> int:
        """A run of the workflow for a pull request."""
        number = self.next_number()
        made = {
            "id": number, "head_sha": head, "event": "pull_request", "path": WORKFLOW,
            "head_repository": {"full_name": REPOSITORY},
        }  # fmt: skip
        self.runs.append(made | more)
        return number

    def keep(self, run: int, name: str, folder: Path) -> None:
        """Upload a folder as an artifact, in place of one of the same name."""
        files = {each.name: each.read_bytes() for each in folder.iterdir()} if folder.is_dir() else {}
        self.keep_files(run, name, files)

    def keep_files(self, run: int, name: str, files: Mapping[str, bytes]) -> None:
        """Upload files as an artifact."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        self.artifacts = [each for each in self.artifacts if (each["run"], each["name"]) != (run, name)]
        made = {"id": self.next_number(), "run": run, "name": name, "expired": False, "archive": buffer.getvalue()}
        self.artifacts.append(made)

    def kept(self, run: int, name: str) -> bytes:
        """The archive of an artifact."""
        (found,) = (each for each in self.artifacts if (each["run"], each["name"]) == (run, name))
        return bytes(found["archive"])

    def next_number(self) -> int:
        """A number that nothing else has."""
        self._number += 1
        return self._number

    def bodies(self, number: int) -> list[str]:
        """The comments of a pull request or issue."""
        return [each["body"] for each in self.comments if each["on"] == number]

    def by_somebody(self, number: int, body: str, login: str = "mrojas") -> None:
        """A comment of a person."""
        self.comments.append({"id": self.next_number(), "on": number, "body": body, "user": {"login": login}})

    def _pulls_of(self, asked: Asked, commit: str) -> Reply:
        found = [each for each in self.pulls.values() if commit in (each["merge_commit_sha"], each["head"]["sha"])]
        return self.page(asked, found)

    def _comments_of(self, asked: Asked, number: str) -> Reply:
        return self.page(asked, [each for each in self.comments if each["on"] == int(number)])

    def _comment(self, asked: Asked, number: str) -> dict[str, Any]:
        made = {"id": self.next_number(), "on": int(number), "user": {"login": self.login}, **asked.content}
        self.comments.append(made)
        return made

    def _change_comment(self, asked: Asked, number: str) -> dict[str, Any]:
        (found,) = (each for each in self.comments if each["id"] == int(number))
        found.update(asked.content)
        return found

    def _delete_comment(self, asked: Asked, number: str) -> Reply:
        self.comments = [each for each in self.comments if each["id"] != int(number)]
        return Reply(204)

    def _issues(self, asked: Asked) -> Reply:
        found = [
            each
            for each in self.issues.values()
            if each["state"] == asked.query.get("state", "open")
            and each["user"]["login"] == asked.query.get("creator", each["user"]["login"])
        ]
        return self.page(asked, found)

    def _open_issue(self, asked: Asked) -> dict[str, Any]:
        number = self.next_number()
        made = {"number": number, "state": "open", "user": {"login": self.login}, **asked.content}
        self.issues[number] = made
        return made

    def _change_issue(self, asked: Asked, number: str) -> dict[str, Any]:
        self.issues[int(number)].update(asked.content)
        return self.issues[int(number)]

    def _runs(self, asked: Asked) -> Reply:
        found = [
            each
            for each in self.runs
            if each["head_sha"] == asked.query["head_sha"] and each["event"] == asked.query["event"]
        ]
        return self.page(asked, found, inside="workflow_runs")

    def _artifacts(self, asked: Asked, run: str) -> Reply:
        found = [
            {name: each[name] for name in ("id", "name", "expired")}
            for each in self.artifacts
            if each["run"] == int(run) and each["name"] == asked.query.get("name", each["name"])
        ]
        return self.page(asked, found, inside="artifacts")

    def _archive(self, asked: Asked, number: str) -> Reply:
        (found,) = (each for each in self.artifacts if each["id"] == int(number))
        if self.store is None:
            return Reply(body=found["archive"])
        return Reply(302, headers={"Location": f"{self.store.address}/blob/{number}?sig=abc"})


@dataclass
class Store(StandIn):
    """Where GitHub keeps artifacts: another server, which refuses a request that brings a token along."""

    github: GitHubStandIn | None = None

    def __post_init__(self) -> None:
        self.routes = [("GET", r"/blob/(\d+)", "", self._blob)]

    def permission(self, asked: Asked) -> Mapping[str, str] | None:
        """The address itself is the permission."""
        return None if "authorization" in asked.headers else {}

    def _blob(self, asked: Asked, number: str) -> Reply:
        assert self.github is not None
        (found,) = (each for each in self.github.artifacts if each["id"] == int(number))
        return Reply(body=found["archive"])
