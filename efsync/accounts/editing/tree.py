"""A department file as it is written: every key and value with its spelling, its place and its comments."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Scalar:
    """A word or a text: its `value`, the `style` of its quotes or block (`None` where plain), and its spelling.

    `properties` are its anchor and tag, as written before it. `base` is the indentation that a block is relative to.
    """

    value: str
    source: str
    style: str | None = None
    properties: str = ""
    start: int = 0
    end: int = 0
    base: int = 0

    @property
    def is_block(self) -> bool:
        """Whether it is a literal (`|`) or folded (`>`) block."""
        return self.style in ("|", ">")


@dataclass(slots=True)
class Alias:
    """`*name`."""

    name: str
    start: int = 0
    end: int = 0

    @property
    def properties(self) -> str:
        """Never any."""
        return ""


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list, which has no key.

    `head` are the lines above it: comments, and empty ones. `comment` stands behind it on its line, in `column`, and
    `more` behind parts of it. `end` is where the entry ends, its comments too.
    """

    key: Scalar | Alias | None
    value: "Node"
    head: list[str] = field(default_factory=list)
    comment: str = ""
    column: int = 0
    more: list[str] = field(default_factory=list)
    end: int = 0

    @property
    def name(self) -> str:
        """The key as text; nothing for an item, or for a key that is an alias."""
        return self.key.value if isinstance(self.key, Scalar) else ""

    @property
    def has_comments(self) -> bool:
        """Whether comments stand above, behind or in it."""
        return bool(self.comment or self.more or any(self.head) or has_comments(self.value))


@dataclass(slots=True)
class Collection:
    """A mapping, or a list; `column` is that of its entries where it is written as a block.

    `foot` are the lines after its last entry that belong to it still.
    """

    entries: list[Entry]
    is_flow: bool
    is_list: bool = False
    properties: str = ""
    foot: list[str] = field(default_factory=list)
    column: int = 0
    start: int = 0
    end: int = 0

    def entry(self, name: str) -> Entry | None:
        """The entry whose key reads `name`."""
        return next((each for each in self.entries if each.key is not None and each.name == name), None)


Node = Scalar | Alias | Collection


@dataclass(slots=True)
class Document:
    """A whole file: `head` are the lines before its first key, `directives` those that begin with `%`."""

    text: str
    root: Collection
    head: list[str] = field(default_factory=list)
    directives: list[str] = field(default_factory=list)


def has_comments(node: Node) -> bool:
    """Whether a comment stands anywhere in a node."""
    if not isinstance(node, Collection):
        return False
    return any(node.foot) or any(entry.has_comments for entry in node.entries)


def nodes(node: Node) -> Iterator[Node]:
    """A node and all that is in it, keys too, in the order in which they stand."""
    yield node
    if isinstance(node, Collection):
        for entry in node.entries:
            if entry.key is not None:
                yield entry.key
            yield from nodes(entry.value)


def comments(document: Document) -> list[str]:
    """Every comment, sorted."""
    return sorted(line for line in (*document.head, *comments_in(document.root)) if line)


def comments_in(node: Node) -> Iterator[str]:
    """Every comment in a node, and empty lines between them."""
    if isinstance(node, Collection):
        for entry in node.entries:
            yield from (*entry.head, *entry.more, entry.comment)
            yield from comments_in(entry.value)
        yield from node.foot


def anchor_of(node: Node) -> str | None:
    """The name of a node's anchor."""
    return next((each[1:] for each in node.properties.split() if each.startswith("&")), None)
