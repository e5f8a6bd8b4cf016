"""Plans of many accounts: what leaves, what a selection leaves out, and the counts."""

import pytest

from efsync.model.accounts import OnRemoval
from efsync.model.fields import UNREAD, Value
from efsync.model.plans import AccountChange, Action, Origin, Selection
from efsync.planning.build import Comparison
from efsync.planning.compare import compare_removed
from tests.planning.sides import applied, comparison, desired, fingerprint, live, summary


def actions(made: Comparison) -> dict[str, Action]:
    """Users and what happens to them."""
    return {change.user: change.action for change in made.changes}


def test_an_account_that_left_its_file_is_cleared_in_the_fields_that_were_applied_and_no_others() -> None:
    change = compare_removed(
        applied(address="a", port=587, domain=None), live(address="a", port=25, server="by hand", signature="by hand")
    )
    assert change.action is Action.CLEAR
    assert [(each.field, each.before, each.after, each.origin) for each in change.fields] == [
        ("address", "a", None, Origin.CONFIG),
        ("port", 25, None, Origin.BOTH),
    ]
    assert (change.on_removal, change.reference, change.location) == (None, None, None)


def test_an_account_whose_file_said_so_is_forgotten_and_not_written() -> None:
    change = compare_removed(applied(on_removal=OnRemoval.FORGET, address="a"), live(address="a"))
    assert (change.action, change.writes, change.leaves) == (Action.FORGET, False, True)


def test_an_account_with_nothing_left_to_clear_is_forgotten() -> None:
    assert compare_removed(applied(address="a"), live(server="by hand")).action is Action.FORGET


def test_an_unread_password_is_cleared_too() -> None:
    change = compare_removed(applied(password=fingerprint("clave")), live(password=UNREAD))
    assert [(each.field, each.after, each.origin) for each in change.fields] == [("password", None, Origin.CONFIG)]


def test_an_account_that_is_gone_from_the_erp_is_forgotten_with_a_warning() -> None:
    made = comparison([], [live("OTHER")], [applied("JPEREZ", address="a")])
    assert actions(made) == {"JPEREZ": Action.FORGET}
    (problem,) = made.problems
    assert (problem.code, problem.is_error) == ("unknown-user", False)
    assert "JPEREZ" in problem.message


def test_an_account_that_was_never_applied_is_never_touched_only_counted() -> None:
    made = comparison([], [live("JPEREZ", address="a"), live("MROJAS")])
    assert made.changes == ()
    assert made.summary == summary(unmanaged=2)


def test_every_account_is_counted_once_by_what_happens_to_it() -> None:
    made = comparison(
        [
            desired("NEW", port=587), desired("DRIFTED", port=587), desired("ADOPTED", port=587),
            desired("SAME", port=587),
        ],
        [
            live("NEW", port=None), live("DRIFTED", port=25), live("ADOPTED", port=587), live("SAME", port=587),
            live("CLEARED", port=25), live("FORGOTTEN", port=587), live("NOBODYS", port=1),
        ],
        [
            applied("DRIFTED", port=587), applied("SAME", port=587), applied("CLEARED", port=587),
            applied("FORGOTTEN", on_removal=OnRemoval.FORGET, port=587), applied("GONE", port=587),
        ],
    )  # fmt: skip
    assert made.summary == summary(changed=2, cleared=1, forgotten=2, adopted=1, unchanged=1, unmanaged=1, drifted=2)
    assert actions(made) == {
        "NEW": Action.UPDATE, "DRIFTED": Action.UPDATE, "ADOPTED": Action.ADOPT, "CLEARED": Action.CLEAR,
        "FORGOTTEN": Action.FORGET, "GONE": Action.FORGET,
    }  # fmt: skip


SELECTIONS = {
    "user": Selection(users=("MROJAS",)),
    "user_in_other_case": Selection(users=("mrojas",)),
    "padded_user": Selection(users=("MROJAS    ",)),
    "department": Selection(departments=("COMPRAS",)),
    "department_in_other_case": Selection(departments=("compras",)),
    "both": Selection(("COMPRAS",), ("MROJAS",)),
}


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS.keys())
def test_a_selection_neither_changes_nor_clears_nor_counts_what_it_leaves_out(selection: Selection) -> None:
    made = comparison(
        [desired("JPEREZ", "VENTAS", port=587), desired("MROJAS", "COMPRAS", port=587)],
        [
            live("JPEREZ", "VENTAS"), live("MROJAS", "COMPRAS"), live("LEFT", "VENTAS", port=587),
            live("NOBODYS", "VENTAS"),
        ],
        [applied("LEFT", "VENTAS", port=587)],
        selection,
    )  # fmt: skip
    assert actions(made) == {"MROJAS": Action.UPDATE}
    assert made.summary == summary(changed=1)


def test_a_selection_that_no_account_meets_in_both_does_nothing() -> None:
    made = comparison(
        [desired("JPEREZ", "VENTAS", port=587)], [live("JPEREZ")], [], Selection(("COMPRAS",), ("JPEREZ",))
    )
    assert (made.changes, made.summary) == ((), summary())


@pytest.mark.parametrize("department", ["VENTAS", "COMPRAS"])
def test_an_account_that_moved_to_another_department_is_never_cleared(department: str) -> None:
    made = comparison(
        [desired("JPEREZ", "COMPRAS", port=587)],
        [live("JPEREZ", "COMPRAS", port=587)],
        [applied("JPEREZ", "VENTAS", port=587)],
        Selection(departments=(department,)),
    )
    assert set(actions(made).values()) <= {Action.ADOPT}


def test_a_selected_account_that_left_is_cleared() -> None:
    made = comparison([], [live("LEFT", port=587)], [applied("LEFT", port=587)], Selection(users=("left",)))
    assert actions(made) == {"LEFT": Action.CLEAR}


def test_accents_make_two_codes_and_case_does_not() -> None:
    made = comparison(
        [desired("PEÑA", port=1), desired("pena", port=2)], [live("peña", port=1), live("PENA", port=1)], []
    )
    changed: dict[str, AccountChange] = {change.user: change for change in made.changes}
    after: dict[str, Value] = dict(changed["pena"].after)
    assert actions(made) == {"PEÑA": Action.ADOPT, "pena": Action.UPDATE}
    assert after == {"port": 2}
