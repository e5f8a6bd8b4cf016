"""What efsync asks of GitHub, and what it takes for its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from efsync.pipelines.github import GitHub
from efsync.pipelines.interface import HostFailed, NotReviewed, PullRequest
from efsync.pipelines.pages import MOST_CHARACTERS, keep_comment, keep_issue
from tests.pipelines.github_stand_in import REPOSITORY, WORKFLOW, GitHubStandIn, Store
from tests.pipelines.stand_in import served

REQUEST = PullRequest(7, "abc", from_outside=False)
ARTIFACT = "efsync-plan-efsync.toml"


@pytest.fixture
def github() -> Iterator[GitHubStandIn]:
    with served(GitHubStandIn()) as made, served(Store()) as store:
        assert isinstance(made, GitHubStandIn)
        assert isinstance(store, Store)
        made.store, store.github = store, made
        made.pull(7, "abc")
        yield made


def host(github: GitHubStandIn, **more: str) -> GitHub:
    token = github.token(pull_requests="write", issues="write", actions="read")
    names = {
        "GITHUB_API_URL": github.address, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": token,
        "GITHUB_SHA": "merged", "GITHUB_REF_NAME": "main",
        "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{WORKFLOW}@refs/heads/main",
    }  # fmt: skip
    return GitHub(names | more)


@pytest.fixture
def reviewed(github: GitHubStandIn) -> int:
    """A run whose plan was reviewed and merged."""
    github.merge(7, "merged")
    run = github.run("abc")
    github.keep_files(run, ARTIFACT, {"plan.json": b"the plan", "plan.md": b"a page"})
    return run


def test_the_reviewed_plan_is_found_and_the_token_stays_at_github(github: GitHubStandIn, reviewed: int) -> None:
    assert host(github).reviewed_plan(ARTIFACT) == b"the plan"
    assert github.store is not None
    (asked,) = github.store.asked
    assert "authorization" not in asked.headers


def test_a_run_of_another_workflow_event_or_repository_counts_for_nothing(github: GitHubStandIn, reviewed: int) -> None:
    for more in (
        {"path": ".github/workflows/other.yml"},
        {"path": ".github/workflows/other.yml@main"},
        {"head_repository": {"full_name": "eve/mail"}},
        {"head_repository": None},
        {"event": "push"},
    ):
        github.keep_files(github.run("abc", **more), ARTIFACT, {"plan.json": b"a forged plan"})
    assert host(github).reviewed_plan(ARTIFACT) == b"the plan"


def test_the_newest_run_counts_though_it_made_no_plan(github: GitHubStandIn, reviewed: int) -> None:
    github.run("abc")
    with pytest.raises(NotReviewed, match="has no efsync-plan"):
        host(github).reviewed_plan(ARTIFACT)


def test_an_artifact_that_expired_or_holds_no_plan_is_not_guessed(github: GitHubStandIn, reviewed: int) -> None:
    github.artifacts[-1]["expired"] = True
    with pytest.raises(NotReviewed, match="expired"):
        host(github).reviewed_plan(ARTIFACT)
    github.keep_files(reviewed, ARTIFACT, {"plan.md": b"it failed"})
    with pytest.raises(NotReviewed, match="holds no plan"):
        host(github).reviewed_plan(ARTIFACT)
    github.artifacts[-1]["archive"] = b"not a zip file"
    with pytest.raises(HostFailed, match="no zip file"):
        host(github).reviewed_plan(ARTIFACT)


def test_the_merge_has_to_be_that_of_this_commit_into_this_branch(github: GitHubStandIn, reviewed: int) -> None:
    with pytest.raises(NotReviewed, match="merge of no pull request"):
        host(github, GITHUB_REF_NAME="release").reviewed_plan(ARTIFACT)
    with pytest.raises(NotReviewed, match="merge of no pull request"):
        host(github, GITHUB_SHA="abc").reviewed_plan(ARTIFACT)
    github.pull(8, "def")
    github.merge(8, "merged")
    with pytest.raises(NotReviewed, match="#7, #8"):
        host(github).reviewed_plan(ARTIFACT)


def test_one_comment_is_kept_among_many_pages_of_others(github: GitHubStandIn) -> None:
    for number in range(5):
        github.by_somebody(7, f"comment {number}")
    assert keep_comment(host(github), REQUEST, "erp", "first", needed=True) == "comment written"
    for number in range(5):
        github.by_somebody(7, f"comment {number}")
    assert keep_comment(host(github), REQUEST, "erp", "second", needed=True) == "comment updated"
    own = [each for each in github.bodies(7) if "efsync" in each]
    assert len(own) == 1
    assert "second" in own[0]


def test_a_comment_of_somebody_else_with_the_mark_is_not_taken_over(github: GitHubStandIn) -> None:
    keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    (own,) = github.comments
    own["user"] = {"login": "eve"}
    keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    assert len(github.bodies(7)) == 2


def test_a_comment_that_quotes_the_mark_is_no_mark(github: GitHubStandIn) -> None:
    keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    github.comments[0]["body"] = "> " + github.comments[0]["body"]
    keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    assert len(github.bodies(7)) == 2


def test_two_comments_of_two_runs_at_once_become_one(github: GitHubStandIn) -> None:
    keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    github.comments.append({**github.comments[0], "id": github.next_number()})
    keep_comment(host(github), REQUEST, "erp", "newer", needed=True)
    (body,) = github.bodies(7)
    assert "newer" in body


@pytest.mark.parametrize("key", ["erp", "erp-2", "a --> @team <script>", "ñ", "x" * 200, "erp%2D2"])
def test_each_target_has_its_own_comment_whatever_its_name(github: GitHubStandIn, key: str) -> None:
    keep_comment(host(github), REQUEST, key, "page", needed=True)
    keep_comment(host(github), REQUEST, "erp.other", "page", needed=True)
    keep_comment(host(github), REQUEST, key, "page", needed=True)
    assert len(github.bodies(7)) == 2
    first = github.bodies(7)[0].splitlines()[0]
    assert first.count("--") == 2
    assert "@" not in first


def test_a_newer_push_keeps_its_comment(github: GitHubStandIn) -> None:
    github.pull(7, "def")
    assert "newer run" in keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    assert github.bodies(7) == []


def test_a_page_that_is_just_short_enough_loses_the_address_of_the_run(github: GitHubStandIn) -> None:
    keep_comment(host(github), REQUEST, "erp", "😀" * 32_720, needed=True)
    (body,) = github.bodies(7)
    assert len(body.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert "report.html" not in body


def test_pull_requests_are_no_issues(github: GitHubStandIn) -> None:
    assert keep_issue(host(github), "erp", "drift", "page", drifted=True).startswith("opened")
    number = max(github.issues)
    github.issues[number]["pull_request"] = {}
    assert keep_issue(host(github), "erp", "drift", "page", drifted=True).startswith("opened")
    assert keep_issue(host(github), "other", "drift", "page", drifted=False) == "no issue is open"
    assert keep_issue(host(github), "erp", "drift", "none", drifted=False).startswith("closed")
    assert github.issues[number]["state"] == "open"


def test_a_token_that_writes_as_somebody_else_is_noticed(
    github: GitHubStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    github.login = "efsync-acme[bot]"
    keep_comment(host(github), REQUEST, "erp", "page", needed=True)
    assert "writes as efsync-acme[bot]" in capsys.readouterr().out
    named = host(github, EFSYNC_PIPELINE_LOGIN="efsync-acme[bot]")
    keep_comment(named, REQUEST, "erp", "page", needed=True)
    assert len(github.bodies(7)) == 1


@pytest.mark.parametrize(
    ("repository", "from_outside"), [(REPOSITORY, False), ("Acme/Mail", False), ("eve/mail", True), (None, True)]
)
def test_a_fork_is_known_by_where_its_head_is(tmp_path: Path, repository: str | None, from_outside: bool) -> None:
    head = {"sha": "abc", "repo": repository and {"full_name": repository}}
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": head}}))
    made = GitHub({"GITHUB_REPOSITORY": REPOSITORY, "GITHUB_EVENT_PATH": str(event), "GITHUB_TOKEN": "token"})
    assert made.pull_request == PullRequest(7, "abc", from_outside=from_outside)
    assert made.can_write is not from_outside


def test_dependabot_gets_no_secrets_either(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": "a", "repo": {"full_name": "a/b"}}}}))
    names = {"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_PATH": str(event), "GITHUB_ACTOR": "dependabot[bot]"}
    assert GitHub(names).pull_request == PullRequest(7, "a", from_outside=True)


def test_an_output_can_set_no_other(tmp_path: Path) -> None:
    file = tmp_path / "output"
    GitHub({"GITHUB_OUTPUT": str(file)}).set_outputs({"plan": "x\nEOF\ndiffers<<EOF\ntrue\nEOF"})
    from tests.pipelines.runner import outputs_in

    assert outputs_in(file.read_text()) == {"plan": "x\nEOF\ndiffers<<EOF\ntrue\nEOF"}


def test_a_warning_stays_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    GitHub({}).warn("100%\n::error::no")
    assert capsys.readouterr().out == "::warning title=efsync::100%25%0A::error::no\n"
