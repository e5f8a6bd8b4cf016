"""The brakes that count accounts."""

from collections.abc import Mapping

import pytest

from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Overrides
from efsync.model.problems import Problem
from efsync.planning.brakes import Limits, brakes
from efsync.planning.knowledge import KnownAccounts
from tests.planning.sides import applied

LIMITS = Limits(max_changed_percent=50, min_changed_accounts=10, max_cleared_accounts=5)
ONE = (FieldChange("domain", "old.example", "new.example", Origin.CONFIG),)
ACTIONS = {Action.UPDATE: ONE, Action.CLEAR: ONE, Action.ADOPT: (), Action.FORGET: ()}


def braked(
    counts: Mapping[str, int], limits: Limits = LIMITS, overrides: Overrides = Overrides()
) -> tuple[Problem, ...]:
    """What the brakes say of a plan with so many accounts of each action, and so many `unchanged` ones."""
    changes = [
        AccountChange(f"{action}{number}", "VENTAS", action, fields)
        for action, fields in ACTIONS.items()
        for number in range(counts.get(action.value, 0))
    ]
    unchanged = [applied(f"SAME{number}") for number in range(counts.get("unchanged", 0))]
    known = {each.key: each for each in unchanged}
    return brakes(changes, KnownAccounts.of({}, known), limits, overrides)


PASSING: dict[str, dict[str, int]] = {
    "nothing": {},
    "all_of_a_few": {"update": 10},
    "exactly_the_percent": {"update": 11, "unchanged": 11},
    "many_adopted": {"adopt": 100},
    "many_forgotten": {"forget": 100},
    "as_many_cleared_as_allowed": {"clear": 5},
    "few_of_many": {"update": 400, "unchanged": 600},
}


@pytest.mark.parametrize("counts", PASSING.values(), ids=PASSING.keys())
def test_what_stays_within_the_limits_passes(counts: Mapping[str, int]) -> None:
    assert braked(counts) == ()


def test_more_changed_accounts_than_the_percent_are_refused_with_numbers_and_override() -> None:
    (problem,) = braked({"update": 11, "unchanged": 10})
    assert (problem.code, problem.is_error) == ("brake-changed", True)
    assert "11 of 21 accounts" in problem.message
    assert "(52 %)" in problem.message
    assert "at most 50 %" in problem.message
    assert "more than 10" in problem.message
    assert problem.hint is not None
    assert "--allow-changed" in problem.hint


def test_cleared_accounts_count_as_changed() -> None:
    (problem,) = braked({"update": 7, "clear": 4, "unchanged": 10})
    assert "11 of 21" in problem.message


def test_more_cleared_accounts_than_allowed_are_refused_with_numbers_and_override() -> None:
    (problem,) = braked({"clear": 6, "unchanged": 100})
    assert (problem.code, problem.is_error) == ("brake-cleared", True)
    assert "6 accounts" in problem.message
    assert "at most 5" in problem.message
    assert problem.hint is not None
    assert "--allow-cleared" in problem.hint


def test_both_limits_are_reported_at_once_and_each_override_lifts_its_own_only() -> None:
    counts = {"clear": 20}
    assert [each.code for each in braked(counts)] == ["brake-changed", "brake-cleared"]
    assert [each.code for each in braked(counts, overrides=Overrides(changed=True))] == ["brake-cleared"]
    assert [each.code for each in braked(counts, overrides=Overrides(cleared=True))] == ["brake-changed"]
    assert braked(counts, overrides=Overrides(changed=True, cleared=True)) == ()


def test_the_limits_are_those_of_the_settings() -> None:
    strict = Limits(max_changed_percent=0, min_changed_accounts=0, max_cleared_accounts=0)
    assert [each.code for each in braked({"update": 1, "unchanged": 999}, strict)] == ["brake-changed"]
    assert [each.code for each in braked({"clear": 1, "unchanged": 999}, strict)] == [
        "brake-changed", "brake-cleared",
    ]  # fmt: skip
    assert braked({"adopt": 3, "forget": 3}, strict) == ()
    assert braked({"update": 50}, Limits(100, 0, 0)) == ()
