"""The pasted workflow, rehearsed: what its jobs do at GitHub, and to the ERP."""

import io
import zipfile
from pathlib import Path

from tests.pipelines.conftest import ACCOUNTS, SETTINGS, AtGitHub

BAD = ACCOUNTS.format(domain="uno.example").replace("587", "70000")


def statuses(jobs: object) -> dict[str, str]:
    assert isinstance(jobs, dict)
    return {name: job.status for name, job in jobs.items() if job.status != "skipped"}


def test_a_pull_request_gets_one_comment_which_a_push_updates(at_github: AtGitHub) -> None:
    for _ in range(3):
        at_github.github.by_somebody(7, "looks good")
    jobs = at_github.pull(at_github.company.edit(domain="uno.example"))
    assert statuses(jobs) == {"plan": "success"}, jobs["plan"].log
    at_github.github.by_somebody(7, "why?")
    assert at_github.pull(at_github.company.edit(domain="dos.example"))["plan"].status == "success"
    (comment,) = (body for body in at_github.github.bodies(7) if "efsync" in body)
    assert "dos.example" in comment
    assert "uno.example" not in comment
    assert "/actions/runs/" in comment
    assert at_github.company.domain == "acme.example"


def test_plan_page_and_report_are_kept(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    (kept,) = at_github.github.artifacts
    with zipfile.ZipFile(io.BytesIO(kept["archive"])) as files:
        names = set(files.namelist())
        report = files.read("report.html").decode()
    assert names == {"plan.json", "plan.md", "report.html"}
    assert report.startswith("<!DOCTYPE html>")
    assert "uno.example" in report


def test_the_merged_plan_is_applied_as_it_was_reviewed(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "success", "apply": "success"}, (jobs["ready"].log, jobs["apply"].log)
    assert at_github.company.domain == "uno.example"
    assert "uno.example" in jobs["ready"].summary
    assert "Applied: 1 changed" in jobs["apply"].summary


def test_a_squash_is_the_same_files_by_another_commit(at_github: AtGitHub) -> None:
    at_github.company.edit(domain="tres.example")
    at_github.pull(at_github.company.edit(domain="uno.example"))
    assert statuses(at_github.merge(squash=True)) == {"ready": "success", "apply": "success"}
    assert at_github.company.domain == "uno.example"


def test_nothing_is_written_before_somebody_approves(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.runner.approved = False
    assert statuses(at_github.merge()) == {"ready": "success", "apply": "waiting"}
    assert at_github.company.domain == "acme.example"


def test_a_plan_whose_rows_moved_after_the_review_is_refused(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.company.world.change("JPEREZ", domain="dos.example")
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "failure"}
    assert "JPEREZ: domain would not be written as reviewed" in jobs["ready"].log
    assert at_github.company.domain == "dos.example"


def test_rows_that_move_while_the_plan_waits_for_approval_are_seen_too(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.runner.approved = False
    assert at_github.merge()["ready"].status == "success"
    at_github.company.world.change("JPEREZ", domain="dos.example")
    job = at_github.runner.approve()
    assert job.status == "failure"
    assert "[plan-stale]" in job.log
    assert at_github.company.domain == "dos.example"


def test_drift_elsewhere_does_not_hold_the_reviewed_plan_up_and_is_not_undone_with_it(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.company.world.change("JPEREZ", address="otro@acme.example")
    jobs = at_github.merge()
    assert jobs["ready"].status == "success", jobs["ready"].log
    assert at_github.company.world.live("JPEREZ")["address"] == "otro@acme.example"


def test_a_push_to_main_past_review_is_not_applied(at_github: AtGitHub) -> None:
    jobs = at_github.runner.push(at_github.company.edit(domain="uno.example", branch="main"))
    assert statuses(jobs) == {"ready": "failure"}
    assert "the merge of no pull request" in jobs["ready"].log
    assert at_github.company.domain == "acme.example"


def test_a_push_that_changes_no_account_needs_no_review(at_github: AtGitHub) -> None:
    jobs = at_github.runner.push(at_github.company.repository.commit("main", readme="hello"))
    assert statuses(jobs) == {"ready": "success"}
    assert "nothing differs" in jobs["ready"].log


def test_a_pull_request_that_changes_no_account_is_left_in_peace(at_github: AtGitHub) -> None:
    head = at_github.company.repository.commit("change", readme="hello")
    assert at_github.pull(head)["plan"].status == "success"
    assert at_github.github.bodies(7) == []


def test_a_comment_is_updated_when_nothing_differs_any_more(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.pull(at_github.company.edit(domain="acme.example"))
    (comment,) = at_github.github.bodies(7)
    assert "Nothing differs" in comment


def test_what_was_pushed_after_the_last_plan_is_not_applied(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.github.pull(7, at_github.company.edit(domain="dos.example"))
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "failure"}
    assert "did not run in this repository for" in jobs["ready"].log
    assert at_github.company.domain == "acme.example"


def test_a_branch_that_was_not_up_to_date_is_not_applied(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    at_github.company.repository.commit(
        "main", accounts__compras_dot_yaml="version: 1\ndepartment: COMPRAS\nusers: {}\n"
    )
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "failure"}
    assert "are not those that were reviewed" in jobs["ready"].log
    assert at_github.company.domain == "acme.example"


def test_a_plan_that_failed_is_said_in_the_comment_and_can_not_be_applied(at_github: AtGitHub) -> None:
    unknown = ACCOUNTS.format(domain="uno.example") + "  NADIE:\n    address: nadie@acme.example\n"
    head = at_github.company.repository.commit("change", accounts__ventas_dot_yaml=unknown)
    jobs = at_github.pull(head)
    assert statuses(jobs) == {"plan": "failure"}
    (comment,) = at_github.github.bodies(7)
    assert "unknown-user" in comment
    assert statuses(at_github.merge()) == {"ready": "failure"}
    assert at_github.company.domain == "acme.example"


def test_a_mistake_in_a_file_is_annotated(at_github: AtGitHub) -> None:
    at_github.github.pull(7, at_github.company.repository.commit("change", accounts__ventas_dot_yaml=BAD))
    jobs = at_github.runner.pull_request(7, at_github.company.repository.try_merge("change"))
    assert statuses(jobs) == {"validate": "failure", "plan": "failure"}
    assert "::error file=accounts/ventas.yaml,line=" in jobs["validate"].log


def test_an_edited_plan_is_refused(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    run, name = at_github.github.artifacts[-1]["run"], at_github.github.artifacts[-1]["name"]
    saved = next(at_github.runner.temporary.glob(f"{run}-plan/temp/efsync-out/plan.json"))
    at_github.github.keep_files(run, name, {"plan.json": saved.read_bytes().replace(b"uno.example", b"dos.example")})
    jobs = at_github.merge()
    assert "not as efsync wrote it" in jobs["ready"].log
    assert at_github.company.domain == "acme.example"


def test_a_plan_that_somebody_made_up_with_a_right_digest_is_refused(at_github: AtGitHub, tmp_path: Path) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    run, name = at_github.github.artifacts[-1]["run"], at_github.github.artifacts[-1]["name"]
    other = tmp_path / "other"
    (other / "accounts").mkdir(parents=True)
    (other / "efsync.toml").write_text(SETTINGS)
    (other / "accounts/ventas.yaml").write_text(ACCOUNTS.format(domain="tres.example"))
    world, saved = at_github.company.world, tmp_path / "made-up.json"
    made = world.run("-c", f"{other}/efsync.toml", "plan", "--out", str(saved), **at_github.company.secrets)
    assert made.status == 0
    at_github.github.keep_files(run, name, {"plan.json": saved.read_bytes()})
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "failure"}
    assert at_github.company.domain == "acme.example"


def test_by_hand_a_new_plan_is_made_and_applied_once_approved(at_github: AtGitHub) -> None:
    commit = at_github.company.edit(domain="uno.example", branch="main")
    jobs = at_github.runner.by_hand(commit)
    assert statuses(jobs) == {"ready": "success", "apply": "success"}, jobs["ready"].log
    assert at_github.company.domain == "uno.example"


def test_by_hand_nothing_is_applied_from_another_branch(at_github: AtGitHub) -> None:
    assert statuses(at_github.runner.by_hand(at_github.company.edit(domain="uno.example"), branch="change")) == {}


def test_a_brake_needs_a_word_and_gets_it_by_hand(at_github: AtGitHub) -> None:
    moved = ACCOUNTS.format(domain="acme.example").replace("smtp.acme.example", "smtp.nuevo.example")
    head = at_github.company.repository.commit("change", accounts__ventas_dot_yaml=moved)
    at_github.pull(head)
    (comment,) = at_github.github.bodies(7)
    assert "brake-redirect" in comment
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "success", "apply": "failure"}
    assert at_github.company.world.live("JPEREZ")["server"] == "smtp.acme.example"
    jobs = at_github.runner.by_hand(at_github.main, allow_redirect="JPEREZ")
    assert statuses(jobs) == {"ready": "success", "apply": "success"}, jobs["apply"].log
    assert at_github.company.world.live("JPEREZ")["server"] == "smtp.nuevo.example"


def test_a_fork_reaches_nothing_and_says_so(at_github: AtGitHub) -> None:
    jobs = at_github.pull(at_github.company.edit(domain="uno.example"), repository="eve/mail")
    assert statuses(jobs) == {"plan": "success"}, jobs["plan"].log
    assert "reaches no ERP and was not planned" in jobs["plan"].log
    assert at_github.github.bodies(7) == []
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "failure"}
    assert at_github.company.domain == "acme.example"


def test_a_fork_where_an_erp_is_reached_is_planned_without_secrets(at_github: AtGitHub) -> None:
    names = ("ERP_URL", "EFSYNC_STATE_URL")
    at_github.runner.environment = {
        **at_github.runner.environment,
        **{name: at_github.company.secrets[name] for name in names},
    }
    jobs = at_github.pull(at_github.company.edit(domain="uno.example"), repository="eve/mail")
    assert "uno.example" in jobs["plan"].summary
    assert at_github.github.bodies(7) == []


def test_drift_opens_an_issue_updates_it_and_closes_it(at_github: AtGitHub) -> None:
    at_github.github.issues[1] = {
        "number": 1, "state": "open", "title": "mine", "body": "<!-- efsync drift: efsync.toml -->",
        "user": {"login": "eve"},
    }  # fmt: skip
    at_github.github.issues[2] = {
        "number": 2, "state": "open", "title": "other", "body": None, "user": {"login": "github-actions[bot]"},
    }  # fmt: skip
    at_github.company.world.change("JPEREZ", domain="tres.example")
    jobs = at_github.runner.schedule(at_github.main)
    assert statuses(jobs) == {"drift": "success"}, jobs["drift"].log
    (opened,) = (each for each in at_github.github.issues.values() if "drift (" in each["title"])
    assert "`tres.example`" in opened["body"]
    assert "there is no report" not in jobs["drift"].log
    assert any(each["name"] == "efsync-drift-efsync.toml" for each in at_github.github.artifacts)
    at_github.company.world.change("JPEREZ", domain="cuatro.example")
    at_github.runner.schedule(at_github.main)
    assert len(at_github.github.issues) == 3
    assert "`cuatro.example`" in opened["body"]
    at_github.company.world.change("JPEREZ", domain="acme.example")
    at_github.runner.schedule(at_github.main)
    assert opened["state"] == "closed"
    assert "No drift" in at_github.github.bodies(opened["number"])[0]
    assert [at_github.github.issues[number]["state"] for number in (1, 2)] == ["open", "open"]
    at_github.company.world.change("JPEREZ", domain="cinco.example")
    at_github.runner.schedule(at_github.main)
    assert len(at_github.github.issues) == 4


def test_drift_with_a_state_that_knows_of_no_apply_is_warned_of(at_github: AtGitHub, tmp_path: Path) -> None:
    warned = "::warning title=efsync::no apply is known here"
    at_github.company.world.change("JPEREZ", domain="tres.example")
    assert warned not in at_github.runner.schedule(at_github.main)["drift"].log
    at_github.company.secrets["EFSYNC_STATE_URL"] = f"sqlite:///{tmp_path / 'runner.db'}"
    drift = at_github.runner.schedule(at_github.main)["drift"]
    assert (drift.status, warned in drift.log) == ("success", True), drift.log


def test_two_targets_have_a_comment_each(at_github: AtGitHub) -> None:
    more = SETTINGS.replace("[state]", '[targets.beta]\nurl = "env:ERP_URL"\ntenant = "ACME"\n\n[state]')
    at_github.company.repository.commit("main", efsync_dot_toml=more)
    head = at_github.company.edit(domain="uno.example")
    at_github.pull(head)
    at_github.runner.inputs = {"target": "beta"}
    at_github.pull(head)
    assert len(at_github.github.bodies(7)) == 2
    jobs = at_github.merge()
    assert statuses(jobs) == {"ready": "success", "apply": "success"}, jobs["ready"].log
    assert "`beta`" in jobs["ready"].summary


def test_no_secret_and_no_token_stands_in_what_is_kept(at_github: AtGitHub) -> None:
    at_github.pull(at_github.company.edit(domain="uno.example"))
    jobs = at_github.merge()
    texts = [job.log + job.summary for job in jobs.values()] + at_github.github.bodies(7)
    texts += [each.read_text() for each in at_github.runner.temporary.glob("*/temp/efsync-out/*")]
    for text in texts:
        for secret in ("clave-jperez", at_github.company.secrets["EFSYNC_KEY"], *at_github.github.tokens):
            assert secret not in text
