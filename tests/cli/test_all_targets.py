"""`--all-targets` with threads: one report, one question, and a target that fails stops no other."""

import json
import pickle
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from efsync.model.outcomes import Applied, ApplyStatus
from efsync.model.plans import Overrides, Plan, Selection
from efsync.settings.read import read_settings
from efsync.workflows.all_targets import open_workers, plan_all
from efsync.workflows.all_targets.work import SettingsFile, applied, planned
from efsync.workflows.plan import plan
from tests.cli.inside import call, call_json
from tests.cli.tenants import Tenants
from tests.faults.databases import wait_until
from tests.world import World

NAMES = ("a", "b", "c", "d")
ALL = "--all-targets"


@pytest.fixture
def tenants(sales: World) -> Tenants:
    """Four databases, in each of which one account is to change and one is to be adopted."""
    return Tenants(sales, NAMES)


@pytest.fixture
def applied_tenants(tenants: Tenants) -> Tenants:
    """The same, after the first apply."""
    assert call(tenants.world, "apply", ALL, "--yes").status == 0
    return tenants


def test_the_report_of_all_has_a_summary_and_the_document_of_each_target(tenants: Tenants) -> None:
    report = call_json(tenants.world, "plan", ALL).json
    assert (report["format_version"], report["kind"], report["problems"]) == ("1.0", "plan-all", [])
    counts = ("targets", "failed", "differing", "changed", "adopted", "cleared")
    assert [report["summary"][name] for name in counts] == [4, 0, 4, 4, 4, 0]
    assert [each["target"] for each in report["targets"]] == [f"tenant-{name}" for name in NAMES]
    alone = call_json(tenants.world, "plan", "--target", "tenant-b").json
    for document in (alone, report["targets"][1]):
        del document["created_at"], document["plan_id"]
    assert report["targets"][1] == alone


def test_each_drift_is_the_document_that_drift_prints_for_one_target(applied_tenants: Tenants) -> None:
    applied_tenants.erp("c").change("JPEREZ", port=25)
    report = call_json(applied_tenants.world, "drift", ALL)
    assert report.json["kind"] == "drift-all"
    assert report.json["summary"] == {"targets": 4, "failed": 0, "differing": 1, "accounts": 1, "fields": 1}
    assert report.json["targets"][2] == call_json(applied_tenants.world, "drift", "--target", "tenant-c").json


def test_the_exit_status_is_as_for_one_target(tenants: Tenants) -> None:
    world = tenants.world
    assert call(world, "plan", ALL).status == 0
    assert call(world, "plan", ALL, "--detailed-exitcode").status == 2
    assert call(world, "apply", ALL, "--yes").status == 0
    assert call(world, "plan", ALL, "--detailed-exitcode").status == 0
    assert call(world, "drift", ALL).status == 0
    tenants.erp("a").change("JPEREZ", port=25)
    assert call(world, "drift", ALL).status == 2
    tenants.file("b").unlink()
    for command in (("drift",), ("plan",), ("plan", "--detailed-exitcode"), ("apply", "--yes")):
        assert call(world, *command, ALL).status == 1


def test_a_target_that_fails_stops_no_other(tenants: Tenants) -> None:
    tenants.file("a").unlink()
    tenants.erp("c").sql("CREATE TRIGGER no BEFORE UPDATE ON Usuarios BEGIN SELECT RAISE(ABORT, 'no'); END")
    report = call_json(tenants.world, "apply", ALL, "--yes")
    assert report.status == 1
    assert [each["status"] for each in report.json["targets"]] == ["failed", "applied", "failed", "applied"]
    assert [report.json["summary"][name] for name in ("targets", "applied", "failed", "changed")] == [4, 2, 2, 2]
    assert report.json["targets"][0]["problems"][0]["code"] == "database"
    assert tenants.erp("b").live("JPEREZ")["address"] == "jperez@acme.example"
    assert tenants.erp("c").live("JPEREZ")["address"] is None


