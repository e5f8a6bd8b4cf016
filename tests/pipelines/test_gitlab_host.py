"""What efsync asks of GitLab, and what it takes for its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from efsync.pipelines.gitlab import PLAN, GitLab
from efsync.pipelines.interface import HostFailed, NotReviewed, PullRequest
from efsync.pipelines.pages import keep_comment, keep_issue
from tests.pipelines.gitlab_stand_in import PROJECT, TOKEN, GitLabStandIn
from tests.pipelines.stand_in import served

REQUEST = PullRequest(7, "abc", from_outside=False)


@pytest.fixture
def gitlab() -> Iterator[GitLabStandIn]:
    with served(GitLabStandIn()) as made:
        assert isinstance(made, GitLabStandIn)
        made.request(7, "abc")
        yield made


def host(gitlab: GitLabStandIn, **more: str) -> GitLab:
    names = {
        "CI_API_V4_URL": f"{gitlab.address}/api/v4", "CI_PROJECT_ID": str(PROJECT), "EFSYNC_GITLAB_TOKEN": TOKEN,
        "CI_COMMIT_SHA": "merged", "CI_COMMIT_BRANCH": "main",
    }  # fmt: skip
    return GitLab(names | more)


def test_one_note_is_kept_among_many_pages_of_others(gitlab: GitLabStandIn) -> None:
    for number in range(5):
        gitlab.by_somebody(7, f"note {number}")
    assert keep_comment(host(gitlab), REQUEST, "erp", "first", needed=True) == "comment written"
    mark = gitlab.bodies(7)[-1].splitlines()[0]
    gitlab.by_somebody(7, f"{mark}\nof eve", author=2)
    gitlab.by_somebody(7, f"{mark}\nof GitLab itself", system=True, author=900)
    assert keep_comment(host(gitlab), REQUEST, "erp", "second", needed=True) == "comment updated"
    assert [each.split("\n")[1] for each in gitlab.bodies(7) if mark in each] == [
        "second",
        "of eve",
        "of GitLab itself",
    ]


def test_two_notes_become_one_and_a_newer_push_keeps_its_note(gitlab: GitLabStandIn) -> None:
    keep_comment(host(gitlab), REQUEST, "erp", "page", needed=True)
    gitlab.notes.append({**gitlab.notes[0], "id": gitlab.next_number()})
    keep_comment(host(gitlab), REQUEST, "erp", "newer", needed=True)
    assert len(gitlab.bodies(7)) == 1
    gitlab.request(7, "def")
    assert "newer run" in keep_comment(host(gitlab), REQUEST, "erp", "older", needed=True)


def test_an_issue_is_opened_updated_and_closed(gitlab: GitLabStandIn) -> None:
    opened = keep_issue(host(gitlab), "erp", "efsync: drift", "one", drifted=True)
    (number,) = gitlab.issues
    assert opened == f"opened issue {number}"
    keep_issue(host(gitlab), "erp", "efsync: drift", "two", drifted=True)
    assert "two" in gitlab.issues[number]["description"]
    assert keep_issue(host(gitlab), "erp", "efsync: drift", "none", drifted=False) == f"closed issue {number}"
    assert gitlab.issues[number]["state"] == "closed"
    assert "none" in gitlab.bodies(number)[0]


BOTH = {"merge_commit_sha": "merged", "squash_commit_sha": "squashed"}


@pytest.mark.parametrize("commits", [{"merge_commit_sha": "merged"}, {"squash_commit_sha": "merged"}, BOTH])
def test_the_reviewed_plan_is_found_after_a_merge_or_a_squash(gitlab: GitLabStandIn, commits: dict[str, str]) -> None:
    gitlab.job(gitlab.pipeline(7, "abc"), "efsync-plan", {PLAN: b"the plan"})
    gitlab.merge(7, **commits)
    assert host(gitlab).reviewed_plan("efsync-plan") == b"the plan"


def test_the_reviewed_plan_is_found_after_a_fast_forward(gitlab: GitLabStandIn) -> None:
    gitlab.job(gitlab.pipeline(7, "abc"), "efsync-plan", {PLAN: b"the plan"})
    gitlab.merge(7)
    assert host(gitlab, CI_COMMIT_SHA="abc").reviewed_plan("efsync-plan") == b"the plan"


@pytest.mark.parametrize("ref", ["refs/merge-requests/7/merge", "refs/merge-requests/7/train"])
def test_a_pipeline_for_merged_results_has_a_commit_of_its_own(gitlab: GitLabStandIn, ref: str) -> None:
    gitlab.job(gitlab.pipeline(7, "result", ref=ref), "efsync-plan", {PLAN: b"the plan"})
    gitlab.merge(7, merge_commit_sha="merged")
    assert host(gitlab).reviewed_plan("efsync-plan") == b"the plan"
    names = {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "abc", "CI_COMMIT_SHA": "result"}
    request = host(gitlab, **names).pull_request
    assert request is not None
    assert host(gitlab).is_head(request)


@pytest.mark.parametrize(
    ("pipeline", "job", "word"),
    [
        ({"sha": "older"}, {}, "no pipeline ran for abc"),
        ({"source": "push"}, {}, "no pipeline ran"),
        ({"project_id": 43}, {}, "from a fork"),
        ({"ref": "refs/merge-requests/8/merge", "sha": "older"}, {}, "no pipeline ran for abc"),
        ({}, {"name": "other"}, "went well"),
        ({}, {"status": "failed"}, "went well"),
        ({}, {"files": {}}, "expired"),
    ],
)
def test_a_plan_that_is_not_the_reviewed_one_is_not_taken(
    gitlab: GitLabStandIn, pipeline: dict[str, Any], job: dict[str, Any], word: str
) -> None:
    number = gitlab.pipeline(7, **{"sha": "abc"} | pipeline)
    gitlab.job(number, **{"name": "efsync-plan", "files": {PLAN: b"the plan"}} | job)
    gitlab.merge(7, merge_commit_sha="merged")
    with pytest.raises(NotReviewed, match=word):
        host(gitlab).reviewed_plan("efsync-plan")


def test_the_newest_pipeline_counts_though_an_older_one_went_well(gitlab: GitLabStandIn) -> None:
    gitlab.job(gitlab.pipeline(7, "abc"), "efsync-plan", {PLAN: b"an older plan"})
    gitlab.pipeline(7, "abc")
    gitlab.merge(7, merge_commit_sha="merged")
    with pytest.raises(NotReviewed, match="went well"):
        host(gitlab).reviewed_plan("efsync-plan")


def test_the_merge_has_to_be_that_of_this_commit_into_this_branch(gitlab: GitLabStandIn) -> None:
    for more in ({}, {"CI_COMMIT_BRANCH": "release", "CI_COMMIT_SHA": "abc"}, {"CI_COMMIT_SHA": "abc"}):
        with pytest.raises(NotReviewed, match="merge of no merge request"):
            host(gitlab, **more).reviewed_plan("efsync-plan")
    gitlab.merge(7, merge_commit_sha="merged")
    gitlab.request(8, "def")
    gitlab.merge(8, squash_commit_sha="merged")
    with pytest.raises(NotReviewed, match="!7, !8"):
        host(gitlab).reviewed_plan("efsync-plan")


def test_a_token_that_is_missing_or_wrong_is_said(gitlab: GitLabStandIn) -> None:
    with pytest.raises(NotReviewed, match="EFSYNC_GITLAB_TOKEN"):
        host(gitlab, EFSYNC_GITLAB_TOKEN="").reviewed_plan("efsync-plan")
    with pytest.raises(HostFailed, match="401"):
        keep_comment(host(gitlab, EFSYNC_GITLAB_TOKEN="wrong"), REQUEST, "erp", "page", needed=True)
    assert not host(gitlab, EFSYNC_GITLAB_TOKEN="").can_write


@pytest.mark.parametrize(("origin", "from_outside"), [("42", False), ("43", True), ("", True)])
def test_a_fork_is_known_by_its_project(gitlab: GitLabStandIn, origin: str, from_outside: bool) -> None:
    names = {
        "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": "abc", "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": origin,
    }  # fmt: skip
    made = host(gitlab, **names)
    assert made.pull_request == PullRequest(7, "abc", from_outside=from_outside)
    assert made.can_write is not from_outside
