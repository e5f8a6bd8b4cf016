"""What the state remembers of a run that ended well, and of one that was cut off."""

from typing import Any

import pytest

from efsync.model.accounts import OnRemoval
from efsync.model.fields import UNREAD, Value
from efsync.model.plans import AccountChange, Action, FieldChange, Origin
from efsync.model.runs import Run, RunStatus
from efsync.planning.compare import compare, compare_removed
from efsync.planning.record import Record, Recovery, record_run, recover
from tests.planning.sides import (
    AT,
    Fields,
    Live,
    after_apply,
    applied,
    comparison,
    desired,
    env,
    fingerprint,
    live,
    mail,
    plan_of,
    written,
)  # fmt: skip

PLAN = plan_of(comparison([], []))


RUN = Run(
    "20260301-120000-abcdef", "erp", "ACME", "sha256:0", RunStatus.STARTED, "ana", "erp-1", AT, None,
    PLAN.source, PLAN.summary,
)  # fmt: skip
"""A run that was cut off."""


def change_of(code: str, before: Value, after: Value) -> AccountChange:
    """A change of one port, or none."""
    change = compare(desired(code, port=after), live(code, port=before), None)
    assert change is not None
    return change


ONE, TWO = change_of("ONE", 25, 587), change_of("TWO", 25, 587)
ADOPTED = change_of("KEPT", 465, 465)
LEFT = compare_removed(applied("LEFT", port=25), live("LEFT", port=25))


def ports(**numbers: Value) -> Live:
    """Live accounts, each with its port."""
    return {code.lower(): live(code, port=number) for code, number in numbers.items()}


def recovery(*changes: AccountChange, **numbers: Value) -> Recovery:
    """What a cut-off run with `changes` turns out to have done when these ports are live."""
    return recover(RUN, changes, ports(**numbers), {}, AT)


def test_a_record_holds_what_was_written_and_what_was_as_desired_already() -> None:
    wanted = desired(on_removal=OnRemoval.FORGET, reference=env("MAIL_J"), address="a", **mail())
    change = compare(wanted, live(address="a", domain="by hand"), None)
    assert change is not None
    _, remembered = after_apply([change], {"jperez": live(address="a", domain="by hand")}, {})
    account = remembered["jperez"]
    assert account.fields == wanted.fields
    assert list(account.fields) == ["address", "password", "server", "port", "ssl"]
    assert (account.on_removal, account.reference, account.applied_at, account.run) == (
        OnRemoval.FORGET, env("MAIL_J"), AT, "run",
    )  # fmt: skip


def test_a_field_that_is_no_longer_managed_is_no_longer_remembered() -> None:
    change = compare(desired(port=587), live(port=587, server="s"), applied(port=587, server="s"))
    assert change is not None
    _, remembered = after_apply([change], {"jperez": live(port=587, server="s")}, {"jperez": applied()})
    assert remembered["jperez"].fields == {"port": 587}


@pytest.mark.parametrize(("earlier", "kept"), [((), {}), ((1,), {"server": "earlier"})], ids=["never", "earlier"])
def test_a_field_that_moved_during_the_apply_is_not_remembered_as_desired(
    earlier: tuple[int, ...], kept: Fields
) -> None:
    before = {"jperez": applied(server="earlier")} if earlier else {}
    change = compare(desired(port=587, server="desired"), live(port=25, server="desired"), before.get("jperez"))
    assert change is not None
    record = record_run([change], {"jperez": live(port=587, server="moved")}, before, "run", AT)
    (account,) = record.accounts
    assert account.fields == {"port": 587} | kept


def test_what_leaves_is_removed_from_the_state() -> None:
    assert record_run([LEFT], {}, {}, "run", AT) == Record(removed=("left",))
    assert Record(removed=("left", "never-there")).over({"left": applied("LEFT"), "kept": applied("KEPT")}) == {
        "kept": applied("KEPT"),
    }  # fmt: skip


def test_a_run_that_wrote_nothing_was_interrupted_and_records_nothing() -> None:
    found = recovery(ONE, TWO, ADOPTED, ONE=25, TWO=25, KEPT=465)
    assert (found.status, found.record) == (RunStatus.INTERRUPTED, Record())
    assert (found.problem.code, found.problem.is_error) == ("run-interrupted", False)
    assert "20260301-120000-abcdef by ana" in found.problem.message
    assert "nothing of it is in the ERP" in found.problem.message