def test_as_text_only_what_differs_or_failed_is_shown_and_all_are_counted(applied_tenants: Tenants) -> None:
    applied_tenants.erp("b").change("JPEREZ", port=25)
    applied_tenants.file("d").unlink()
    plan, drift = call(applied_tenants.world, "plan", ALL), call(applied_tenants.world, "drift", ALL)
    assert plan.out.startswith("4 targets: 1 differ, 2 do not differ, 1 failed.\nPlan: 1 to change")
    assert drift.out.startswith("4 targets: 1 drifted, 2 did not drift, 1 failed.\n")
    for result in (plan, drift):
        assert "Target tenant-b" in result.out
        assert "tenant-a" not in result.out
        assert result.out.endswith("\nFailed: tenant-d\n")
        assert result.err.startswith("error: tenant-d: the ERP database: there is no database file")
    done = call(applied_tenants.world, "apply", ALL, "--yes")
    said = "4 targets: 1 applied, 2 had nothing to do, 1 failed.\ntenant-b  Applied: 1 changed, 0 cleared"
    assert said in done.out
    assert done.out.endswith("\ntenant-d  Failed.\n")
    assert done.err.count("there is no database file") == 1


def test_what_is_wrong_with_a_file_is_told_once_for_all_targets(tenants: Tenants) -> None:
    tenants.world.department("  X:\n    prt: 587\n", name="OTRA")
    result = call(tenants.world, "plan", ALL)
    assert result.err.count("unknown-key") == 1
    assert "tenant-a, tenant-b, tenant-c and 1 more: 'prt' is not known here" in result.err


def test_a_target_that_was_never_applied_is_told_apart_from_one_that_did_not_drift(tenants: Tenants) -> None:
    assert call(tenants.world, "apply", "--target", "tenant-a", "--yes").status == 0
    result = call(tenants.world, "drift", ALL)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("4 targets: 1 did not drift, 3 never applied.\n")
    assert "Nothing was applied yet to: tenant-b, tenant-c, tenant-d" in result.out


def test_apply_asks_once_for_all(tenants: Tenants) -> None:
    result = call(tenants.world, "apply", ALL, typed="y\n")
    assert result.status == 0
    assert result.err.count("?") == 1
    assert "Apply this to 4 targets?" in result.err
    assert result.out.count("+ JPEREZ") == 4
    again = call(tenants.world, "apply", ALL, typed="")
    assert (again.status, again.err) == (0, "")
    assert again.out.endswith("4 targets: 4 had nothing to do.\n")


def test_after_a_no_nothing_is_written_anywhere(tenants: Tenants) -> None:
    before = [tenants.file(name).read_bytes() for name in NAMES]
    text, document = (call(tenants.world, "apply", ALL, *more, typed="n\n") for more in ((), ("--format", "json")))
    assert (text.status, "Nothing was written." in text.err) == (1, True)
    assert (document.status, document.json["kind"]) == (1, "apply-all")
    assert document.json["summary"]["refused"] == 4
    assert [tenants.file(name).read_bytes() for name in NAMES] == before
    assert not (tenants.world.folder / ".efsync" / "state.db").exists()


def test_the_brakes_hold_for_each_target_alone(applied_tenants: Tenants) -> None:
    world = applied_tenants.world
    settings = (world.folder / "efsync.toml").read_text()
    limits = "[safety]\nmax_changed_percent = 50\nmin_changed_accounts = 0\n"
    world.write("efsync.toml", settings + limits)
    for user in ("JPEREZ", "MROJAS"):
        applied_tenants.erp("b").change(user, port=25)
    applied_tenants.erp("c").change("JPEREZ", port=25)
    shown = call(world, "apply", ALL, typed="n\n")
    assert "Apply this to 1 target?" in shown.err
    report = call_json(world, "apply", ALL, "--yes")
    assert [each["status"] for each in report.json["targets"]] == ["nothing", "refused", "applied", "nothing"]
    assert [each["code"] for each in report.json["targets"][1]["problems"]] == ["brake-changed"]
    said = call(world, "apply", ALL, "--yes").err
    assert said.count("brake-changed") == 1
    assert said.startswith("error: tenant-b: ")
    assert call_json(world, "apply", ALL, "--yes", "--allow-changed").json["summary"]["applied"] == 1


def test_a_selection_narrows_every_target(tenants: Tenants) -> None:
    report = call_json(tenants.world, "apply", ALL, "--yes", "--user", "MROJAS").json
    assert (report["summary"]["adopted"], report["summary"]["changed"]) == (4, 0)


