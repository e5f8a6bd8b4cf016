"""Whether every element of a mail is closed once, in order, and in the text that opens it.

The HTML5 parser says which tags are an element's own: an end tag that is no element's closes nothing, a start tag that
is no element's was dropped. An end tag that the standard lets one leave out may be missing where the same text goes on
to close the element: by what follows, or by the end of what holds it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import turbohtml

from efsync.mail.compose import Composed, Part
from efsync.mail.findings import Found
from efsync.mail.tokens import Kind, Token
from efsync.model.language import message

_VOID = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
})  # fmt: skip
"""Elements that have no end tag."""

_OPTIONAL = frozenset({
    "caption", "colgroup", "dd", "dt", "head", "li", "optgroup", "option", "p", "rp", "rt", "tbody", "td", "tfoot",
    "th", "thead", "tr",
})  # fmt: skip
"""Elements whose end tag may be left out."""

_TEXTS = {
    Part.HEADER: message("the header"),
    Part.MESSAGE: message("the message"),
    Part.SIGNATURE: message("the signature"),
    Part.FOOTER: message("the footer"),
}

_FRAME = frozenset({"html", "body"})
"""Elements that the header opens and the footer closes; `frame` judges them."""


@dataclass(frozen=True)
class Element:
    """An element whose start tag stands in the source: the offsets of its tags and attributes; `end` may be missing."""

    node: turbohtml.Element
    name: str
    start: int
    end: int | None
    attributes: dict[str, int]

    @cached_property
    def closed(self) -> int | None:
        """Where it is closed without an end tag: by the next one beside it, or the end tag of what holds it."""
        node: turbohtml.Node = self.node
        while True:
            for sibling in node.next_siblings:
                if isinstance(sibling, turbohtml.Element) and sibling.source_location:
                    return sibling.source_location.start_tag.start_offset
            holder = node.parent
            if not isinstance(holder, turbohtml.Element):
                return None
            if holder.source_location and holder.source_location.end_tag:
                return holder.source_location.end_tag.start_offset
            node = holder

    @property
    def needs_no_end(self) -> bool:
        """Whether it is void, or foreign and closes itself."""
        if self.node.namespace == turbohtml.Namespace.HTML:
            return self.name in _VOID
        return not list(self.node.children)


def elements(mail: Composed) -> list[Element]:
    """All elements whose start tag stands in the source, in the order of the tree."""
    document = turbohtml.parse(mail.text, source_locations=True, allow_declarative_shadow_roots=False)
    found = []
    for node in document.descendants:
        if isinstance(node, turbohtml.Element) and (location := node.source_location):
            end = location.end_tag.start_offset if location.end_tag else None
            spans = {name: span.start_offset for name, span in location.attrs.items()}
            found.append(Element(node, node.tag, location.start_tag.start_offset, end, spans))
    return found


def structure(mail: Composed, tokens: Iterable[Token], elements: list[Element]) -> Iterator[Found]:
    """What is not closed, closed out of order or elsewhere, or stands where the parser moves or drops it."""
    tags = [token for token in tokens if token.kind in (Kind.START, Kind.END)]
    starts = {element.start for element in elements}
    ends = {element.end for element in elements}
    strays = [tag for tag in tags if tag.kind is Kind.END and tag.offset not in ends]
    for tag in tags:
        if tag.kind is Kind.START and tag.offset not in starts and not _is_frame(mail, tag):
            dropped = message("<{tag}> can't stand here, and is dropped", tag=tag.name)
            yield Found("html-misplaced", dropped, tag.offset)
    yield from _moved(elements)
    left_open: dict[tuple[str, Part], list[Element]] = {}
    for element in sorted(elements, key=lambda each: each.start):
        part = mail.part_at(element.start)
        if element.end is not None and mail.part_at(element.end) is not part and element.name not in _FRAME:
            yield _closed_elsewhere(mail, element)
        elif element.end is None and _is_left_open(mail, element):
            left_open.setdefault((element.name, part), []).append(element)
    for stray in strays:
        if stray.name in _FRAME:
            continue  # the frame's own
        meant = left_open.get((stray.name, mail.part_at(stray.offset)), [])
        last = bisect_left(meant, stray.offset, key=lambda each: each.start) - 1
        if last < 0:
            nothing = message("</{tag}> closes nothing that is open here", tag=stray.name)
            yield Found("html-unopened", nothing, stray.offset)
        else:
            line = mail.place(meant.pop(last).start).line
            late = message(
                "</{tag}> comes too late: what holds the <{tag}> of line {line} was closed", tag=stray.name, line=line
            )
            yield Found("html-order", late, stray.offset)
    for each in chain.from_iterable(left_open.values()):
        yield Found("html-unclosed", message("<{tag}> is not closed", tag=each.name), each.start)


def _is_left_open(mail: Composed, element: Element) -> bool:
    if element.name in _FRAME or element.needs_no_end:
        return False
    if element.name not in _OPTIONAL or element.closed is None:
        return True
    return mail.part_at(element.closed) is not mail.part_at(element.start)


def _moved(elements: list[Element]) -> Iterator[Found]:
    """Elements that the parser puts in front of what they are written in, as it does inside of tables."""
    first_after = None
    for element in reversed(elements):
        if first_after is not None and element.start > first_after:
            moved = message("<{tag}> can't stand here, and is shown before what it is written in", tag=element.name)
            yield Found("html-misplaced", moved, element.start)
        else:
            first_after = element.start


def _is_frame(mail: Composed, tag: Token) -> bool:
    return tag.name in _FRAME and mail.part_at(tag.offset) is Part.HEADER


def _closed_elsewhere(mail: Composed, element: Element) -> Found:
    assert element.end is not None
    where = _TEXTS[mail.part_at(element.end)]
    elsewhere = message("<{tag}> is closed in another text only: {text}", tag=element.name, text=where)
    return Found("html-unclosed", elsewhere, element.start)
