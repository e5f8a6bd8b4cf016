"""A plan as text."""

import io
from collections.abc import Iterable
from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text
from syrupy.assertion import SnapshotAssertion

from efsync.model.plans import Action, Origin, Plan
from efsync.planning.document import plan_from_document, plan_to_document
from efsync.views.plan_text import plan_text, summary_text
from tests.planning.sides import comparison, desired, live, plan_of, summary
from tests.views.shown import PASSWORDS, hostile_plan, mixed_plan


def printed(lines: Iterable[Text], colours: bool = False) -> str:
    """What a terminal gets."""
    console = Console(file=io.StringIO(), force_terminal=colours, color_system="standard" if colours else None,
                      markup=False, highlight=False, emoji=False, width=120)  # fmt: skip
    for line in lines:
        console.print(line, soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_plan_shows_every_action_origin_and_kind_of_value(snapshot: SnapshotAssertion) -> None:
    plan = mixed_plan()
    assert {change.action for change in plan.changes} == set(Action)
    assert {field.origin for change in plan.changes for field in change.fields} == set(Origin) - {Origin.ROLLBACK}
    assert printed(plan_text(plan)) == snapshot


def test_a_plan_looks_the_same_in_colours(snapshot: SnapshotAssertion) -> None:
    coloured = printed(plan_text(mixed_plan()), colours=True)
    assert Text.from_ansi(coloured).plain.rstrip() == printed(plan_text(mixed_plan())).rstrip()
    assert coloured == snapshot


def test_a_saved_plan_is_shown_as_it_was_when_it_was_made() -> None:
    plan = mixed_plan()
    assert printed(plan_text(plan_from_document(plan_to_document(plan)))) == printed(plan_text(plan))


def test_hostile_values_are_shown_harmlessly(snapshot: SnapshotAssertion) -> None:
    shown = printed(plan_text(hostile_plan()))
    assert all(line.isprintable() for line in shown.splitlines())
    assert "[bold red]x[/bold red]" in shown
    assert shown == snapshot


@pytest.mark.parametrize("plan", [mixed_plan(), hostile_plan()], ids=["mixed", "hostile"])
def test_no_password_and_no_fingerprint_is_shown(plan: Plan) -> None:
    shown = printed(plan_text(plan))
    assert not any(password in shown for password in PASSWORDS)
    assert "hmac" not in shown


def test_an_empty_plan_says_that_nothing_differs() -> None:
    made = comparison([], [live("NOBODYS")])
    assert (
        printed(plan_text(plan_of(made))) == "Target erp, tenant ACME\n\nNothing differs. 0 unchanged, 1 unmanaged.\n"
    )


def test_a_target_without_tenants_names_none() -> None:
    made = replace(plan_of(comparison([desired(port=1)], [live()])), tenant=None)
    assert printed(plan_text(made)).startswith("Target erp\n")


def test_departments_are_in_order_and_each_is_named_once() -> None:
    wanted = [desired(code, department, port=1) for code, department in [("A", "Z"), ("B", "A"), ("C", "Z")]]
    shown = printed(plan_text(plan_of(comparison(wanted, [live("A"), live("B"), live("C")])))).splitlines()
    assert [line for line in shown if line in ("A", "Z")] == ["A", "Z"]


def test_accounts_that_are_only_remembered_stand_in_columns_in_each_department() -> None:
    wanted = [desired(code, department, port=1) for code, department in [("A", "Z"), ("MROJAS", "Z"), ("BB", "Y")]]
    made = comparison(wanted, [live("A", port=1), live("MROJAS", port=1), live("BB", port=1)])
    shown = printed(plan_text(plan_of(made))).splitlines()
    assert [line.partition("  is as")[0] for line in shown if "is as desired" in line] == [
        "  = BB", "  = A     ", "  = MROJAS",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["changed", "cleared", "forgotten", "adopted"])
def test_whatever_apply_would_do_is_a_difference(name: str) -> None:
    assert summary_text(summary(**{name: 3})).plain.startswith("Plan: ")
    assert "3 to" in summary_text(summary(**{name: 3})).plain


def test_what_is_unchanged_or_nobodys_is_no_difference() -> None:
    assert summary_text(summary(unchanged=4, unmanaged=2)).plain == "Nothing differs. 4 unchanged, 2 unmanaged."


def test_whatever_is_no_html_is_shown_in_full_however_long_it_is() -> None:
    server = "smtp.acme.example." + "a" * 200 + ".evil.example"
    new = plan_of(comparison([desired(server=server)], [live()]))
    assert f"+ server     {server}\n" in printed(plan_text(new))
    moved = plan_of(comparison([desired(server=server)], [live(server="smtp.acme.example")]))
    assert f"~ server     smtp.acme.example → {server}\n" in printed(plan_text(moved))