def test_without_secrets_no_target_reads_any(tenants: Tenants) -> None:
    tenants.world.environment.clear()
    report = call_json(tenants.world, "plan", ALL, "--without-secrets")
    assert (report.status, report.json["summary"]["differing"]) == (0, 4)
    assert all(each["without_secrets"] for each in report.json["targets"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", ALL, "--target", "tenant-a"), "takes no --target"),
        (("plan", ALL, "--out", "plan.json"), "--out saves the plan of one target"),
        (("apply", ALL, "plan.json"), "a saved plan is for one target"),
        (("plan", "--jobs", "2"), "--jobs is for --all-targets"),
        (("drift", "--scheduler", "tcp://h:1"), "--scheduler is for --all-targets"),
        (("drift", ALL, "--jobs", "0"), "0 is not in the range"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(tenants: Tenants, arguments: tuple[str, ...], said: str) -> None:
    result = call(tenants.world, *arguments)
    assert (result.status, result.out) == (1, "")
    assert said in result.err


def test_options_have_environment_variables(tenants: Tenants) -> None:
    assert call_json(tenants.world, "plan", EFSYNC_PLAN_ALL_TARGETS="1", EFSYNC_JOBS="1").json["kind"] == "plan-all"
    assert call_json(tenants.world, "drift", ALL, EFSYNC_SCHEDULER="nowhere").codes == ["config"]
    one = call_json(tenants.world, "plan", "--target", "tenant-a", EFSYNC_JOBS="3", EFSYNC_SCHEDULER="tcp://h:1")
    assert one.json["kind"] == "plan"


@pytest.mark.parametrize("command", [("plan",), ("drift",), ("apply", "--yes")])
def test_settings_that_can_not_be_read_are_a_document_too(tenants: Tenants, command: tuple[str, ...]) -> None:
    (tenants.world.folder / "tenants.txt").unlink()
    result = call_json(tenants.world, *command, ALL)
    assert (result.status, result.json["kind"], result.codes) == (1, f"{command[0]}-all", ["config"])
    assert (result.json["targets"], result.json["summary"]["targets"]) == ([], 0)


def test_without_dask_a_scheduler_is_refused_with_the_name_of_the_extra(tenants: Tenants) -> None:
    with mock.patch.dict(sys.modules, {"distributed": None}):
        result = call_json(tenants.world, "plan", ALL, "--scheduler", "tcp://127.0.0.1:1")
    assert (result.status, result.codes) == (1, ["config"])
    assert result.problem("config")["hint"] == "pip install 'efsync-erp[dask]'"


def test_a_mistake_in_efsync_fails_one_target_only_and_shows_no_value(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(settings: object, target: str, *arguments: object, **options: object) -> Plan:
        if target == "tenant-b":
            raise RuntimeError("clave-jperez")
        return plan(settings, target, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("efsync.workflows.all_targets.work.plan", broken)
    result = call_json(tenants.world, "plan", ALL)
    assert [len(each["problems"]) for each in result.json["targets"]] == [0, 1, 0, 0]
    assert result.json["targets"][1]["problems"][0]["code"] == "internal"
    assert "clave-jperez" not in result.out + result.err
    done = call_json(tenants.world, "apply", ALL, "--yes").json
    assert done["targets"][1]["status"] == "failed"


def test_settings_that_change_in_between_are_refused(tenants: Tenants) -> None:
    before = read_settings(tenants.world.folder / "efsync.toml")
    (tenants.world.folder / "tenants.txt").write_text("a\nb\nc\nd\ne\n")
    with open_workers(2) as workers:
        results = plan_all(before, workers)
    assert {each.problems[0].message for each in results} == {
        "says something else than where efsync was called, or changed since"
    }


def test_a_plan_that_a_lost_worker_applied_already_counts_as_applied(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in tenants.world.environment.items():
        monkeypatch.setenv(name, value)
    settings = read_settings(tenants.world.folder / "efsync.toml")
    made = plan(settings, "tenant-a")
    first, second = (applied(SettingsFile.of(settings), Overrides(), made) for _ in range(2))
    assert isinstance(first, Applied)
    assert isinstance(second, Applied)
    assert (second.status, second.summary) == (first.status, first.summary) == (ApplyStatus.APPLIED, made.summary)
    assert [(problem.code, problem.is_error) for problem in second.problems] == [("plan-applied", False)]


def test_where_workers_are_on_another_machine_the_state_has_to_be_on_a_server(tenants: Tenants) -> None:
    settings = read_settings(tenants.world.folder / "efsync.toml")
    elsewhere = replace(SettingsFile.of(settings), machine="elsewhere")
    refused = planned(elsewhere, Selection(), False, Overrides(), "tenant-a")
    assert [problem.code for problem in refused.problems] == ["config"]
    assert "workers on other machines" in refused.problems[0].message
    server = replace(elsewhere, digest=read_settings(_with_state_on_a_server(tenants)).digest)
    reached = planned(server, Selection(), False, Overrides(), "tenant-a")
    assert [problem.code for problem in reached.problems] == ["database"]  # nobody is there, but it was tried


def _with_state_on_a_server(tenants: Tenants) -> Path:
    settings = tenants.world.folder / "efsync.toml"
    url = "postgresql://efsync@127.0.0.1:1/state"
    settings.write_text(f'{settings.read_text()}\n[state]\nurl = "{url}"\n')
    return settings


def test_what_workers_answer_can_be_pickled_and_holds_no_secret(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in tenants.world.environment.items():
        monkeypatch.setenv(name, value)
    settings = read_settings(tenants.world.folder / "efsync.toml")
    with open_workers(2) as workers:
        plans = plan_all(settings, workers)
    assert all(isinstance(plan, Plan) and plan.differs for plan in plans)
    pickled = pickle.dumps(plans)
    assert pickle.loads(pickled) == plans
    assert b"clave-" not in pickled


def test_a_command_on_one_target_loads_nothing_of_this(tenants: Tenants) -> None:
    code = (
        "import sys\nfrom efsync.cli.program import run\nrun(['plan', '--target', 'tenant-a'])\n"
        "heavy = {'distributed', 'dask', 'concurrent.futures.thread', 'efsync.workflows.all_targets'}\n"
        "sys.exit(repr(heavy & set(sys.modules) or 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tenants.world.folder, env=tenants.world.clean_environment(),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "0"


def test_doctor_looks_at_every_target_of_a_pattern_or_the_named_one(tenants: Tenants) -> None:
    tenants.file("d").unlink()
    report = call_json(tenants.world, "doctor").json
    targets = [check["target"] for check in report["checks"] if check["topic"] == "connection"]
    assert targets == [f"tenant-{name}" for name in NAMES]
    assert call(tenants.world, "doctor").status == 1
    assert call(tenants.world, "doctor", "--target", "tenant-a").status == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_after_ctrl_c_no_target_is_begun_and_those_under_way_are_ended(
    tenants: Tenants, number: signal.Signals
) -> None:
    with tenants.locked("a", "b"):
        process = tenants.start("apply", ALL, "--yes", "--jobs", "2")
        wait_until(lambda: tenants.runs("started") == 2)
        process.send_signal(number)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Interrupted: no other target is begun")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    report = json.loads(out)
    assert [each["status"] for each in report["targets"]] == ["applied", "applied", "refused", "refused"]
    for each in report["targets"][2:]:
        assert [problem["code"] for problem in each["problems"]] == ["interrupted"]
    live = [tenants.erp(name).live("JPEREZ")["address"] for name in NAMES]
    assert live == ["jperez@acme.example", "jperez@acme.example", None, None]
    assert call_json(tenants.world, "apply", ALL, "--yes").json["summary"]["applied"] == 2


def test_ctrl_c_during_a_plan_tells_which_targets_were_not_looked_at(tenants: Tenants) -> None:
    locks = [sqlite3.connect(tenants.file(name), isolation_level=None) for name in ("a", "b")]
    for lock in locks:
        lock.execute("BEGIN EXCLUSIVE")
    process = tenants.start("-v", "plan", ALL, "--jobs", "2")
    assert process.stderr is not None
    while "reading the users" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    while "Interrupted" not in process.stderr.readline():
        pass
    for lock in locks:
        lock.close()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (1, False)
    codes = [[problem["code"] for problem in each["problems"]] for each in json.loads(out)["targets"]]
    assert codes == [[], [], ["interrupted"], ["interrupted"]]


def test_ctrl_c_during_the_plan_of_an_apply_applies_nothing(tenants: Tenants) -> None:
    before = [tenants.file(name).read_bytes() for name in NAMES]
    lock = sqlite3.connect(tenants.file("a"), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    process = tenants.start("-v", "apply", ALL, "--yes", "--jobs", "1")
    assert process.stderr is not None
    while "reading the users" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    while "Interrupted" not in process.stderr.readline():
        pass
    lock.close()
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, [each["code"] for each in json.loads(out)["problems"]]) == (1, ["interrupted"])
    assert [tenants.file(name).read_bytes() for name in NAMES] == before
    assert not (tenants.world.folder / ".efsync" / "state.db").exists()
