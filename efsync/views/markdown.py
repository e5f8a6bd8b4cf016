"""Text from files and databases as Markdown that shows it literally, at GitHub and at GitLab.

Both turn more than Markdown into something else: `@team` tells people, `#12` and commit numbers become links, as do
addresses, and `:smile:` becomes a picture. None of that happens inside of code, so all that could be such a thing is
code.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

from efsync.model.language import _
from efsync.views.visible import visible

_WORD = re.compile(r"\(?[^\W\d_]+(?:['-][^\W\d_]+)*\)?[.,;:!?]?")
"""What is a word and nothing else: no digit, so that it is no number of an issue either."""

_COMMIT = re.compile(r"\W*[a-f]{7,}\W*", re.IGNORECASE)
_LONGEST_NAME = 100
_RUN = re.compile("`+")


def length(text: str) -> int:
    """How long the hosts say that `text` is: in UTF-16 units, as a browser counts, and never less than others say."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def code(text: str) -> str:
    """`text` as code, on one line; in a table too, where only `|` could do harm, and is written as HTML."""
    shown = visible(text).replace("\t", r"\t")
    pieces = re.split(r"(\|+)", shown)
    return "".join(_bars(piece) if piece.startswith("|") else _span(piece) for piece in pieces if piece) or _("(empty)")


def sentence(text: str) -> str:
    """`text` with plain words as they are, and as code what could be more than a word."""
    parts: list[str] = []
    special: list[str] = []
    for token in visible(text).split(" "):
        if _is_plain(token):
            parts += [*_joined(special), token]
            special = []
        else:
            special.append(token)
    return " ".join((*parts, *_joined(special)))


def html_code(text: str) -> str:
    """`text` as code, for a place where HTML is read and Markdown is not."""
    return f"<code>{escape(visible(text))}</code>"


def fenced(lines: Iterable[str], language: str) -> str:
    """Lines as a block of code, within a fence that none of them can close."""
    shown = [visible(line) for line in lines]
    longest = max((len(run) for line in shown for run in _RUN.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{language}", *shown, fence))


def table_row(cells: Sequence[str]) -> str:
    """A row of a table; each cell is Markdown on one line already."""
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """A table of finished `rows`."""
    return "\n".join((table_row(head), table_row(["---"] * len(head)), *rows))


def folded(summary: str, body: str) -> str:
    """A part that is closed at first, below a `summary` in HTML."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def name(text: str) -> str:
    """A name as code, the beginning of one that is too long for a heading."""
    return code(clipped(text, _LONGEST_NAME))


def clipped(text: str, most: int) -> str:
    """What is to be seen of `text`, at most `most` characters of it, and a sign where there are more."""
    shown = visible(text)
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _is_plain(token: str) -> bool:
    return _WORD.fullmatch(token) is not None and _COMMIT.fullmatch(token) is None


def _joined(special: Sequence[str]) -> Iterable[str]:
    if special:
        yield code(" ".join(special)) if any(special) else ""


def _bars(bars: str) -> str:
    return f"<code>{'&#124;' * len(bars)}</code>"


def _span(text: str) -> str:
    runs = {len(run) for run in _RUN.findall(text)}
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    padded = text.startswith(("`", " ")) or text.endswith(("`", " "))
    space = " " if padded and text.strip(" ") else ""
    return f"{fence}{space}{text}{space}{fence}"
