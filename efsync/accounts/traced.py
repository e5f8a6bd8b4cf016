"""Where in its templates the parts of a rendered text stand.

A template is rendered a second time with a mark before each piece of its own text. What the marks say is only believed
where the text without them is the one that was rendered before.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import BaseLoader, nodes

from efsync.accounts.sandbox import Sandbox
from efsync.model.normal import normal_text

_MARK = re.compile("\ue000([0-9]+)\ue001")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a template's own text: the template, and the line and column, from 1, of each of its characters."""

    template: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A rendered text; what begins at each of `starts` begins with a piece of a template."""

    text: str
    starts: tuple[int, ...]
    pieces: tuple[Piece, ...]

    def place(self, line: int, column: int) -> tuple[str, int, int] | None:
        """The template, line and column of a place in the text; of a value, where the piece before it ends."""
        lines = self.text.split("\n")
        offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return None
        piece = self.pieces[index]
        return piece.template, *piece.places[min(offset - self.starts[index], len(piece.places) - 1)]


class TracingSandbox(Sandbox):
    """Renders templates with marks; `pieces` are what these stand for."""

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(loader)
        self.pieces: list[Piece] = []

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        source = source.replace("\r\n", "\n").replace("\r", "\n")  # as the parser does
        texts = list(template.find_all(nodes.TemplateData))
        offsets = list(self._texts(source))
        if len(texts) == len(offsets):
            for node, offset in zip(texts, offsets, strict=True):
                self.pieces.append(Piece(name or "", tuple(_places(source, offset, len(node.data)))))
                node.data = f"\ue000{len(self.pieces) - 1}\ue001{node.data}"
        return template

    def _texts(self, source: str) -> Iterator[int]:
        """The offset of each piece of text that is no tag, as the parser takes them."""
        cursor = 0
        for _, kind, value in self.lex(source):
            found = max(source.find(value, cursor), cursor)
            if kind == "data" and value:
                yield found
            cursor = found + len(value)


def traced(rendered: str, pieces: list[Piece], text: str) -> Traced | None:
    """What the marks in `rendered` say of `text`; `None` where it is not the same text."""
    marked = normal_text(rendered) or ""
    if normal_text(_MARK.sub("", marked)) != text:
        return None
    starts, found, removed = [], [], 0
    for mark in _MARK.finditer(marked):
        starts.append(mark.start() - removed)
        found.append(pieces[int(mark[1])])
        removed += mark.end() - mark.start()
    return Traced(text, tuple(starts), tuple(found))


def _places(source: str, offset: int, length: int) -> Iterator[tuple[int, int]]:
    """The line and column of each character of a piece, and of what stands behind it."""
    line = source.count("\n", 0, offset) + 1
    column = offset - source.rfind("\n", 0, offset)
    for character in source[offset : offset + length] + " ":
        yield line, column
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
