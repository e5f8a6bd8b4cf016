"""Runs, and the accounts that they leave behind."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from efsync.database.access import Access
from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.plans import Plan
from efsync.model.runs import Run, RunStatus
from efsync.planning.record import Record
from efsync.state.store import State
from tests.planning.sides import KEY, Fields, applied, comparison, desired, env, fingerprint, live, mail, plan_of
from tests.state.conftest import StateFolder


def plan(target: str = "erp", tenant: str | None = "ACME", number: int = 1) -> Plan:
    """A plan that changes one account."""
    made = plan_of(comparison([desired(reference=env("MAIL_J"), **mail())], [live(server="old")]))
    return replace(made, target=target, tenant=tenant, plan_id=f"sha256:{number:064}")


def account(run: Run, code: str = "JPEREZ", port: int = 587) -> AppliedAccount:
    """An account as a run applied it."""
    return replace(applied(code, reference=env("MAIL_J"), **mail(port=port)), run=run.id)


def begun(state: State, made: Plan) -> Run:
    """A run that has begun; its lock is given back, so that others can begin too."""
    run, holder = state.begin(made)
    state.release(made.target, holder.token)
    return run


def apply(state: State, made: Plan, *accounts: str, removed: tuple[str, ...] = (), port: int = 587) -> Run:
    """A run from its beginning to its end."""
    run = begun(state, made)
    record = Record(tuple(account(run, code, port) for code in accounts), removed)
    return state.finish(run, RunStatus.APPLIED, record, KEY.identity)


def test_a_run_is_journalled_before_anything_is_written(folder: StateFolder) -> None:
    with folder.open() as state:
        made = plan()
        run, holder = state.begin(made)
    with folder.open(Access.READ) as state:
        (found,) = state.unfinished_runs("erp")
        changes = state.changes(found)
    assert found == replace(run, tenant="acme")
    assert (found.status, found.finished_at, found.plan_id) == (RunStatus.STARTED, None, made.plan_id)
    assert (changes, found.summary, found.source) == (made.changes, made.summary, made.source)
    assert (found.who, found.host) == (holder.who, holder.host)


def test_a_run_that_ended_is_no_longer_unfinished_and_is_found_by_its_plan(state: State) -> None:
    ended = apply(state, plan(), "JPEREZ")
    assert ended.status is RunStatus.APPLIED
    assert ended.finished_at is not None
    assert state.unfinished_runs("erp") == ()
    assert state.run_of_plan(plan().plan_id or "") == ended
    assert state.run_of_plan("sha256:another") is None


@pytest.mark.parametrize(
    ("status", "is_applied"),
    [(status, status in (RunStatus.APPLIED, RunStatus.RECOVERED)) for status in RunStatus],
)
def test_a_plan_counts_as_applied_only_where_a_run_wrote_it(state: State, status: RunStatus, is_applied: bool) -> None:
    run = begun(state, plan())
    if status is not RunStatus.STARTED:
        state.finish(run, status)
    assert (state.run_of_plan(plan().plan_id or "") is not None) == is_applied


def test_an_account_is_remembered_with_all_that_was_applied(folder: StateFolder) -> None:
    fields: Fields = {
        "address": "ñ@acme.example",
        "port": 587,
        "ssl": True,
        "domain": None,
        "signature": "<p>\n\x1b</p>",
    }
    with folder.open() as state:
        run = begun(state, plan())
        remembered = replace(
            applied("jPerez", on_removal=OnRemoval.FORGET, reference=env("MAIL_J"), **fields), run=run.id
        )
        bare = replace(applied("BARE"), run=run.id)
        state.finish(run, RunStatus.APPLIED, Record((remembered, bare)), KEY.identity)
    with folder.open(Access.READ) as state:
        assert state.applied("erp", "ACME") == {"jperez": remembered, "bare": bare}


def test_an_account_is_remembered_once_however_often_and_in_which_case_it_is_applied(state: State) -> None:
    apply(state, plan(number=1), "JPEREZ", port=25)
    apply(state, plan(number=2), "jperez", port=587)
    (found,) = state.applied("erp", "ACME").values()
    assert (found.code, found.fields["port"]) == ("jperez", 587)


def test_what_leaves_is_forgotten_and_the_rest_stays(state: State) -> None:
    apply(state, plan(number=1), "ONE", "TWO")
    apply(state, plan(number=2), removed=("one", "never-there"))
    assert list(state.applied("erp", "ACME")) == ["two"]


def test_targets_and_tenants_are_kept_apart(state: State) -> None:
    sides: list[tuple[str, str | None, int]] = [("erp", "ACME", 1), ("erp", "OTHER", 2), ("test", "ACME", 3),
                                                ("erp", None, 4)]  # fmt: skip
    for target, tenant, port in sides:
        apply(state, plan(target, tenant, port), "JPEREZ", port=port)
    for target, tenant, port in sides:
        (found,) = state.applied(target, tenant).values()
        assert found.fields["port"] == port
    apply(state, plan("erp", "OTHER", 5), removed=("jperez",))
    state.forget("test", "ACME", "jperez")
    assert [bool(state.applied(target, tenant)) for target, tenant, _ in sides] == [True, False, False, True]


def test_a_tenant_is_the_same_padded_and_in_other_case(state: State) -> None:
    apply(state, plan(tenant="ACME      "), "JPEREZ")
    assert list(state.applied("erp", "acme")) == ["jperez"]


def test_unfinished_runs_are_those_of_one_target_oldest_first(state: State) -> None:
    first, other, second = (begun(state, plan(target, number=number)) for number, target in enumerate(["a", "b", "a"]))
    assert [run.id for run in state.unfinished_runs("a")] == [first.id, second.id]
    assert [run.id for run in state.unfinished_runs("b")] == [other.id]


def test_a_run_that_somebody_else_ended_is_not_ended_again_and_records_nothing(state: State) -> None:
    run = begun(state, plan())
    recovered = state.finish(run, RunStatus.RECOVERED, Record((account(run, "JPEREZ", 25),)), KEY.identity)
    late = state.finish(run, RunStatus.APPLIED, Record((account(run, "JPEREZ", 587),), ("other",)), "another key")
    assert late == recovered
    assert late.status is RunStatus.RECOVERED
    assert state.applied("erp", "ACME")["jperez"].fields["port"] == 25
    assert state.key_id() == KEY.identity


def test_a_state_knows_which_key_made_its_fingerprints_once_there_are_some(state: State) -> None:
    assert state.key_id() is None
    state.finish(begun(state, plan(number=1)), RunStatus.REFUSED)
    assert state.key_id() is None
    apply(state, plan(number=2), "JPEREZ")
    assert state.key_id() == KEY.identity


def test_a_forgotten_account_is_gone_and_forgetting_it_again_does_nothing(state: State) -> None:
    apply(state, plan(), "JPEREZ", "MROJAS")
    for _ in range(2):
        state.forget("erp", "ACME", "jperez")
        assert list(state.applied("erp", "ACME")) == ["mrojas"]
    assert state.run_of_plan(plan().plan_id or "") is not None


def test_a_target_that_is_forgotten_leaves_no_account_and_no_unfinished_run(state: State) -> None:
    apply(state, plan("erp", number=1), "JPEREZ")
    apply(state, plan("test", number=2), "JPEREZ")
    begun(state, plan("erp", number=3))
    kept = begun(state, plan("test", number=4))
    state.forget_target("erp")
    assert (state.applied("erp", "ACME"), state.unfinished_runs("erp")) == ({}, ())
    assert list(state.applied("test", "ACME")) == ["jperez"]
    assert [run.id for run in state.unfinished_runs("test")] == [kept.id]
    assert state.run_of_plan(plan(number=1).plan_id or "") is not None


def test_no_password_stands_in_the_file_only_its_fingerprint_and_reference(folder: StateFolder) -> None:
    with folder.open() as state:
        apply(state, plan(), "JPEREZ")
    data = b"".join(path.read_bytes() for path in Path(folder.file.parent).iterdir())
    assert fingerprint("clave").encode() in data
    assert b"MAIL_J" in data
    assert b"clave" not in data
    ((change,),) = folder.sql("SELECT change FROM run_changes")
    assert json.loads(change)["password_reference"] == {"env": "MAIL_J"}
