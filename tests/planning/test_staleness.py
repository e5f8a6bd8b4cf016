"""When a plan no longer fits what is live, and what a database did not keep."""

import pytest

from efsync.model.fields import Value
from efsync.model.plans import AccountChange, Action, FieldChange, Origin
from efsync.planning.compare import compare, compare_removed
from efsync.planning.staleness import misread, moved
from tests.planning.sides import PLACE, applied, desired, fingerprint, live


def change(**fields: tuple[Value, Value]) -> AccountChange:
    """An update of JPEREZ: field to (before, after)."""
    changes = tuple(FieldChange(name, before, after, Origin.NEW) for name, (before, after) in fields.items())
    return AccountChange("JPEREZ", "VENTAS", Action.UPDATE, changes, location=PLACE)


def test_a_plan_names_the_account_and_every_field_that_moved() -> None:
    stale = moved([change(address=("a", "b"), port=(25, 587), ssl=(None, True))], {
        "jperez": live(address="x", port=None, ssl=None),
    })  # fmt: skip
    (problem,) = stale
    assert (problem.code, problem.location) == ("plan-stale", PLACE)
    assert problem.message.endswith("address, port")
    assert "JPEREZ" in problem.message


def test_a_field_that_the_plan_does_not_change_does_not_make_it_stale() -> None:
    planned = compare(desired(address="a", port=587), live(address="a", port=25, server="s"), None)
    assert planned is not None
    assert list(moved([planned], {"jperez": live(address="changed", port=25, server="changed")})) == []


def test_a_value_that_is_already_as_planned_is_stale_too() -> None:
    assert [each.code for each in moved([change(port=(25, 587))], {"jperez": live(port=587)})] == ["plan-stale"]


def test_an_account_that_is_gone_makes_a_plan_stale_only_where_it_would_be_written() -> None:
    forgotten = compare_removed(applied(port=587), None)
    (problem,) = moved([change(port=(25, 587)), forgotten], {})
    assert "no longer a user" in problem.message


@pytest.mark.parametrize("before", [None, fingerprint("uno")], ids=["none_before", "one_before"])
def test_a_password_that_moved_is_named_without_any_value(before: Value) -> None:
    (problem,) = moved([change(password=(before, fingerprint("dos")))], {"jperez": live(password=fingerprint("tres"))})
    assert problem.message.endswith(": password")


def test_every_stale_account_is_reported() -> None:
    other = AccountChange("MROJAS", "VENTAS", Action.CLEAR, (FieldChange("port", 25, None, Origin.CONFIG),))
    now = {"jperez": live(port=1), "mrojas": live("MROJAS", port=1)}
    assert len(list(moved([change(port=(25, 587)), other], now))) == 2


def test_what_reads_back_as_written_is_fine() -> None:
    written = change(port=(25, 587), domain=("a", None))
    assert list(misread([written], {"jperez": live(port=587)})) == []


def test_what_reads_back_as_something_else_is_named_with_both_values() -> None:
    (problem,) = misread([change(address=("a", "long@acme.example"))], {"jperez": live(address="long@acme.ex")})
    assert problem.code == "read-back"
    assert "address of JPEREZ: wrote 'long@acme.example', reads 'long@acme.ex'" in problem.message


def test_a_password_that_reads_back_as_another_is_named_without_values() -> None:
    written = change(password=(None, fingerprint("uno")))
    (problem,) = misread([written], {"jperez": live(password=fingerprint("dos"))})
    assert "password of JPEREZ" in problem.message
    assert "hmac" not in problem.message


def test_a_long_text_that_reads_back_as_another_is_cut_short() -> None:
    (problem,) = misread([change(signature=(None, "x" * 10_000))], {"jperez": live(signature="x" * 4_000)})
    assert len(problem.message) < 300
