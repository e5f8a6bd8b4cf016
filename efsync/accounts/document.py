"""A YAML file as plain data, with the place of every key and value.

ruamel.yaml composes the nodes; the data is built from them here, because a user code means what is
written (`0012`, `NO`, `1E5`), which no constructor keeps.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from efsync.model.problems import Location, Problem

Path = tuple[str | int, ...]

MAX_VALUES = 200_000
"""The most values that a file may hold once its aliases are expanded."""

_CORE = "tag:yaml.org,2002:"
_MERGE = _CORE + "merge"
_TEXT_TAGS = {_CORE + "str", _CORE + "timestamp"}  # YAML 1.2's core schema knows no dates
_PLAIN_TAGS = {_CORE + "int", _CORE + "float", _CORE + "bool", _CORE + "null"}
_QUOTED = re.compile(r" ?'([^']*)'")


@dataclass(slots=True)
class Document:
    """A file's data, where each part of it stands, and what was wrong on the way."""

    file: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    _keys: dict[Path, Location] = field(default_factory=dict)
    _values: dict[Path, Location] = field(default_factory=dict)

    def locate(self, path: Path, key: bool = False) -> Location:
        """The place of the value at `path`, or of its key; of the nearest thing around it where it is absent."""
        places = self._keys if key else self._values
        for length in range(len(path), -1, -1):
            found = places.get(path[:length]) or self._values.get(path[:length])
            if found:
                return found
        return Location(self.file, 1, 1)


def parse(text: str, file: str) -> Document:
    """The document in `text`; what is wrong with it as YAML is in its `problems`, and then it has no data."""
    document = Document(file)
    try:
        yaml = YAML(typ="safe", pure=True)
        node = yaml.compose(text)
        if node is not None:
            document.data = _Builder(document, yaml.constructor).build(node, ())
    except MarkedYAMLError as error:
        document.problems.append(_syntax_problem(error, text, file))
    except _Stop as stop:
        document.problems.append(stop.problem)
    except RecursionError:
        document.problems.append(Problem("too-large", "is nested too deeply", Location(file, 1, 1)))
    except (YAMLError, ValueError, OverflowError) as error:
        document.problems.append(_reader_problem(error, text, file))
    if document.problems:
        document.data = None
    return document


class _Stop(Exception):
    """Ends the building of a document at its first problem that leaves nothing to go on with."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Builder:
    """Builds plain data from nodes, noting places, duplicate keys and aliases that do not end."""

    def __init__(self, document: Document, scalars: Any) -> None:
        self._document = document
        self._scalars = scalars
        self._count = 0
        self._open: set[int] = set()

    def build(self, node: Node, path: Path) -> Any:
        self._document._values[path] = self._place(node)
        self._count_one(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            raise _Stop(Problem("yaml-syntax", "an alias stands inside what it stands for", self._place(node)))
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                self._check_tag(node, _CORE + "seq")
                return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
            self._check_tag(node, _CORE + "map")
            assert isinstance(node, MappingNode)
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _count_one(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_VALUES:
            message = f"holds more than {MAX_VALUES:,} values, aliases expanded"
            raise _Stop(Problem("too-large", message, self._place(node)))

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        own: dict[str, Location] = {}
        merged: list[tuple[Node, Node]] = []
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged.extend(self._merged(value_node))
                continue
            key = self._key(key_node)
            place = self._place(key_node)
            if key in own:
                message = f"the key '{key}' stands here a second time; first at {own[key]}"
                self._document.problems.append(Problem("duplicate-key", message, place))
                continue
            own[key] = place
            self._document._keys[(*path, key)] = place
            built[key] = self.build(value_node, (*path, key))
        for key_node, value_node in merged:
            key = self._key(key_node)
            if key not in built:
                self._document._keys[(*path, key)] = self._place(key_node)
                built[key] = self.build(value_node, (*path, key))
        return built

    def _merged(self, node: Node) -> Iterator[tuple[Node, Node]]:
        """The pairs that a merge key (`<<`) brings; of several mappings the first to have a key wins."""
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            if not isinstance(source, MappingNode) or id(source) in self._open:
                raise _Stop(Problem("yaml-syntax", "<< takes a mapping, or a list of mappings", self._place(node)))
            for key_node, value_node in source.value:
                self._count_one(key_node)
                if key_node.tag == _MERGE:
                    self._open.add(id(source))
                    yield from self._merged(value_node)
                    self._open.discard(id(source))
                else:
                    yield key_node, value_node

    def _key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise _Stop(Problem("yaml-syntax", "a key is a word, not a list or a mapping", self._place(node)))
        return self._checked(node)

    def _scalar(self, node: ScalarNode) -> Any:
        text = self._checked(node)
        if node.tag in _TEXT_TAGS:
            return text
        if node.tag in _PLAIN_TAGS:
            return self._scalars.construct_object(node)
        raise self._unknown_tag(node)

    def _check_tag(self, node: Node, expected: str) -> None:
        if node.tag != expected:
            raise self._unknown_tag(node)

    def _unknown_tag(self, node: Node) -> _Stop:
        return _Stop(
            Problem(
                "yaml-syntax",
                "a tag (!) is not known here",
                self._place(node),
                "put a text that begins with ! in quotes",
            )
        )

    def _checked(self, node: ScalarNode) -> str:
        text = str(node.value)
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise _Stop(Problem("yaml-syntax", "a text holds a character that can't be stored", self._place(node)))
        return text

    def _place(self, node: Node) -> Location:
        return Location(self._document.file, node.start_mark.line + 1, node.start_mark.column + 1)


def _syntax_problem(error: MarkedYAMLError, text: str, file: str) -> Problem:
    """What the parser says, without the words that it quotes: one may be a password."""
    mark = error.problem_mark or error.context_mark
    said = ", ".join(_QUOTED.sub(_without_word, part) for part in (error.context, error.problem) if part)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    around = "\n".join(lines[max(0, line - 2) : line])
    hint = None
    if "\t" in around:
        hint = "YAML does not allow tabs for indentation; use blanks"
    elif "password" in around:
        hint = "a password is a reference: {env: NAME} or {file: PATH}"
    return Problem("yaml-syntax", said or "is not YAML", Location(file, line, column), hint)


def _without_word(quoted: re.Match[str]) -> str:
    """Keeps a quoted sign (':') and a token's name ('<stream end>')."""
    inside = quoted[1]
    return quoted[0] if inside.startswith("<") or not re.search(r"\w", inside) else ""


def _reader_problem(error: Exception, text: str, file: str) -> Problem:
    position = getattr(error, "position", None)
    if isinstance(position, int):
        before = text[:position]
        place = Location(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        return Problem("yaml-syntax", "a control character can't stand in YAML", place)
    return Problem("yaml-syntax", "a value can't be read", Location(file, 1, 1))