def test_a_run_that_wrote_everything_is_recovered_as_if_it_had_ended() -> None:
    live_now = ports(ONE=587, TWO=587, KEPT=465, LEFT=None)
    changes = (ONE, TWO, ADOPTED, LEFT)
    found = recover(RUN, changes, live_now, {}, AT)
    assert found.status is RunStatus.RECOVERED
    assert found.record == record_run(changes, live_now, {}, RUN.id, AT)
    assert {account.key for account in found.record.accounts} == {"one", "two", "kept"}
    assert found.record.removed == ("left",)
    assert found.problem.code == "run-interrupted"


def test_an_account_that_somebody_put_back_after_the_run_is_not_recorded() -> None:
    found = recovery(ONE, TWO, ONE=587, TWO=25)
    assert found.status is RunStatus.RECOVERED
    assert [account.key for account in found.record.accounts] == ["one"]


def test_an_account_that_moved_after_the_run_is_recorded_and_so_shows_as_drift() -> None:
    found = recovery(ONE, TWO, ONE=587, TWO=2525)
    remembered = found.record.over({})
    assert remembered["two"].fields == {"port": 587}
    (change,) = comparison([desired("TWO", port=587)], [live("TWO", port=2525)], [remembered["two"]]).changes
    assert [each.origin for each in change.fields] == [Origin.DRIFT]


def test_a_run_of_which_everything_moved_since_counts_as_not_written() -> None:
    assert recovery(ONE, TWO, ONE=1, TWO=2).status is RunStatus.INTERRUPTED


def test_an_account_that_is_gone_does_not_hinder_a_recovery() -> None:
    assert recovery(ONE, TWO, TWO=587).status is RunStatus.RECOVERED
    assert recovery(ONE, TWO).status is RunStatus.INTERRUPTED


def test_a_run_that_only_remembers_is_done_again_by_the_next_plan() -> None:
    found = recovery(ADOPTED, KEPT=465)
    assert (found.status, found.record) == (RunStatus.INTERRUPTED, Record())


def test_an_account_is_written_only_where_all_its_fields_are() -> None:
    change = compare(desired("ONE", port=587, server="new"), live("ONE", port=25, server="old"), None)
    assert change is not None
    half = {"one": live("ONE", port=587, server="old")}
    assert recover(RUN, [change], half, {}, AT).status is RunStatus.INTERRUPTED


def with_password(code: str, **fields: Any) -> AccountChange:
    """A change of the password and of other fields."""
    change = compare(desired(code, **mail("nueva", **fields)), live(code, **mail("vieja")), None)
    assert change is not None
    return change


def test_a_recovery_without_secrets_goes_by_the_other_fields() -> None:
    changes = (with_password("ONE", port=465), with_password("TWO"))
    unread = {"password": UNREAD}
    not_written = {"one": live("ONE", **mail() | unread), "two": live("TWO", **mail() | unread)}
    assert recover(RUN, changes, not_written, {}, AT).status is RunStatus.INTERRUPTED
    all_written = {"one": live("ONE", **mail(port=465) | unread), "two": live("TWO", **mail() | unread)}
    found = recover(RUN, changes, all_written, {}, AT)
    assert found.status is RunStatus.RECOVERED
    assert found.record.over({})["two"].fields["password"] == fingerprint("nueva")


def test_a_recovery_takes_the_fingerprint_for_the_password_that_was_written() -> None:
    changes = (with_password("ONE"),)
    assert recover(RUN, changes, {"one": live("ONE", **mail("nueva"))}, {}, AT).status is RunStatus.RECOVERED
    assert recover(RUN, changes, {"one": live("ONE", **mail("vieja"))}, {}, AT).status is RunStatus.INTERRUPTED


def test_a_recovered_run_leaves_nothing_to_plan() -> None:
    wanted = [desired("ONE", **mail("uno")), desired("TWO", **mail("dos"))]
    held = {"one": live("ONE"), "two": live("TWO", **mail("tres")), "left": live("LEFT", port=1)}
    before = {"left": applied("LEFT", port=1)}
    made = comparison(wanted, held.values(), before.values())
    now = written(made.changes, held)
    found = recover(RUN, made.changes, now, before, AT)
    assert comparison(wanted, now.values(), found.record.over(before).values()).changes == ()


def test_a_clear_that_was_cut_off_is_seen_as_any_other_write() -> None:
    assert LEFT.fields == (FieldChange("port", 25, None, Origin.CONFIG),)
    assert LEFT.action is Action.CLEAR
    assert recovery(LEFT, LEFT=None).record.removed == ("left",)
    assert recovery(LEFT, LEFT=25).record.removed == ()


