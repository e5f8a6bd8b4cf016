"""Finds in a text what belongs to its user (name, title, address), and writes the template that says it for all."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from markupsafe import escape

from efsync.accounts.templates import Person

_ORDER = ("name", "title", "address", "code", "department", "domain")
_SHORTEST = 2
_OPENING = re.compile(r"\{(?=[{%#]|\Z)")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a text where a value of the user stands."""

    name: str


Skeleton = tuple[str | Hole, ...]
"""A text in pieces: what is the same for everybody, and holes."""


def values(person: Person) -> dict[str, str]:
    """What a template writes for each name, by name."""
    return {name: str(escape(value)) for name, value in asdict(person).items() if value}


def skeleton(text: str, person: Person) -> Skeleton:
    """The text with holes where values of its user stand as whole words; the longest where there are several."""
    found = values(person)
    named: dict[str, str] = {}
    for name in _ORDER:
        if len(found.get(name, "")) >= _SHORTEST:
            named.setdefault(found[name], name)
    if not named or not any(value in text for value in named):
        return (text,)
    pattern = "|".join(_whole(value) for value in sorted(named, key=len, reverse=True))
    pieces: list[str | Hole] = []
    position = 0
    for match in re.finditer(pattern, text):
        pieces += [text[position : match.start()], Hole(named[match[0]])]
        position = match.end()
    return tuple(piece for piece in (*pieces, text[position:]) if piece != "")


def narrowed(pieces: Skeleton, people: Iterable[Mapping[str, str]]) -> Skeleton:
    """The same without holes where all people have one value: that is text then."""
    known = list(people)
    same = {
        name: known[0][name]
        for name in {piece.name for piece in pieces if isinstance(piece, Hole)}
        if len({each.get(name) for each in known}) == 1
    }
    joined: list[str | Hole] = []
    for piece in pieces:
        said = same.get(piece.name, piece) if isinstance(piece, Hole) else piece
        if isinstance(said, str) and joined and isinstance(joined[-1], str):
            joined[-1] += said
        else:
            joined.append(said)
    return tuple(joined)


def filled(pieces: Skeleton, found: Mapping[str, str]) -> str:
    """The text that a skeleton makes of a user's values."""
    return "".join(found.get(piece.name, "") if isinstance(piece, Hole) else piece for piece in pieces)


def has_holes(pieces: Skeleton) -> bool:
    """Whether a skeleton is more than one text for everybody."""
    return any(isinstance(piece, Hole) for piece in pieces)


def template(pieces: Skeleton) -> str:
    """The Jinja2 template of a skeleton; what looks like Jinja2 in its text is text still."""
    return "".join(_written(pieces))


def _written(pieces: Skeleton) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Hole):
            yield f"{{{{ user.{piece.name} }}}}"
        else:
            yield _OPENING.sub("{{ '{' }}", piece)


def _whole(value: str) -> str:
    """A pattern for a value that is no part of a longer word."""
    before = r"(?<!\w)" if re.match(r"\w", value) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", value) else ""
    return f"{before}{re.escape(value)}{after}"
