"""The tags, texts and comments of a mail, each with its offset, as an HTML5 tokenizer sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from turbohtml import TokenType, parse, tokenize

from efsync.mail.findings import Found
from efsync.model.language import message


class Kind(Enum):
    """What a token is."""

    START = auto()
    END = auto()
    TEXT = auto()
    COMMENT = auto()
    DOCTYPE = auto()
    OTHER = auto()


_KINDS = {
    TokenType.START_TAG: Kind.START,
    TokenType.END_TAG: Kind.END,
    TokenType.TEXT: Kind.TEXT,
    TokenType.COMMENT: Kind.COMMENT,
    TokenType.DOCTYPE: Kind.DOCTYPE,
}
_RAW = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"})
"""Elements in which tags are text."""

_WITHOUT_END = {"eof-in-tag", "eof-before-tag-name"}
_TAG_BEGINS = re.compile(r"<(?:[A-Za-z/]|\Z)")
_MISREAD = {
    "unexpected-character-in-attribute-name": message("a quote or a < stands where an attribute's name does"),
    "unexpected-equals-sign-before-attribute-name": message("a = stands where an attribute's name does"),
    "unexpected-character-in-unquoted-attribute-value": message("a quote stands in a value without quotes around it"),
    "missing-whitespace-between-attributes": message("no blank stands between two attributes"),
    "missing-end-tag-name": message("</> closes nothing"),
}
"""Errors after which a tag was read, but hardly as it was meant."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `name` is a tag's or a doctype's, in lower case, and `data` what a text or a comment holds.

    Only tags have attributes, references in them resolved. `source` is what is written; of a text it is empty.
    """

    kind: Kind
    offset: int
    name: str
    data: str
    source: str
    attributes: tuple[tuple[str, str], ...]

    @property
    def end(self) -> int:
        """The offset behind it; of a text, its beginning."""
        return self.offset + len(self.source)


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens of a text that begins at the offset `start` of the mail; its line ends are LF."""
    lines = _line_starts(text)
    for each in tokenize(text, capture_source=True):
        offset = start + lines[each.line - 1] + each.col
        name, data, source = each.tag or each.name or "", each.data or "", each.source or ""
        yield Token(_KINDS.get(each.type, Kind.OTHER), offset, name, data, source, tuple(each.attrs or ()))


def swallowing(text: str, start: int, found: list[Token]) -> Found | None:
    """What in the text that begins at `start` and has the tokens `found` does not end, and so swallows all after it."""
    element = None
    for token in found:
        if token.kind is Kind.START and token.name in _RAW:
            element = token
        elif token.kind is Kind.END and element and token.name == element.name:
            element = None
    if element is not None:
        return Found("html-unclosed", message("<{tag}> is not closed", tag=element.name), element.offset)
    codes = {error.code for error in parse(text).errors}
    last = found[-1] if found else None
    if last and last.source and (not last.source.endswith(">") or "eof-in-comment" in codes):
        return Found("html-syntax", message("a comment, or what begins as one, does not end"), last.offset)
    if codes & _WITHOUT_END:
        end = max((token.end for token in found), default=start)
        begins = _TAG_BEGINS.search(text, end - start)
        endless = message("a tag does not end: a > or a quote is missing, or a < that is text is not written as &lt;")
        return Found("html-syntax", endless, start + begins.start() if begins else end)
    return None


def misread(text: str, start: int) -> Iterator[Found]:
    """The tags of a text that begins at `start` that are hardly read as they are meant."""
    lines = _line_starts(text)
    for error in parse(text).errors:
        if error.code in _MISREAD:
            tag = text.rfind("<", 0, lines[error.line - 1] + error.col)
            yield Found("html-syntax", _MISREAD[error.code], start + max(tag, 0))


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts
