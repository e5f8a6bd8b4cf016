"""What is to be reached is judged where it was asked, and nowhere else."""

from collections.abc import Mapping

import pytest

from benchmarks.measure import Measured, Timed
from benchmarks.processes import Run, Series
from benchmarks.startup import COMMANDS, Startup
from benchmarks.targets import Line, growth_lines, memory_lines, ratio_lines, startup_lines

MEGABYTE = 1_000_000


def measured(accounts: int, seconds: Mapping[Timed, float], peak: int = 50 * MEGABYTE) -> Measured:
    """A company where everything that is not named took a second."""
    series = {str(name): Series((Run(seconds.get(name, 1.0), peak),)) for name in Timed}
    return Measured("sqlite", "plain", accounts, 1, 1, 1, 1, series)


def line(lines: object, what: str, against: str) -> Line:
    assert not isinstance(lines, str)
    (found,) = (each for each in lines if (each.what, each.against) == (what, against))  # type: ignore[attr-defined]
    assert isinstance(found, Line)
    return found


@pytest.mark.parametrize(
    ("accounts", "row", "against", "most"),
    [
        (1_000, Timed.PLAN, Timed.FLOOR, 5),
        (10_000, Timed.PLAN, Timed.FLOOR, 3),
        (100_000, Timed.PLAN, Timed.FLOOR, 3),
        (1_000, Timed.PLAN_AGAIN, Timed.FLOOR, 3),
        (10_000, Timed.PLAN_AGAIN, Timed.FLOOR, 1.5),
        (100_000, Timed.PLAN_AGAIN, Timed.FLOOR, 1),
        (10_000, Timed.VALIDATE, Timed.FLOOR_FILES, 2),
        (300, Timed.CHANGED_PLAN, Timed.PLAN, 1.3),
        (300, Timed.APPLY_ALL, Timed.RAW_APPLY_ALL, 2),
        (300, Timed.APPLY_PLAN_SOME, Timed.RAW_WRITE_SOME, 2),
    ],
)
def test_a_ratio_is_met_up_to_its_target(accounts: int, row: Timed, against: Timed, most: float) -> None:
    for seconds, met, word in ((most, True, "yes"), (most + 0.01, False, "no")):
        found = line(ratio_lines([measured(accounts, {row: seconds})]), row, against)
        assert found.cells[accounts].met is met
        assert found.met == word


def test_a_size_without_a_target_is_shown_and_not_judged() -> None:
    found = line(ratio_lines([measured(500, {Timed.PLAN: 99})]), Timed.PLAN, Timed.FLOOR)
    assert (found.cells[500].value, found.cells[500].met, found.met) == (99, None, "")


def test_a_target_that_one_size_misses_says_how_many_meet_it() -> None:
    sizes = [measured(1_000, {Timed.PLAN: 4}), measured(10_000, {Timed.PLAN: 4})]
    assert line(ratio_lines(sizes), Timed.PLAN, Timed.FLOOR).met == "1 of 2"


@pytest.mark.parametrize(("peak", "met"), [(200 * MEGABYTE, True), (200 * MEGABYTE + 1, False)])
def test_memory_is_judged_at_100_000_accounts(peak: int, met: bool) -> None:
    found = line(memory_lines([measured(10_000, {}, peak=900 * MEGABYTE), measured(100_000, {}, peak)]), Timed.PLAN, "")
    assert (found.cells[10_000].met, found.cells[100_000].met) == (None, met)


@pytest.mark.parametrize(("peak", "met"), [(52 * MEGABYTE, True), (90 * MEGABYTE, False)])
def test_memory_that_grows_with_the_accounts_is_a_miss(peak: int, met: bool) -> None:
    lines = [*memory_lines([measured(1_000, {}), measured(10_000, {}, peak)])]
    found = line(lines, f"growth: {Timed.PLAN}", "the size before")
    assert {accounts: cell.met for accounts, cell in found.cells.items()} == {10_000: met}
    assert line(lines, f"growth: {Timed.FLOOR}", "the size before").cells[10_000].met is None


@pytest.mark.parametrize(("seconds", "met"), [(10, True), (10.1, False)])
def test_time_may_grow_as_much_as_the_accounts(seconds: float, met: bool) -> None:
    sizes = [measured(1_000, {}), measured(10_000, {Timed.PLAN: seconds})]
    assert line(growth_lines(sizes), Timed.PLAN, "the size before").cells[10_000].met is met


@pytest.mark.parametrize(
    ("over", "heavy", "met"), [(0.079, [], "yes"), (0.081, [], "no"), (0.01, ["sqlalchemy"], "no")]
)
def test_what_comes_before_any_work_is_quick_and_imports_nothing_heavy(over: float, heavy: list[str], met: str) -> None:
    def series(seconds: float) -> Series:
        return Series((Run(seconds, 0),))

    startup = Startup(series(1), {name: series(1 + over) for name in COMMANDS}, dict.fromkeys(COMMANDS, heavy))
    assert {each.met for each, _ in startup_lines(startup)} == {met}