def changes_of(**fields: tuple[Value, Value]) -> AccountChange:
    """A change of JPEREZ from one value to another in each field."""
    before: dict[str, Any] = {field: pair[0] for field, pair in fields.items()}
    after: dict[str, Any] = {field: pair[1] for field, pair in fields.items()}
    change = compare(desired("JPEREZ", **after), live("JPEREZ", **before), None)
    assert change is not None
    return change


BOTH = changes_of(password=(fingerprint("one"), fingerprint("two")), port=(25, 587), domain=("a", "b"))


def recovered(**fields: Any) -> Recovery:
    """What a cut-off run with `BOTH` turns out to have done when JPEREZ holds these."""
    return recover(RUN, [BOTH], {"jperez": live("JPEREZ", **fields)}, {}, AT)


def test_a_run_wrote_where_less_was_changed_since_than_if_it_had_not() -> None:
    found = recovered(password=fingerprint("two"), port=2525, domain="b")
    assert found.status is RunStatus.RECOVERED
    assert [each.fields["password"] for each in found.record.retired] == [fingerprint("one")]


def test_a_run_did_not_write_where_less_was_changed_since_than_if_it_had() -> None:
    assert recovered(password=fingerprint("one"), port=2525, domain="a").status is RunStatus.INTERRUPTED
    assert recovered(password=fingerprint("three"), port=2525, domain="c").status is RunStatus.INTERRUPTED


def test_a_password_that_the_run_would_have_written_retires_the_one_before_it_in_any_case() -> None:
    found = recovered(password=fingerprint("two"), port=25, domain="a")
    assert (found.status, found.record.accounts) == (RunStatus.INTERRUPTED, ())
    assert [each.fields["password"] for each in found.record.retired] == [fingerprint("one")]


def test_an_applied_password_that_others_replaced_is_retired_when_the_account_is_adopted() -> None:
    known = {"jperez": applied("JPEREZ", password=fingerprint("one"), server="old.example", port=25)}
    held = live("JPEREZ", password=fingerprint("two"), server="smtp.example", port=587)
    change = compare(desired("JPEREZ", password=fingerprint("two")), held, known["jperez"])
    assert change is not None
    assert change.action is Action.ADOPT
    record = record_run([change], {"jperez": held}, known, "run", AT)
    (retired,) = record.retired
    assert retired.fields == {"password": fingerprint("one"), "server": "old.example", "port": 25, "ssl": None}


def test_an_applied_password_that_others_replaced_is_retired_when_the_account_leaves() -> None:
    known = {"jperez": applied("JPEREZ", password=fingerprint("one"), on_removal=OnRemoval.FORGET)}
    held = live("JPEREZ", password=fingerprint("two"))
    record = record_run([compare_removed(known["jperez"], held)], {"jperez": held}, known, "run", AT)
    assert [each.fields["password"] for each in record.retired] == [fingerprint("one")]


def test_a_password_that_an_account_still_has_is_not_one_of_the_past() -> None:
    known = {"jperez": applied("JPEREZ", password=fingerprint("one"), port=25)}
    held = live("JPEREZ", password=fingerprint("one"), port=25)
    change = compare(desired("JPEREZ", password=fingerprint("one"), port=587), held, known["jperez"])
    assert change is not None
    assert record_run([change], {"jperez": held}, known, "run", AT).retired == ()


def test_a_password_that_leaves_the_file_or_its_reference_is_remembered_with_where_it_came_from() -> None:
    old = applied("JPEREZ", reference=env("MAIL_OLD"), password=fingerprint("one"), on_removal=OnRemoval.FORGET)
    held = live("JPEREZ", password=fingerprint("one"), server="smtp.example")
    same: Fields = {"password": fingerprint("one")}
    changes = [
        compare_removed(old, held),
        compare(desired("JPEREZ", address="a@b.example"), held, old),
        compare(desired("JPEREZ", reference=env("MAIL_NEW"), **same), held, old),
    ]
    for change in changes:
        assert change is not None
        (retired,) = record_run([change], {"jperez": held}, {"jperez": old}, "run", AT).retired
        assert (retired.reference, retired.fields["server"]) == (env("MAIL_OLD"), "smtp.example")
    kept = compare(desired("JPEREZ", reference=env("MAIL_OLD"), port=25, **same), held, old)
    assert kept is not None
    assert record_run([kept], {"jperez": held}, {"jperez": old}, "run", AT).retired == ()
