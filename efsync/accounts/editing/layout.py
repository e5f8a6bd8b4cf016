"""Writes a tree as text, in canonical layout; with `keep`, in the order and with the quotes that it has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from efsync.accounts.editing import scalars
from efsync.accounts.editing.order import MERGE, Path, in_order, is_account
from efsync.accounts.editing.tree import Alias, Collection, Document, Entry, Node, Scalar, has_comments
from efsync.model.fields import FIELDS

WIDTH = 120
STEP = 2
_KEPT = "\0"  # stands behind the lines of a block that keeps the empty ones at its end


@dataclass(frozen=True, slots=True)
class Written:
    """A value: what stands behind its key, and the lines below; `is_open` where a comment goes on the first line."""

    first: str
    below: tuple[str, ...] = ()
    is_open: bool = False


def document_text(document: Document) -> str:
    """The whole file."""
    root = document.root
    begin = [f"--- {root.properties}".rstrip()] if document.directives or root.properties else []
    entries = in_order(root.entries, ())
    entries[0].head[:0] = document.head
    while root.foot and not root.foot[-1]:
        root.foot.pop()
    return joined([*document.directives, *begin, *_collection_lines(root, (), 0, keep=False)])


def joined(lines: Iterable[str]) -> str:
    """Lines as a text: an empty one after a block that keeps them would be part of it."""
    found: list[str] = []
    is_kept = False
    for line in lines:
        if line == _KEPT:
            is_kept = True
        elif line or not is_kept:
            found.append(line)
            is_kept = False
    return "\n".join(found) + "\n"


def entry_lines(entry: Entry, path: Path, indent: int, *, keep: bool, is_first: bool = False) -> Iterator[str]:
    """The lines of one entry of the mapping at `path`, those above it too."""
    margin = " " * indent
    yield from _spaced([*entry.head, *entry.more], margin, at_start=is_first)
    start = f"{margin}-" if entry.key is None else f"{margin}{_key(entry.key, keep=keep)}:"
    written = value(entry.value, (*path, entry.name), indent, len(start) + 1, keep=keep)
    first = f"{start} {written.first}" if written.first else start
    if written.below and not written.is_open:
        *below, last = written.below
        yield from (first, *below, _with_comment(last, entry))
    else:
        yield from (_with_comment(first, entry), *written.below)


def value(node: Node, path: Path, indent: int, used: int = 0, *, keep: bool) -> Written:
    """A value at `path`, whose key is indented by `indent`; `used` is how much of its line is taken."""
    if isinstance(node, Scalar):
        return _scalar(node, indent, keep=keep)
    if isinstance(node, Alias) or _is_one_line(node, path, used, keep=keep):
        return Written(flow(node, keep=keep))
    return Written(node.properties, tuple(_collection_lines(node, path, indent + STEP, keep=keep)), is_open=True)


def flow(node: Node, *, keep: bool) -> str:
    """A value that `may_be_flow`, on one line."""
    if isinstance(node, Alias):
        return f"*{node.name}"
    if isinstance(node, Scalar):
        return _joined(node.properties, node.source if keep else scalars.restyled(node))
    pairs = (_flow_entry(entry, keep=keep) for entry in node.entries)
    signs = "[]" if node.is_list else "{}"
    return _joined(node.properties, f"{signs[0]}{', '.join(pairs)}{signs[1]}")


def may_be_flow(node: Node) -> bool:
    """Whether a value can stand on one line, between braces."""
    if isinstance(node, Alias):
        return True
    if isinstance(node, Scalar):
        source = scalars.restyled(node) if node.style else node.source
        is_plain = node.style is None or source[:1] not in ("'", '"')
        return not node.is_block and "\n" not in source and (not is_plain or scalars.may_stand_in_flow(source))
    return not has_comments(node) and all(
        may_be_flow(entry.value) and (entry.key is None or may_be_flow(entry.key)) for entry in node.entries
    )


def _flow_entry(entry: Entry, *, keep: bool) -> str:
    written = flow(entry.value, keep=keep)
    if entry.key is None:
        return written
    return f"{_key(entry.key, keep=keep)}: {written or 'null'}"


def _is_one_line(node: Collection, path: Path, used: int, *, keep: bool) -> bool:
    if not node.entries:
        return True
    is_reference = len(path) > 1 and path[-1] in FIELDS and len(node.entries) == 1
    is_spread = path in (("users",), ("defaults",)) or (is_account(path) and path[-1] != MERGE)
    wanted = node.is_flow and not is_spread if keep else not is_spread and (node.is_flow or is_reference)
    if not wanted or not may_be_flow(node):
        return False
    return keep or is_reference or used + len(flow(node, keep=keep)) <= WIDTH


def _collection_lines(collection: Collection, path: Path, indent: int, *, keep: bool) -> Iterator[str]:
    if not collection.entries:
        yield " " * indent + ("[]" if collection.is_list else "{}")
    entries = collection.entries if keep else in_order(collection.entries, path)
    for number, entry in enumerate(entries):
        yield from entry_lines(entry, path, indent, keep=keep, is_first=number == 0)
    yield from _spaced(collection.foot, " " * indent)


def _scalar(node: Scalar, indent: int, *, keep: bool) -> Written:
    if node.is_block:
        sign, lines = scalars.indented(node, indent + STEP)
        end = (_KEPT,) if "+" in sign else ()
        return Written(_joined(node.properties, sign), (*lines, *end), is_open=True)
    source = node.source if keep else scalars.restyled(node)
    if "\n" not in source:
        return Written(_joined(node.properties, source))
    first, *below = scalars.continued(node, indent + STEP)
    return Written(_joined(node.properties, first), tuple(below))


def _key(key: Scalar | Alias, *, keep: bool) -> str:
    if isinstance(key, Alias):
        return f"*{key.name} "
    if key.style is None and "\n" not in key.source:
        return _joined(key.properties, key.source)
    is_kept = keep and not key.is_block and "\n" not in key.source
    return _joined(key.properties, key.source if is_kept else scalars.word(key.value))


def _with_comment(line: str, entry: Entry) -> str:
    """The line with the entry's comment, where it stood if there is room: people align them."""
    return f"{line.ljust(entry.column - 2)}  {entry.comment}" if entry.comment else line


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _spaced(lines: Iterable[str], margin: str = "", *, at_start: bool = False) -> Iterator[str]:
    """Comments and the empty lines between them, of which there is never more than one."""
    is_empty = at_start
    for line in lines:
        if line or not is_empty:
            yield f"{margin}{line}" if line else ""
        is_empty = not line
