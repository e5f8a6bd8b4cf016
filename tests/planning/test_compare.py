"""The three-way table: desired, live and applied of one field, and of one account."""

from dataclasses import dataclass

import pytest

from efsync.model.accounts import OnRemoval
from efsync.model.fields import UNKNOWN, UNREAD, Value
from efsync.model.plans import AccountChange, Action, FieldChange, Origin
from efsync.planning.compare import compare
from tests.planning.sides import after_apply, applied, desired, env, fingerprint, live


@dataclass(frozen=True)
class Cell:
    """One cell of the table; `applied` is absent where efsync never applied the field."""

    desired: Value
    live: Value
    applied: tuple[Value, ...]
    origin: Origin | None
    remembered: bool = True


CELLS = {
    "as_desired_and_as_applied": Cell(587, 587, (587,), None),
    "as_desired_but_not_as_applied": Cell(587, 587, (25,), None, remembered=False),
    "as_desired_and_never_applied": Cell(587, 587, (), None, remembered=False),
    "the_file_changed": Cell(587, 25, (25,), Origin.CONFIG),
    "the_erp_changed": Cell(587, 25, (587,), Origin.DRIFT),
    "both_changed": Cell(587, 25, (465,), Origin.BOTH),
    "never_applied": Cell(587, 25, (), Origin.NEW),
    "never_applied_and_nothing_there": Cell(587, None, (), Origin.NEW),
    "the_file_clears": Cell(None, 587, (587,), Origin.CONFIG),
    "the_erp_cleared": Cell(587, None, (587,), Origin.DRIFT),
    "the_file_clears_what_the_erp_changed": Cell(None, 25, (587,), Origin.BOTH),
    "the_erp_filled_what_was_cleared": Cell(None, 25, (None,), Origin.DRIFT),
    "cleared_on_all_sides": Cell(None, None, (None,), None),
    "cleared_and_never_applied": Cell(None, None, (), None, remembered=False),
    "cleared_by_the_file_and_by_the_erp": Cell(None, None, (587,), None, remembered=False),
    "what_the_file_no_longer_clears": Cell(587, None, (None,), Origin.CONFIG),
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_every_cell_of_the_table(cell: Cell) -> None:
    record = applied(port=cell.applied[0]) if cell.applied else applied()
    change = compare(desired(port=cell.desired), live(port=cell.live), record)
    if cell.origin is not None:
        assert change is not None
        assert change.action is Action.UPDATE
        assert change.fields == (FieldChange("port", cell.live, cell.desired, cell.origin),)
    elif cell.remembered:
        assert change is None
    else:
        assert change is not None
        assert (change.action, change.fields, change.unchanged) == (Action.ADOPT, (), {"port": cell.desired})


def test_each_field_has_an_origin_of_its_own() -> None:
    change = compare(
        desired(address="new", server="kept", port=1, domain="new", ssl=True),
        live(address="old", server="drifted", port=2, domain="other", ssl=True),
        applied(address="old", server="kept", port=3),
    )
    assert change is not None
    assert {each.field: each.origin for each in change.fields} == {
        "address": Origin.CONFIG, "server": Origin.DRIFT, "port": Origin.BOTH, "domain": Origin.NEW,
    }  # fmt: skip
    assert change.unchanged == {"ssl": True}


def test_a_field_that_is_absent_is_not_managed() -> None:
    record = applied(address="a")
    assert compare(desired(address="a"), live(address="a", server="anything", port="rubbish"), record) is None


def test_an_account_without_any_field_is_adopted_once_and_then_nothing() -> None:
    change = compare(desired(), live(port=587), None)
    assert change is not None
    assert change.action is Action.ADOPT
    assert compare(desired(), live(port=587), applied()) is None


METADATA = {
    "on_removal": (desired(on_removal=OnRemoval.FORGET, port=587), applied(on_removal=OnRemoval.CLEAR, port=587)),
    "reference": (desired(reference=env("MAIL_NEW"), port=587), applied(reference=env("MAIL_OLD"), port=587)),
    "first_reference": (desired(reference=env("MAIL_NEW"), port=587), applied(port=587)),
    "department": (desired(department="COMPRAS", port=587), applied(department="VENTAS", port=587)),
    "field_no_longer_managed": (desired(port=587), applied(port=587, server="smtp.acme.example")),
    "field_newly_managed": (desired(port=587, server="smtp.acme.example"), applied(port=587)),
    "field_newly_cleared": (desired(port=587, domain=None), applied(port=587)),
}


@pytest.mark.parametrize("name", METADATA)
def test_what_only_the_state_has_to_learn_is_adopted_once_and_then_nothing(name: str) -> None:
    wanted, remembered = METADATA[name]
    held = live(port=587, server="smtp.acme.example")
    change = compare(wanted, held, remembered)
    assert change is not None
    assert (change.action, change.writes) == (Action.ADOPT, False)
    _, now_applied = after_apply([change], {held.key: held}, {remembered.key: remembered})
    assert compare(wanted, held, now_applied[wanted.key]) is None


def test_a_place_in_the_file_that_moved_is_nothing() -> None:
    assert compare(desired("JPEREZ", port=587), live(port=587), applied(port=587)) is None


def test_another_spelling_of_the_code_is_nothing() -> None:
    assert compare(desired("jperez", port=587), live("JPEREZ", port=587), applied("JPerez", port=587)) is None


def password_change(wanted: Value, held: Value, remembered: Value | None) -> AccountChange | None:
    """The change of an account that has a password only."""
    record = applied(reference=env("MAIL_J"), password=remembered) if remembered else None
    return compare(desired(reference=env("MAIL_J"), password=wanted), live(password=held), record)


def test_an_unread_password_behind_the_same_reference_counts_as_unchanged() -> None:
    assert password_change(fingerprint("clave"), UNREAD, fingerprint("clave")) is None


def test_a_password_behind_another_reference_is_known_at_apply() -> None:
    change = password_change(UNKNOWN, UNREAD, fingerprint("clave"))
    assert change is not None
    (field,) = change.fields
    assert (field.before, field.after, field.unknown) == (fingerprint("clave"), UNKNOWN, True)


@pytest.mark.parametrize("held", [UNREAD, None], ids=["there", "not_there"])
def test_a_password_that_was_never_applied_is_known_at_apply(held: Value) -> None:
    change = password_change(UNKNOWN, held, None)
    assert change is not None
    assert [(each.before, each.after, each.origin) for each in change.fields] == [(held, UNKNOWN, Origin.NEW)]


def test_a_password_that_the_erp_cleared_is_drift_though_passwords_are_not_read() -> None:
    change = password_change(fingerprint("clave"), None, fingerprint("clave"))
    assert change is not None
    assert [each.origin for each in change.fields] == [Origin.DRIFT]


def test_a_password_is_cleared_though_it_is_not_read() -> None:
    change = compare(desired(password=None), live(password=UNREAD), None)
    assert change is not None
    assert [(each.before, each.after) for each in change.fields] == [(UNREAD, None)]
