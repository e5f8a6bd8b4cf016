"""The brakes that count accounts."""

from dataclasses import replace

import pytest

from efsync.model.plans import Summary
from efsync.model.problems import Problem
from efsync.planning.brakes import Limits, Overrides, brakes
from tests.planning.sides import comparison, plan_of, summary

LIMITS = Limits(max_changed_percent=50, min_changed_accounts=10, max_cleared_accounts=5)


def braked(counts: Summary, limits: Limits = LIMITS, overrides: Overrides = Overrides()) -> tuple[Problem, ...]:
    """What the brakes say of a plan with these counts."""
    return brakes(replace(plan_of(comparison([], [])), summary=counts), {}, {}, limits, overrides)


PASSING = {
    "nothing": summary(),
    "all_of_a_few": summary(changed=10),
    "exactly_the_percent": summary(changed=11, unchanged=11),
    "many_adopted": summary(adopted=100),
    "many_forgotten": summary(forgotten=100),
    "as_many_cleared_as_allowed": summary(cleared=5),
    "few_of_many": summary(changed=400, unchanged=600),
}


@pytest.mark.parametrize("counts", PASSING.values(), ids=PASSING.keys())
def test_what_stays_within_the_limits_passes(counts: Summary) -> None:
    assert braked(counts) == ()


def test_more_changed_accounts_than_the_percent_are_refused_with_numbers_and_override() -> None:
    (problem,) = braked(summary(changed=11, unchanged=10))
    assert (problem.code, problem.is_error) == ("brake-changed", True)
    assert "11 of 21 accounts" in problem.message
    assert "(52 %)" in problem.message
    assert "at most 50 %" in problem.message
    assert "more than 10" in problem.message
    assert problem.hint is not None
    assert "--allow-changed" in problem.hint


def test_cleared_accounts_count_as_changed_and_unmanaged_ones_do_not_count() -> None:
    (problem,) = braked(summary(changed=7, cleared=4, unchanged=10, unmanaged=1000))
    assert "11 of 21" in problem.message


def test_more_cleared_accounts_than_allowed_are_refused_with_numbers_and_override() -> None:
    (problem,) = braked(summary(cleared=6, unchanged=100))
    assert (problem.code, problem.is_error) == ("brake-cleared", True)
    assert "6 accounts" in problem.message
    assert "at most 5" in problem.message
    assert problem.hint is not None
    assert "--allow-cleared" in problem.hint


def test_both_limits_are_reported_at_once_and_each_override_lifts_its_own_only() -> None:
    counts = summary(cleared=20)
    assert [each.code for each in braked(counts)] == ["brake-changed", "brake-cleared"]
    assert [each.code for each in braked(counts, overrides=Overrides(changed=True))] == ["brake-cleared"]
    assert [each.code for each in braked(counts, overrides=Overrides(cleared=True))] == ["brake-changed"]
    assert braked(counts, overrides=Overrides(changed=True, cleared=True)) == ()


def test_the_limits_are_those_of_the_settings() -> None:
    strict = Limits(max_changed_percent=0, min_changed_accounts=0, max_cleared_accounts=0)
    assert [each.code for each in braked(summary(changed=1, unchanged=999), strict)] == ["brake-changed"]
    assert [each.code for each in braked(summary(cleared=1, unchanged=999), strict)] == [
        "brake-changed", "brake-cleared",
    ]  # fmt: skip
    assert braked(summary(adopted=3, forgotten=3), strict) == ()
    assert braked(summary(changed=50), Limits(100, 0, 0)) == ()
