"""Selections, problems and their places."""

import pytest

from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Refused, Severity, refuse_errors

ERROR = Problem("schema", "wrong")
WARNING = Problem("inactive-user", "not active", severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("selection", "covered"),
    [
        (Selection(), True),
        (Selection(departments=("ventas  ",)), True),
        (Selection(users=("jperez",)), True),
        (Selection(users=("MROJAS", "JPEREZ")), True),
        (Selection(("VENTAS",), ("JPEREZ",)), True),
        (Selection(("COMPRAS",), ("JPEREZ",)), False),
        (Selection(("VENTAS",), ("MROJAS",)), False),
        (Selection(users=("JPÉREZ",)), False),
        (Selection(users=("JPEREZ2",)), False),
    ],
    ids=str,
)
def test_a_selection_covers_an_account_by_both_of_what_it_names(selection: Selection, covered: bool) -> None:
    assert selection.covers("JPEREZ", "VENTAS") is covered


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        (Location("accounts/ventas.yaml", 12, 11), "accounts/ventas.yaml:12:11"),
        (Location("accounts/ventas.yaml", 12), "accounts/ventas.yaml:12"),
        (Location("efsync.toml"), "efsync.toml"),
    ],
)
def test_a_place_is_shown_as_far_as_it_is_known(location: Location, shown: str) -> None:
    assert str(location) == shown


def test_an_error_refuses_with_the_warnings_beside_it() -> None:
    with pytest.raises(Refused) as raised:
        refuse_errors(iter([WARNING, ERROR]))
    assert raised.value.problems == (WARNING, ERROR)


def test_warnings_alone_refuse_nothing() -> None:
    refuse_errors([WARNING])
    refuse_errors([])
