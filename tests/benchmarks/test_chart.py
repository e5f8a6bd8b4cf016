"""The chart shows every series, on light and dark pages."""

from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest

from benchmarks.chart import chart

SVG = "{http://www.w3.org/2000/svg}"
SERIES = {
    "floor": {1_000: 0.07, 10_000: 0.19, 100_000: 1.33},
    "plan & more": {1_000: 0.27, 10_000: 0.35, 100_000: 1.16},
    "octoDNS": {1_000: 0.62, 10_000: 5.0},
}


def points(root: Element, kind: str) -> list[tuple[float, float]]:
    (line,) = (each for each in root.iter(f"{SVG}polyline") if each.get("class") == kind)
    return [(float(x), float(y)) for x, y in (place.split(",") for place in line.get("points", "").split())]


def test_every_series_is_named_and_drawn_from_left_to_right_as_it_grows() -> None:
    root = fromstring(chart("Growth", SERIES))
    shown = {each.text for each in root.iter(f"{SVG}text")}
    assert {"Growth", *SERIES, "1,000", "100,000", "0.01 s", "10 s"} <= shown
    for number, name in enumerate(SERIES):
        line = points(root, f"line s{number}")
        assert len(line) == len(SERIES[name])
        assert line == sorted(line)
        heights = [y for _, y in line]
        assert heights == sorted(heights, reverse=True)


def test_ten_times_is_as_far_everywhere() -> None:
    root = fromstring(chart("Growth", {"linear": {10: 0.1, 100: 1, 1_000: 10}}))
    (first, second, third) = points(root, "line s0")
    assert second[0] - first[0] == pytest.approx(third[0] - second[0], abs=0.2)
    assert second[1] - first[1] == pytest.approx(third[1] - second[1], abs=0.2)


def test_names_do_not_lie_on_each_other() -> None:
    series = {f"series {number}": {10: 1.0, 100: 2.0} for number in range(6)}
    root = fromstring(chart("Growth", series))
    heights = sorted(float(each.get("y", "")) for each in root.iter(f"{SVG}text") if each.text in series)
    assert all(after - before >= 14 for before, after in pairwise(heights))
    assert heights[-1] < float(root.get("viewBox", "").split()[3])


def test_it_has_colours_for_a_dark_page() -> None:
    assert "prefers-color-scheme: dark" in chart("Growth", SERIES)


def test_a_single_size_can_be_drawn() -> None:
    assert points(fromstring(chart("Growth", {"floor": {1_000: 0.1}})), "line s0")


@pytest.mark.parametrize("count", [0, 7])
def test_more_series_than_colours_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 6 series"):
        chart("Growth", {str(number): {1: 1.0} for number in range(count)})
