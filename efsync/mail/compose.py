"""The outgoing mail, put together as the ERP does it, and the way back from a place in it to the text that it is of."""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Part(StrEnum):
    """One of the texts that a mail is put together from, in their order; all but the message are mail fields."""

    HEADER = "header"
    MESSAGE = "message"
    SIGNATURE = "signature"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Place:
    """A character of a part: line and column, from 1."""

    part: Part
    line: int
    column: int


@dataclass(frozen=True)
class Composed:
    """A mail as its four parts; what is `None` is as if it were empty."""

    header: str | None
    message: str
    signature: str | None
    footer: str | None

    @cached_property
    def texts(self) -> tuple[tuple[Part, str], ...]:
        """Each part with its text, in order."""
        return (
            (Part.HEADER, self.header or ""),
            (Part.MESSAGE, self.message),
            (Part.SIGNATURE, self.signature or ""),
            (Part.FOOTER, self.footer or ""),
        )

    @cached_property
    def text(self) -> str:
        """The whole document."""
        return "".join(text for _, text in self.texts)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset at which each part starts, in order."""
        starts, offset = [], 0
        for _, text in self.texts:
            starts.append(offset)
            offset += len(text)
        return tuple(starts)

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(start + len(text) for start, (_, text) in zip(self.starts, self.texts, strict=True))

    @cached_property
    def _last(self) -> int:
        return max((index for index, (_, text) in enumerate(self.texts) if text), default=0)

    def part_at(self, offset: int) -> Part:
        """The part that the character at `offset` is of; at the end of the document, the last one that has text."""
        return self.texts[min(bisect_right(self._ends, offset), self._last)][0]

    def place(self, offset: int) -> Place:
        """The character at `offset` as a place in its part."""
        part = self.part_at(offset)
        index = list(Part).index(part)
        before = self.texts[index][1][: offset - self.starts[index]]
        return Place(part, before.count("\n") + 1, len(before) - before.rfind("\n"))


def compose(header: str | None, message: str, signature: str | None, footer: str | None) -> str:
    """The document that the ERP sends: header, message, signature and footer, one after the other."""
    return Composed(header, message, signature, footer).text
