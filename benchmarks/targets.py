"""What is to be reached, and whether it is: each line compares one series with another at every size."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.measure import Measured, Timed
from benchmarks.processes import Series
from benchmarks.startup import COMMANDS, Startup

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Cell:
    """One number of a line; `met` says whether it is as it should be, and None that nothing was asked."""

    value: float
    shown: str
    met: bool | None = None


@dataclass(frozen=True)
class Line:
    """One line of a table: what was measured, against what, what is asked, and a cell for each size that has one."""

    what: str
    against: str
    target: str
    cells: Mapping[int, Cell]

    @property
    def met(self) -> str:
        """Whether the target was met, in words."""
        judged = [cell.met for cell in self.cells.values() if cell.met is not None]
        if not judged:
            return ""
        return {len(judged): "yes", 0: "no"}.get(sum(judged), f"{sum(judged)} of {len(judged)}")


@dataclass(frozen=True)
class Ratio:
    """What `row` may take at most, as a multiple of `against`: at certain sizes, or at all."""

    row: Timed
    against: Timed
    at_sizes: Mapping[int, float] = field(default_factory=dict)
    at_all: float | None = None

    def most(self, accounts: int) -> float | None:
        return self.at_sizes.get(accounts, self.at_all)

    @property
    def shown(self) -> str:
        if self.at_all is not None:
            return f"{self.at_all:g} \N{MULTIPLICATION SIGN}"
        return ", ".join(
            f"{most:g} \N{MULTIPLICATION SIGN} at {accounts:,}" for accounts, most in self.at_sizes.items()
        )


@dataclass(frozen=True)
class Growth:
    """How something grew, and how the accounts did."""

    grown: float
    accounts: float

    def cell(self, most: float | None) -> Cell:
        times = "\N{MULTIPLICATION SIGN}"
        shown = f"{self.grown:.2f} {times} for {self.accounts:g} {times} accounts"
        return Cell(self.grown, shown, None if most is None else self.grown <= most)


_COLD = {1_000: 5.0, 10_000: 3.0, 100_000: 3.0}
_AGAIN = {1_000: 3.0, 10_000: 1.5, 100_000: 1.0}
RATIOS = (
    Ratio(Timed.PLAN, Timed.FLOOR, _COLD),
    Ratio(Timed.PLAN, Timed.FLOOR_PASSWORDS),
    Ratio(Timed.PLAN_AGAIN, Timed.FLOOR, _AGAIN),
    Ratio(Timed.PLAN_AGAIN, Timed.FLOOR_PASSWORDS),
    Ratio(Timed.BARE_PLAN, Timed.FLOOR, _COLD),
    Ratio(Timed.BARE_PLAN_AGAIN, Timed.FLOOR, _AGAIN),
    Ratio(Timed.CHANGED_PLAN, Timed.PLAN, at_all=1.3),
    Ratio(Timed.CHANGED_PLAN_AGAIN, Timed.PLAN_AGAIN, at_all=1.3),
    Ratio(Timed.VALIDATE, Timed.FLOOR_FILES, {10_000: 2.0}),
    Ratio(Timed.VALIDATE_AGAIN, Timed.FLOOR_FILES),
    Ratio(Timed.APPLY_SOME, Timed.RAW_APPLY_SOME, at_all=2.0),
    Ratio(Timed.APPLY_PLAN_SOME, Timed.RAW_WRITE_SOME, at_all=2.0),
    Ratio(Timed.APPLY_ALL, Timed.RAW_APPLY_ALL, at_all=2.0),
    Ratio(Timed.APPLY_PLAN_ALL, Timed.RAW_WRITE_ALL, at_all=2.0),
)

MOST_MEMORY = (100_000, 200 * MEGABYTE)
"""From so many accounts on a plan may need at most so many bytes."""

MOST_MEMORY_GROWTH = 1.1
"""Memory that does not depend on the number of accounts differs from run to run by less."""

MOST_OVER_BARE = 0.08
GROWING = (
    Timed.PLAN,
    Timed.PLAN_AGAIN,
    Timed.BARE_PLAN,
    Timed.BARE_PLAN_AGAIN,
    Timed.CHANGED_PLAN,
    Timed.VALIDATE,
    Timed.APPLY_SOME,
    Timed.APPLY_ALL,
)
_PLANS = (Timed.PLAN, Timed.PLAN_AGAIN, Timed.BARE_PLAN, Timed.BARE_PLAN_AGAIN, Timed.CHANGED_PLAN)


def seconds_lines(measured: Sequence[Measured], names: Sequence[str]) -> Iterator[Line]:
    """What each series took, by itself."""
    for name in names:
        cells = {each.accounts: _seconds(each.series[name]) for each in _having(measured, name)}
        yield Line(name, "", "", cells)


def ratio_lines(measured: Sequence[Measured]) -> Iterator[Line]:
    """How each command compares with its floor."""
    for ratio in RATIOS:
        cells = {each.accounts: _ratio(each, ratio) for each in _having(measured, ratio.row, ratio.against)}
        yield Line(ratio.row, ratio.against, ratio.shown, cells)


def memory_lines(measured: Sequence[Measured]) -> Iterator[Line]:
    """The memory that plans need at most, and how it grows with the accounts."""
    asked = f"{MOST_MEMORY[1] // MEGABYTE} MB at {MOST_MEMORY[0]:,}"
    for name in (Timed.FLOOR, *_PLANS, Timed.APPLY_ALL):
        cells = {each.accounts: _peak(each, name) for each in _having(measured, name)}
        yield Line(name, "", asked if name in _PLANS else "", cells)
    for name in (Timed.FLOOR, *_PLANS):
        asked = "not with accounts" if name in _PLANS else ""
        grown = _growth(measured, name, lambda series: series.peak)
        cells = {size: each.cell(MOST_MEMORY_GROWTH if asked else None) for size, each in grown.items()}
        yield Line(f"growth: {name}", "the size before", asked, cells)


def growth_lines(measured: Sequence[Measured]) -> Iterator[Line]:
    """How time grows from each size to the next, which may be as much as the accounts do."""
    for name in GROWING:
        grown = _growth(measured, name, lambda series: series.seconds)
        cells = {size: each.cell(each.accounts) for size, each in grown.items()}
        yield Line(name, "the size before", "linear or less", cells)


def startup_lines(startup: Startup) -> Iterator[tuple[Line, str]]:
    """What each command takes over a bare Python, each with the heavy libraries that it imports."""
    for name in COMMANDS:
        over, heavy = startup.over_bare(name), startup.heavy[name]
        met = over <= MOST_OVER_BARE and not heavy
        cell = Cell(over, f"{over:.3f} s", met)
        yield Line(name, "python -c pass", f"{MOST_OVER_BARE} s, nothing heavy", {0: cell}), ", ".join(heavy) or "none"


def _having(measured: Sequence[Measured], *names: str) -> Iterator[Measured]:
    return (each for each in measured if set(names) <= each.series.keys())


def _seconds(series: Series) -> Cell:
    return Cell(series.seconds, shown_seconds(series.seconds))


def _ratio(measured: Measured, ratio: Ratio) -> Cell:
    seconds = measured.series[ratio.row].seconds
    value = seconds / measured.series[ratio.against].seconds
    most = ratio.most(measured.accounts)
    return Cell(
        value, f"{shown_seconds(seconds)}, {value:.2f} \N{MULTIPLICATION SIGN}", None if most is None else value <= most
    )


def _peak(measured: Measured, name: Timed) -> Cell:
    peak = measured.series[name].peak
    judged = name in _PLANS and measured.accounts >= MOST_MEMORY[0]
    return Cell(peak, f"{peak / MEGABYTE:.0f} MB", peak <= MOST_MEMORY[1] if judged else None)


def _growth(measured: Sequence[Measured], name: Timed, of: Callable[[Series], float]) -> dict[int, Growth]:
    return {
        after.accounts: Growth(of(after.series[name]) / of(before.series[name]), after.accounts / before.accounts)
        for before, after in pairwise(_having(measured, name))
    }


def shown_seconds(seconds: float) -> str:
    """Seconds as people read them."""
    return f"{seconds:.3f} s" if seconds < 1 else f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
