"""Draws time against accounts, both logarithmic, as an SVG that can be read on light and on dark pages."""

import math
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

Points = Mapping[int, float]

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 300, 40, 48
_LABEL_HEIGHT = 16
_STYLE = """
.page { fill: #ffffff }
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
circle { fill: none; stroke-width: 3 }
.axis { stroke: #59636e; stroke-width: 1 }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.leader { stroke-width: 1; stroke-dasharray: 2 2; fill: none }
.line { stroke-width: 2.2; fill: none }
.s0 { stroke: #59636e } .s1 { stroke: #0969da } .s2 { stroke: #1a7f37 } .s3 { stroke: #8250df }
.s4 { stroke: #bc4c00 } .s5 { stroke: #bf3989 }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 } text { fill: #f0f6fc } .axis { stroke: #9198a1 } .grid { stroke: #3d444d }
  .s0 { stroke: #9198a1 } .s1 { stroke: #58a6ff } .s2 { stroke: #3fb950 } .s3 { stroke: #bc8cff }
  .s4 { stroke: #f0883e } .s5 { stroke: #f778ba }
}
"""
_COLOURS = 6


class _Scale:
    """Where numbers of a range stand on a logarithmic axis from `start` to `end`, of whole decades."""

    def __init__(self, least: float, most: float, start: float, end: float) -> None:
        self._first = math.floor(math.log10(least))
        self._last = max(math.ceil(math.log10(most)), self._first + 1)
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._first) / (self._last - self._first)
        return round(self._start + share * (self._end - self._start), 1)

    def decades(self) -> Iterator[float]:
        return (10.0**power for power in range(self._first, self._last + 1))


def chart(title: str, series: Mapping[str, Points]) -> str:
    """The SVG of the named series: accounts to seconds. At most as many as there are colours."""
    if not 0 < len(series) <= _COLOURS:
        raise ValueError(f"a chart shows 1 to {_COLOURS} series, not {len(series)}")
    sizes = [accounts for points in series.values() for accounts in points]
    seconds = [taken for points in series.values() for taken in points.values()]
    x = _Scale(min(sizes), max(sizes), _LEFT, _WIDTH - _RIGHT)
    y = _Scale(min(seconds), max(seconds), _HEIGHT - _BOTTOM, _TOP)
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "role": "img", "aria-label": title})
    SubElement(root, "title").text = title
    SubElement(root, "style").text = _STYLE
    SubElement(root, "rect", {"class": "page", "width": str(_WIDTH), "height": str(_HEIGHT), "rx": "6"})
    _text(root, title, _LEFT, 22)
    _axes(root, x, y)
    _lines(root, series, x, y)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _axes(root: Element, x: _Scale, y: _Scale) -> None:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    for accounts in x.decades():
        _stroke(root, "grid", [(x(accounts), _TOP), (x(accounts), bottom)])
        _text(root, f"{accounts:,.0f}", x(accounts), bottom + 20, anchor="middle")
    for seconds in y.decades():
        _stroke(root, "grid", [(_LEFT, y(seconds)), (right, y(seconds))])
        _text(root, f"{seconds:g} s", _LEFT - 8, y(seconds) + 4, anchor="end")
    _stroke(root, "axis", [(_LEFT, _TOP), (_LEFT, bottom), (right, bottom)])
    _text(root, "accounts", (_LEFT + right) / 2, bottom + 40, anchor="middle")


def _lines(root: Element, series: Mapping[str, Points], x: _Scale, y: _Scale) -> None:
    right = _WIDTH - _RIGHT
    places = {
        name: [(x(accounts), y(points[accounts])) for accounts in sorted(points)] for name, points in series.items()
    }
    lowest = -math.inf
    for number, name in sorted(enumerate(places), key=lambda each: places[each[1]][-1][1]):
        line = places[name]
        colour = f"s{number}"
        _stroke(root, f"line {colour}", line)
        for place in line:
            SubElement(root, "circle", {"class": colour, "cx": str(place[0]), "cy": str(place[1]), "r": "2.5"})
        end = line[-1]
        lowest = max(lowest + _LABEL_HEIGHT, end[1])
        _stroke(root, f"leader {colour}", [end, (right + 12, lowest), (right + 20, lowest)])
        _text(root, name, right + 24, lowest + 4)


def _stroke(root: Element, kind: str, points: list[tuple[float, float]]) -> None:
    drawn = " ".join(f"{x},{y}" for x, y in points)
    SubElement(root, "polyline", {"class": kind, "points": drawn, "fill": "none"})


def _text(root: Element, written: str, x: float, y: float, anchor: str = "start") -> None:
    SubElement(root, "text", {"x": str(x), "y": str(y), "text-anchor": anchor}).text = written
