"""Sets fields of accounts and adds accounts in the text of a department file; all else stays as it is written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from efsync.accounts.editing import layout, made
from efsync.accounts.editing.format import Altered, loaded, with_crlf, with_lf
from efsync.accounts.editing.made import ACCOUNT, Raw
from efsync.accounts.editing.order import MERGE
from efsync.accounts.editing.read import read
from efsync.accounts.editing.tree import (
    Alias,
    Collection,
    Document,
    Entry,
    Node,
    Scalar,
    anchor_of,
    comments,
    comments_in,
    has_comments,
    nodes,
)

Fields = Mapping[str, Raw]
_ROUNDS = 4
_COLON = re.compile(r"\s*:")


def edited(text: str, changes: Mapping[str, Fields], additions: Mapping[str, Fields]) -> str:
    """The text of a department file with `changes` to the fields of accounts that it has, and with new accounts.

    No other account changes: one that has a value through an anchor or a merge that is no more gets it written out.
    Raises `Altered` where the file is written in a way that does not let it be changed like this.
    """
    body, is_crlf = with_lf(text)
    before = loaded(body)
    document = read(body)
    kept = comments(document)
    wanted = {code: dict(fields) for code, fields in before["users"].items()}
    for code, fields in (*changes.items(), *additions.items()):
        wanted.setdefault(code, {}).update(fields)
    new = {code: fields for code, fields in additions.items() if code not in before["users"]}
    left: Mapping[str, Fields] = changes
    freed: Mapping[str, Fields] = {}
    for _ in range(_ROUNDS):
        body = _Edit(document).made(left, new, freed)
        now, document = loaded(body), read(body)
        new = {}
        left, freed = _differing(now["users"], wanted)
        if not left and not freed:
            break
    if now != {**before, "users": wanted} or comments(document) != kept:
        raise Altered
    return with_crlf(body) if is_crlf else body


def _differing(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[dict[str, Fields], dict[str, Fields]]:
    """The accounts that changed with another one: what to set again, and those that got what they shall not have."""
    left: dict[str, Fields] = {}
    freed: dict[str, Fields] = {}
    for code, fields in wanted.items():
        account = now.get(code, {})
        if account == fields:
            continue
        if account.keys() <= fields.keys():
            left[code] = {
                name: value for name, value in fields.items() if name not in account or account[name] != value
            }
        else:
            freed[code] = fields
    return left, freed


@dataclass(slots=True)
class _Splice:
    """A part of the text and what stands there instead."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Edit:
    """One pass over a text: what is to be changed is collected, then all at once."""

    document: Document
    _splices: list[_Splice] = field(default_factory=list)
    _inserted: dict[int, list[str]] = field(default_factory=dict)

    def made(self, changes: Mapping[str, Fields], additions: Mapping[str, Fields], freed: Mapping[str, Fields]) -> str:
        """The text with all of it; those `freed` get all their fields from themselves. Raises `Altered`."""
        entry = self.document.root.entry("users")
        if entry is None or not isinstance(entry.value, Collection):
            raise Altered
        users = entry.value
        known = {each.name: each for each in users.entries}
        if not {*changes, *freed} <= known.keys():
            raise Altered
        self._move_anchors(known, changes)
        if users.is_flow:
            self._rewrite_users(entry, changes, additions)
        else:
            for code, fields in changes.items():
                self._change(known[code], fields, users.column)
            for code, fields in freed.items():
                self._free(known[code], fields, users.column)
            position = self._line_end(users.entries[-1].end)
            for code, fields in additions.items():
                lines = layout.entry_lines(made.account(code, fields), ("users",), users.column, keep=True)
                self._insert(position, list(lines))
        return self._text()

    def _change(self, account: Entry, fields: Fields, indent: int) -> None:
        """Set fields of one account, entry by entry where they stand below each other."""
        value = account.value
        if isinstance(value, Collection) and not value.is_flow:
            for said in made.collection(fields).entries:
                entry = value.entry(said.name)
                if entry is not None:
                    self._replace(entry, said.value, value.column)
                else:
                    self._add(account, value, said)
            return
        below = value if isinstance(value, Collection) else Collection([], is_flow=False)
        if isinstance(value, Alias):
            below.entries.append(Entry(Scalar(MERGE, MERGE), value))
        for name, new in fields.items():
            made.put(below, name, new)
        below.is_flow = False
        self._rewrite(replace(account, value=below, head=[]), ("users",), indent)

    def _free(self, account: Entry, fields: Fields, indent: int) -> None:
        """All fields of an account written out, where it had some through an alias or a merge."""
        value = account.value
        below = value if isinstance(value, Collection) else Collection([], is_flow=False)
        merge = below.entry(MERGE)
        if merge is not None:
            said = [line for line in (*merge.head, *merge.more, merge.comment, *comments_in(merge.value)) if line]
            below.entries.remove(merge)
            if below.entries:
                below.entries[0].head[:0] = said
            else:
                below.foot[:0] = said
        for name, new in fields.items():
            if below.entry(name) is None:
                made.put(below, name, new)
        below.is_flow = False
        self._rewrite(replace(account, value=below, head=[]), ("users",), indent)

    def _add(self, account: Entry, into: Collection, new: Entry) -> None:
        """A line, or some, for a field that an account has not yet."""
        place = made.place_of(into, new.name)
        assert account.key is not None
        colon = _COLON.match(self.document.text, account.key.end)
        if colon is None:
            raise Altered
        after = into.entries[place - 1].end if place else colon.end()
        self._insert(self._line_end(after), list(layout.entry_lines(new, ACCOUNT, into.column, keep=True)))

    def _replace(self, entry: Entry, new: Node, indent: int) -> None:
        """Another value for a field, and its comments where they are."""
        assert entry.key is not None
        text, old = self.document.text, entry.value
        between = text[entry.key.end : old.start]
        has_lines = isinstance(old, Collection) and "\n" in text[old.start : old.end]
        if has_lines or has_comments(old) or between.strip(" ") != ":":
            self._rewrite_field(entry, new, indent)
            return
        written = layout.value(new, (*ACCOUNT, entry.name), indent, keep=True)
        space = "" if between.endswith(" ") else " "
        if isinstance(old, Scalar) and old.is_block:
            comment = f"  {entry.comment}" if entry.comment else ""
            lines = [f"{space}{written.first}{comment}", *written.below]
            self._splices.append(_Splice(old.start, old.end, layout.joined(lines)[:-1]))
            return
        self._splices.append(_Splice(old.start, old.end, f"{space}{written.first}"))
        if written.below:
            self._insert(self._line_end(entry.end), list(written.below), first=True)

    def _rewrite_field(self, entry: Entry, new: Node, indent: int) -> None:
        """The whole entry anew: what comments its old value held stand above it."""
        head = [*entry.more, *(line for line in comments_in(entry.value) if line)]
        self._rewrite(replace(entry, value=new, head=head, more=[]), ACCOUNT, indent)

    def _rewrite(self, entry: Entry, path: tuple[str, ...], indent: int) -> None:
        assert entry.key is not None
        start = self._line_start(entry.key.start)
        before = self.document.text[start : entry.key.start].strip(" ")
        if before not in ("", "?"):
            raise Altered
        lines = layout.entry_lines(entry, path, indent, keep=True)
        self._splices.append(_Splice(start, self._line_end(entry.end), layout.joined(lines)[:-1]))

    def _rewrite_users(self, entry: Entry, changes: Mapping[str, Fields], additions: Mapping[str, Fields]) -> None:
        """All users anew, where they stand between braces."""
        assert isinstance(entry.value, Collection)
        for account in entry.value.entries:
            for name, value in changes.get(account.name, {}).items():
                if isinstance(account.value, Alias):
                    merged = Entry(Scalar(MERGE, MERGE), account.value)
                    account.value = Collection([merged], is_flow=False)
                assert isinstance(account.value, Collection)
                made.put(account.value, name, value)
        entry.value.entries += [made.account(code, fields) for code, fields in additions.items()]
        entry.value.is_flow = False
        self._rewrite(replace(entry, head=[]), (), self.document.root.column)

    def _move_anchors(self, known: Mapping[str, Entry], changes: Mapping[str, Fields]) -> None:
        """What an anchor stands for goes to where it is first referred to, if it is replaced where it stands."""
        gone = {
            id(node): node
            for code, fields in changes.items()
            if isinstance(account := known[code].value, Collection)
            for name in fields
            if (entry := account.entry(name)) is not None
            for node in nodes(entry.value)
        }
        if not any(anchor_of(node) for node in gone.values()):
            return
        anchors: dict[str, Node] = {}
        moved: set[int] = set()
        for node, entry, collection in _places(self.document.root):
            if name := anchor_of(node):
                anchors[name] = node
            if not isinstance(node, Alias) or id(node) in gone or entry.value is not node:
                continue
            meant = anchors.get(node.name)
            if meant is None or id(meant) not in gone or id(meant) in moved:
                continue
            moved.add(id(meant))
            if not collection.is_flow and not collection.is_list:
                self._replace(entry, meant, collection.column)
            elif layout.may_be_flow(meant):
                self._splices.append(_Splice(node.start, node.end, layout.flow(meant, keep=True)))
            else:
                raise Altered

    def _insert(self, position: int, lines: list[str], *, first: bool = False) -> None:
        """Lines after the one that ends at `position`; `first` before others that go there."""
        there = self._inserted.setdefault(position, [])
        there[:] = [*lines, *there] if first else [*there, *lines]

    def _text(self) -> str:
        text = self.document.text
        for position, lines in self._inserted.items():
            self._splices.append(_Splice(position, position, "\n" + layout.joined(lines)[:-1]))
        pieces = []
        position = 0
        for splice in sorted(self._splices, key=lambda each: (each.start, each.end)):
            if splice.start < position:
                raise Altered  # two changes of one place
            pieces += [text[position : splice.start], splice.text]
            position = splice.end
        return "".join([*pieces, text[position:]])

    def _line_end(self, position: int) -> int:
        end = self.document.text.find("\n", position)
        return end if end >= 0 else len(self.document.text)

    def _line_start(self, position: int) -> int:
        return self.document.text.rfind("\n", 0, position) + 1


def _places(collection: Collection) -> Iterator[tuple[Node, Entry, Collection]]:
    """Every key and value below, in the order in which they stand, and where."""
    for entry in collection.entries:
        if entry.key is not None:
            yield entry.key, entry, collection
        yield entry.value, entry, collection
        if isinstance(entry.value, Collection):
            yield from _places(entry.value)
