"""Drift, and what was found for all targets, as Markdown."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from efsync.model.drift import Drift, DriftedAccount, DriftedField
from efsync.model.outcomes import Failed
from efsync.model.plans import Plan
from efsync.model.problems import Location, Problem, Severity
from efsync.views.all_targets_markdown import drift_all_markdown, plan_all_markdown
from efsync.views.drift_markdown import drift_markdown
from tests.planning.sides import comparison, plan_of
from tests.views.rendered import rendered, rows, texts
from tests.views.shown import PASSWORDS, hostile_plan, mixed_drift, mixed_plan
from tests.views.test_markdown import wild
from tests.views.test_plan_markdown import assert_harmless

NOTHING_APPLIED = Problem("nothing-applied", "nothing was applied to new yet", severity=Severity.WARNING)
ERROR = Problem("database", "the database of @broken is away", Location("efsync.toml", 3), "start it")


def test_drift_shows_what_was_applied_beside_what_the_erp_holds(snapshot: SnapshotAssertion) -> None:
    made = drift_markdown(mixed_drift())
    assert_harmless(made)
    assert not any(each in made for each in PASSWORDS)
    assert made == snapshot


def test_no_drift_is_said_in_a_line() -> None:
    body = rendered(drift_markdown(Drift("erp", ())))
    assert texts(body, "*") == ["Drift in erp", "No drift: what efsync applied is what the ERP holds."]


def test_where_nothing_was_applied_the_problem_says_so() -> None:
    body = rendered(drift_markdown(Drift("new", (), (NOTHING_APPLIED,))))
    assert texts(body, "*") == [
        "Drift in new", "1 warning", "\nwarning: nothing was applied to new yet (nothing-applied)\n"
    ]  # fmt: skip


any_drift = st.builds(
    lambda target, user, applied, live: Drift(
        target,
        (DriftedAccount(user, user, (DriftedField("server", applied, live), DriftedField("footer", live, applied))),),
    ),
    wild, wild, wild | st.none(), wild,
)  # fmt: skip


@given(any_drift)
def test_any_drift_is_harmless(drift: Drift) -> None:
    assert_harmless(drift_markdown(drift))


def test_all_plans_begin_with_a_table_of_targets_and_have_a_part_for_each_that_differs() -> None:
    same = replace(plan_of(comparison([], [])), target="same")
    made = plan_all_markdown([replace(mixed_plan(), target="one"), same, hostile_plan(), Failed("bad", (ERROR,))])
    assert_harmless(made)
    body = rendered(made)
    assert texts(body, "h2") == ["Plans for 4 targets"]
    assert texts(body, "h3")[:2] == ["1 error, 1 warning", "Plan for one, tenant ACME"]
    assert "bad: the database of @broken is away (database)" in texts(body, "ul")[0]
    table = body.find("table")
    assert table is not None
    assert [row[:3] for row in rows(table)[:3]] == [["target", "to change", "to clear"], ["one", "6", "1"],
                                                    ["same", "0", "0"]]  # fmt: skip
    assert rows(table)[4][:2] == ["bad", "failed"]


def test_all_drift_tells_the_drifted_from_the_never_applied() -> None:
    found: list[Drift | Failed] = [
        mixed_drift(),
        Drift("new", (), (NOTHING_APPLIED,)),
        Drift("fine", ()),
        Failed("bad", (ERROR,)),
    ]
    made = drift_all_markdown(found)
    assert_harmless(made)
    body = rendered(made)
    assert texts(body, "p")[0] == "4 targets: 1 drifted, 1 did not drift, 1 never applied, 1 failed."
    table = body.find("table")
    assert table is not None
    assert rows(table)[1:] == [
        ["erp", "3", "8"],
        ["new", "never applied", ""],
        ["fine", "0", "0"],
        ["bad", "failed", ""],
    ]
    assert texts(body, "h3")[1:] == ["Drift in erp"]


def test_hundreds_of_targets_share_the_room_and_the_rest_is_counted() -> None:
    plans: list[Plan | Failed] = [replace(mixed_plan(), target=f"target-{number}") for number in range(300)]
    made = plan_all_markdown(plans)
    assert_harmless(made)
    body = rendered(made)
    parts = [each for each in texts(body, "h3") if each.startswith("Plan for")]
    assert len(parts) > 10
    assert f"What differs in {300 - len(parts)} targets did not fit" in " ".join(texts(body, "p"))


def test_thousands_of_targets_are_counted_where_the_table_ends() -> None:
    made = drift_all_markdown([replace(mixed_drift(), target=f"target-{number}") for number in range(5_000)])
    assert_harmless(made)
    table = rendered(made).find("table")
    assert table is not None
    assert f"**{5_000 - len(rows(table)) + 1:,} more targets** did not fit into the table." in made
