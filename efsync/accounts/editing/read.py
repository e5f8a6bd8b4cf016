"""Reads how a department file is written: every key, value and comment, with its place.

ruamel.yaml's parser says where keys and values are; comments are found in what stands between them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    ScalarEvent,
    SequenceStartEvent,
)

from efsync.accounts.document import Resolver
from efsync.accounts.editing.scalars import block_lines
from efsync.accounts.editing.tree import Alias, Collection, Document, Entry, Node, Scalar

_PROPERTY = re.compile(r"(&[^\s,\[\]{}]+|!<[^>]*>|![^\s,\[\]{}]*)")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\n]*")
_SPACE = re.compile(r"(?:\s+|(?<=\s)#[^\n]*)*")
_COLON = re.compile(r"\s*:")


def read(text: str) -> Document:
    """The document in `text`, whose line ends are LF and which `document.parse` can read."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = Resolver
    return _Reader(text, yaml.parse(text)).document()


@dataclass(slots=True)
class _Line:
    """A comment on a line of its own, its column and where it ends, or an empty line."""

    text: str
    column: int = -1
    end: int = 0


class _Reader:
    """Builds the tree from events; `_waiting` are the lines that were passed and belong to nothing yet."""

    def __init__(self, text: str, events: Iterator[Event]) -> None:
        self._text = text
        self._events = events
        self._position = 0
        self._waiting: list[_Line] = []
        self._last: Entry | None = None
        self._head: list[str] = []
        self._columns = [0]

    def document(self) -> Document:
        """The whole tree."""
        while not isinstance(event := next(self._events), DocumentStartEvent):
            pass
        directives = [
            said
            for line in self._text[: event.start_mark.index].split("\n")
            if (said := _COMMENT.split(line)[0].strip()).startswith("%")
        ]
        root = self._node(next(self._events))
        assert isinstance(root, Collection)
        self._pass_over(len(self._text))
        root.foot += self._taken()
        return Document(self._text, root, self._head, directives)

    def _node(self, event: Event) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        self._pass_over(start)
        if isinstance(event, AliasEvent):
            self._position = end
            return Alias(event.anchor, start, end)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, start, end)
        assert isinstance(event, CollectionStartEvent)
        is_list, is_flow = isinstance(event, SequenceStartEvent), bool(event.flow_style)
        opening = end - 1 if is_list or is_flow else end
        properties, _ = self._properties(start, opening)
        self._pass_over(opening)
        column = opening - (self._text.rfind("\n", 0, opening) + 1)
        found = Collection([], is_flow, is_list, properties, column=column, start=start)
        self._position = end if is_flow else opening
        self._columns.append(self._columns[-1] if is_flow else column)
        self._fill(found)
        self._columns.pop()
        return found

    def _fill(self, collection: Collection) -> None:
        owner = self._last
        while not isinstance(event := next(self._events), CollectionEndEvent):
            self._pass_over(event.start_mark.index)
            if self._last is None:
                self._head = self._taken()
            entry = Entry(None, Scalar("", ""), self._taken())
            if collection.is_list:
                self._last = entry
            else:
                key = self._node(event)
                assert not isinstance(key, Collection)
                entry.key, entry.end = key, key.end
                self._last = entry
                event = next(self._events)
            entry.value = self._node(event)
            if entry.key is not None and entry.value.start == entry.value.end:  # nothing: the parser has it further on
                colon = _COLON.match(self._text, entry.key.end)
                entry.value.start = entry.value.end = colon.end() if colon else entry.key.end
            entry.end = max(entry.end, entry.value.end)
            collection.entries.append(entry)
        self._pass_over(event.start_mark.index)
        if collection.is_flow:
            collection.foot = self._taken()
            self._position = collection.end = event.end_mark.index
            self._last = owner or self._last
        else:
            collection.end = collection.entries[-1].end
            foot = self._take(collection.column)
            collection.foot = [line.text for line in foot]
            collection.end = max((collection.end, *(line.end for line in foot)))

    def _scalar(self, event: ScalarEvent, start: int, end: int) -> Scalar:
        properties, begin = self._properties(start, end)
        source = self._text[begin:end]
        style = event.style if event.style in ("'", '"', "|", ">") else None
        scalar = Scalar(event.value, source, style, properties, start, end, self._columns[-1])
        if scalar.is_block:
            header = source.partition("\n")[0]
            if comment := _COMMENT.search(header):
                self._note(comment[0], begin + comment.end())
                header = header[: comment.start()]
            _, _, kept = block_lines(source, scalar.base)
            whole = source.split("\n")[: 1 + len(kept)]
            scalar.end = begin + len("\n".join(whole))
            scalar.source = "\n".join([header.rstrip(), *whole[1:]]) + "\n" * bool(kept)
        self._position = scalar.end
        return scalar

    def _properties(self, start: int, end: int) -> tuple[str, int]:
        """The anchor and tag in a part of the text, comments between them noted, and where the rest begins."""
        found = []
        while match := _PROPERTY.match(self._text, start, end):
            found.append(match[0])
            self._position = match.end()
            space = _SPACE.match(self._text, match.end(), end)
            start = space.end() if space else match.end()
            if start < end:  # else what follows is not in it
                self._pass_over(start)
        return " ".join(found), start

    def _pass_over(self, end: int) -> None:
        """Note the comments and empty lines between where we are and `end`."""
        start = self._position
        if end <= start:
            return
        self._position = end
        behind = self._text.rfind("\n", 0, start) + 1 < start or start > 0  # something stands before it on its line
        while start <= end:
            line_end = self._text.find("\n", start, end)
            line = self._text[start : line_end if line_end >= 0 else end]
            comment = _COMMENT.search(line)
            before = line[: comment.start()] if comment else line
            if comment and (behind or before.strip()):
                self._note(comment[0], start + comment.end())
            elif comment:
                self._waiting.append(_Line(comment[0].rstrip(), comment.start(), start + comment.end()))
            elif not behind and not line.strip() and (line_end >= 0 or end == len(self._text)):
                self._waiting.append(_Line(""))
            if line_end < 0:
                break
            start, behind = line_end + 1, False

    def _note(self, comment: str, end: int) -> None:
        """A comment behind something on its line."""
        if self._last is None:
            self._waiting.append(_Line(comment.rstrip(), 0, end))
            return
        self._last.end = max(self._last.end, end)
        if self._last.comment:
            self._last.more.append(comment.rstrip())
        else:
            self._last.comment = comment.rstrip()
            self._last.column = end - len(comment) - (self._text.rfind("\n", 0, end) + 1)

    def _taken(self) -> list[str]:
        """All waiting lines."""
        taken, self._waiting = self._waiting, []
        return [line.text for line in taken]

    def _take(self, column: int) -> list[_Line]:
        """The waiting lines up to the last comment before one that stands left of `column`."""
        taken = 0
        for number, line in enumerate(self._waiting, start=1):
            if line.text and line.column < column:
                break
            taken = number if line.text else taken
        lines, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return lines
