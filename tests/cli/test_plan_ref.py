"""`efsync plan --ref`: what a commit's files want, whatever the work tree holds."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import World


def git(folder: Path, *arguments: str) -> str:
    """Run Git as somebody."""
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@acme.example", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def committed(sales: World) -> World:
    """The company of `sales` in a repository: one commit, and after it another port in the work tree."""
    git(sales.folder, "init", "--quiet", "--initial-branch=main")
    sales.write(".gitignore", "erp.db\n.efsync/\nsecrets/\n")
    git(sales.folder, "add", ".")
    git(sales.folder, "commit", "--quiet", "-m", "First")
    sales.department("  MROJAS:\n    port: 2525\n  JPEREZ:\n    address: otra@acme.example\n")
    return sales


def test_a_plan_of_a_commit_knows_nothing_of_the_work_tree(committed: World) -> None:
    before = git(committed.folder, "status", "--porcelain")
    result = call_json(committed, "plan", "--ref", "HEAD")
    assert result.status == 0, result.out
    (change,) = (each for each in result.json["changes"] if each["fields"])
    assert (change["user"], change["fields"][0]["after"]) == ("JPEREZ", "jperez@acme.example")
    assert result.json["source"]["commit"] == git(committed.folder, "rev-parse", "HEAD")
    assert result.json["source"]["dirty"] is False
    assert change["location"]["file"] == "accounts/ventas.yaml"
    assert git(committed.folder, "status", "--porcelain") == before


def test_such_a_plan_is_applied_as_any_other(committed: World) -> None:
    call_json(committed, "plan", "--ref", "main", "--out", "plan.json")
    assert call_json(committed, "apply", "plan.json").status == 0
    assert committed.live("JPEREZ")["address"] == "jperez@acme.example"
    git(committed.folder, "checkout", "--quiet", "--", "accounts")
    assert_in_order(committed)


def test_texts_and_templates_are_those_of_the_commit(committed: World) -> None:
    folder = committed.folder
    committed.write("accounts/_templates/firma.html", "<p>{{ user.name }}</p>")
    committed.department("  MROJAS:\n    signature: {template: _templates/firma.html}\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Signature")
    committed.write("accounts/_templates/firma.html", "<p>otra</p>")
    (change,) = call_json(committed, "plan", "--ref", "HEAD").json["changes"]
    assert change["fields"][0]["after"] == "<p>María Rojas</p>"


def test_problems_name_files_as_if_they_were_in_the_work_tree(committed: World) -> None:
    committed.department("  MROJAS:\n    port: 99999\n")
    git(committed.folder, "commit", "--quiet", "-am", "Mistake")
    (problem,) = call_json(committed, "plan", "--ref", "HEAD").json["problems"]
    assert (problem["file"], problem["line"]) == ("accounts/ventas.yaml", 5)


def test_settings_stay_those_of_the_work_tree(committed: World) -> None:
    settings = (committed.folder / "efsync.toml").read_text()
    committed.write("efsync.toml", settings.replace('["MAIL_*"]', '["NADA"]'))
    assert call_json(committed, "plan", "--ref", "HEAD").codes == ["secret-not-allowed", "secret-not-allowed"]


def test_after_an_older_commit_was_applied_the_newest_is_planned_again(committed: World) -> None:
    applied(committed, "--allow-redirect=MROJAS")
    changes = call_json(committed, "plan", "--ref", "HEAD").json["changes"]
    assert {field["origin"] for change in changes for field in change["fields"]} == {"config", "new"}


@pytest.mark.parametrize("name", ["nada", "--all", "HEAD~5", ""])
def test_a_commit_that_is_not_there_is_refused(committed: World, name: str) -> None:
    result = call_json(committed, "plan", f"--ref={name}")
    assert (result.status, result.codes) == (1, ["git"])


def test_outside_a_repository_there_is_no_commit(sales: World) -> None:
    (problem,) = call_json(sales, "plan", "--ref", "HEAD").json["problems"]
    assert (problem["code"], problem["message"]) == ("git", "the folder of efsync.toml is in no Git repository")
    assert "fetch" not in problem["hint"]


def test_a_repository_that_git_can_not_read_is_no_missing_commit(committed: World) -> None:
    (committed.folder / ".git" / "HEAD").unlink()
    (problem,) = call_json(committed, "plan", "--ref", "HEAD").json["problems"]
    assert problem["message"] == f"Git can't read the repository of {committed.folder}"


def test_a_link_in_a_commit_that_leads_out_is_refused(committed: World) -> None:
    (committed.folder / "accounts" / "otro.yaml").symlink_to("/etc/hostname")
    git(committed.folder, "add", ".")
    git(committed.folder, "commit", "--quiet", "-m", "Link")
    result = call_json(committed, "plan", "--ref", "HEAD")
    assert "path-outside" in result.codes


def test_one_commit_is_for_one_target(committed: World) -> None:
    assert call(committed, "plan", "--ref", "HEAD", "--all-targets").status == 1
