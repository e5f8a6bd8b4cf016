"""The canonical order of a department file's keys; users and vars stay in the order in which somebody wrote them."""

from collections.abc import Sequence

from efsync.accounts.editing.tree import Alias, Entry, anchor_of, nodes
from efsync.model.fields import FIELDS

MERGE = "<<"
_TOP = {name: rank for rank, name in enumerate((MERGE, "version", "department", "on_removal", "vars", "defaults"))}
_ACCOUNT = {name: rank for rank, name in enumerate((MERGE, "renamed_from", *FIELDS, "vars"))}
_LAST = 100

Path = tuple[str, ...]


def rank(path: Path, name: str) -> int:
    """Where a key comes in the mapping at `path`; those of one rank stay as they are."""
    if not path:
        return _TOP.get(name, _LAST)
    if is_account(path):
        return _ACCOUNT.get(name, _LAST)
    return 0


def is_account(path: Path) -> bool:
    """Whether fields stand at `path`."""
    return path == ("defaults",) or (len(path) == 2 and path[0] == "users")


def in_order(entries: Sequence[Entry], path: Path) -> list[Entry]:
    """The entries of the mapping at `path` in canonical order, as far as anchors stay before what refers to them."""
    left = sorted(entries, key=lambda entry: rank(path, entry.name))
    if left == list(entries):
        return left
    names = {id(entry): _names(entry) for entry in entries}
    before = {
        id(entry): {id(other) for other in entries[:number] if names[id(entry)] & names[id(other)]}
        for number, entry in enumerate(entries)
    }
    found: list[Entry] = []
    placed: set[int] = set()
    while left:
        chosen = next(entry for entry in left if before[id(entry)] <= placed)
        left.remove(chosen)
        found.append(chosen)
        placed.add(id(chosen))
    return found


def _names(entry: Entry) -> set[str]:
    """The anchors that an entry has or refers to."""
    found: set[str] = set()
    for node in (*([entry.key] if entry.key else []), *nodes(entry.value)):
        name = node.name if isinstance(node, Alias) else anchor_of(node)
        found |= {name} if name else set()
    return found
