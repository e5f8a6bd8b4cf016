"""A mail as it is judged, and what is found in it."""

from dataclasses import dataclass
from typing import NamedTuple

from efsync.mail.compose import Part

MAX_BYTES = 100_000
"""The most bytes of a mail without its message; Gmail shows 102 KB."""


class Mail(NamedTuple):
    """The texts around a message; `None` is a text that is not there.

    One that is not in `known` may be there all the same: something of a standard kind stands in for it.
    """

    header: str | None
    signature: str | None
    footer: str | None
    known: frozenset[Part] = frozenset({Part.HEADER, Part.SIGNATURE, Part.FOOTER})

    @property
    def size(self) -> int:
        """How many bytes the texts have as UTF-8."""
        return sum(len(text.encode()) for text in (self.header, self.signature, self.footer) if text)

    @property
    def may_be_long(self) -> bool:
        """Whether it has to be counted exactly if it is too long."""
        return 4 * sum(len(text) for text in (self.header, self.signature, self.footer) if text) > MAX_BYTES


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in one of a mail's texts; `line` and `column`, from 1, are 0 where the text is missing as a whole."""

    code: str
    message: str
    part: Part
    line: int = 0
    column: int = 0
