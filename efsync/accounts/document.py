"""A YAML file as plain data, with the place of every key and value.

ruamel.yaml composes the nodes; the data is built from them here, because what is written counts: a user
code (`0012`, `NO`, `1E5`) as well as a telephone number (`+582125550100`), which no constructor keeps.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML, tokens
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver

from efsync.accounts.folder import MAX_VALUES
from efsync.accounts.written import written_at
from efsync.accounts.yaml_sentences import YAML_SENTENCES
from efsync.model.language import joined, message
from efsync.model.problems import Location, Problem

Path = tuple[str | int, ...]

_CORE = "tag:yaml.org,2002:"
_MERGE = _CORE + "merge"
_TEXT_TAGS = {_CORE + kind for kind in ("str", "timestamp", "value", "merge")}  # all text in YAML 1.2's core
_SWITCHES = {"true": True, "false": False}
_NULLS = {"", "~", "null"}
_TOKENS = "|".join(re.escape(each.id) for each in vars(tokens).values() if hasattr(each, "id"))
_HARMLESS = re.compile(rf"""(?:[^'"]|'(?:\W|\\[nrt]|{_TOKENS})')*""")
_NO_CHARACTER = re.compile(r"\\U(?!00(?:0[\dA-Fa-f]|10))[\dA-Fa-f]{8}")
_PASSWORD = re.compile(r"\bpassword['\"]?\s*:")
_BADLY_INDENTED = ("expected <block end>", "mapping values are not allowed here")  # not said to people
_HIDDEN_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(slots=True)
class Document:
    """A file's data, where each part of it stands, and what was wrong on the way."""

    file: str
    text: str = field(default="", repr=False)
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

    def within(self, path: Path, text: str, line: int, column: int) -> Location:
        """The place of a character of the text at `path`; of the value where that can't be told."""
        return written_at(self.text, self.locate(path), text, line, column)


def parse(text: str, file: str) -> Document:
    """The document in `text`; what is wrong with it as YAML is in its `problems`, and then it has no data."""
    document = Document(file, text)
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = Resolver
    yaml.composer.warn_double_anchors = False  # the warning would show the line, and so perhaps a password
    try:
        _check_line_breaks(text, file)
        node = yaml.compose(text)
        if node is not None:
            document.data = _Builder(document).build(node, ())
    except MarkedYAMLError as error:
        document.problems.append(_syntax_problem(error, text, file))
    except _Stop as stop:
        document.problems.append(stop.problem)
    except RecursionError:
        document.problems.append(Problem("too-large", message("is nested too deeply"), Location(file, 1, 1)))
    except ReaderError as error:
        place = _place_of(error.position, text, file)
        document.problems.append(Problem("yaml-syntax", message("a control character can't stand in YAML"), place))
    except (YAMLError, ValueError, OverflowError):
        escape = _NO_CHARACTER.search(text)
        place = _place_of(escape.start(), text, file) if escape else Location(file, 1, 1)
        said = message("there is no such character") if escape else message("a value can't be read")
        document.problems.append(Problem("yaml-syntax", said, place))
    if document.problems:
        document.data = None
    return document


class _Stop(Exception):
    """Ends the building of a document at its first problem that leaves nothing to go on with."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class Resolver(VersionedResolver):
    """Reads every file as YAML 1.2: a `%YAML 1.1` at its top does not turn a NO into false."""

    @property
    def processing_version(self) -> tuple[int, int]:
        """YAML 1.2, whatever the file says."""
        return (1, 2)


class _Builder:
    """Builds plain data from nodes, noting places, duplicate keys and aliases that do not end."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = 0
        self._open: set[int] = set()
        self._repeated: set[int] = set()

    def build(self, node: Node, path: Path) -> Any:
        """The data of a node, its places noted."""
        self._document._values[path] = self._place(node)
        self._count_one(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            said = message("an alias stands inside what it stands for")
            raise _Stop(Problem("yaml-syntax", said, self._place(node)))
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
        self._count += 1 + (len(node.value) // 64 if isinstance(node, ScalarNode) else 0)
        if self._count > MAX_VALUES:
            said = message("holds more than {most:,} values, aliases expanded", most=MAX_VALUES)
            raise _Stop(Problem("too-large", said, self._place(node)))

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        merged: list[tuple[Node, Node]] = []
        built: dict[str, Any] = {}
        for key_node, value_node in self._each_once(node, path):
            if key_node.tag == _MERGE:
                merged.extend(self._merged(value_node, path))
                continue
            key = self._key(key_node)
            self._document._keys[(*path, key)] = self._place(key_node)
            built[key] = self.build(value_node, (*path, key))
            if value_node.start_mark.index == value_node.end_mark.index:  # nothing: the parser places it further down
                self._document._values[(*path, key)] = self._after(key_node)
        for key_node, value_node in merged:
            key = self._key(key_node)
            if key not in built:
                self._document._keys[(*path, key)] = self._place(key_node)
                built[key] = self.build(value_node, (*path, key))
        return built

    def _each_once(self, node: MappingNode, path: Path) -> Iterator[tuple[Node, Node]]:
        """The pairs of a mapping, but those whose key stood in it before: each of them is a problem."""
        seen: dict[tuple[str, bool], Location] = {}
        for key_node, value_node in node.value:
            key, place = self._key(key_node), self._place(key_node)
            first = seen.setdefault((key, key_node.tag == _MERGE), place)
            if first is place:
                yield key_node, value_node
            elif id(key_node) not in self._repeated:
                self._repeated.add(id(key_node))
                named = message("the key '{key}' stands here a second time; first at {place}", key=key, place=first)
                unnamed = message("a key stands here a second time; first at {place}", place=first)
                said = unnamed if "password" in path else named
                self._document.problems.append(Problem("duplicate-key", said, place))

    def _merged(self, node: Node, path: Path) -> Iterator[tuple[Node, Node]]:
        """The pairs that a merge key (`<<`) brings; the first of a key wins: a mapping's own before its merges."""
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            if not isinstance(source, MappingNode) or id(source) in self._open:
                said = message("<< takes a mapping, or a list of mappings")
                raise _Stop(Problem("yaml-syntax", said, self._place(node)))
            inner = []
            for key_node, value_node in self._each_once(source, path):
                self._count_one(key_node)
                if key_node.tag == _MERGE:
                    inner.append(value_node)
                else:
                    yield key_node, value_node
            self._open.add(id(source))
            for each in inner:
                yield from self._merged(each, path)
            self._open.discard(id(source))

    def _key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            said = message("a key is a word, not a list or a mapping")
            raise _Stop(Problem("yaml-syntax", said, self._place(node)))
        return self._checked(node)

    def _scalar(self, node: ScalarNode) -> Any:
        text = self._checked(node)
        if node.tag in _TEXT_TAGS:
            return text
        match str(node.tag).removeprefix(_CORE):
            case "null":
                return None if text.lower() in _NULLS else text
            case "bool":
                return _SWITCHES.get(text.lower(), text)
            case "int":
                return _number(int, text)
            case "float":
                return _number(float, text)
        raise self._unknown_tag(node)

    def _check_tag(self, node: Node, expected: str) -> None:
        if node.tag != expected:
            raise self._unknown_tag(node)

    def _unknown_tag(self, node: Node) -> _Stop:
        said = message("a tag (!) is not known here")
        hint = message("put a text that begins with ! in quotes")
        return _Stop(Problem("yaml-syntax", said, self._place(node), hint))

    def _checked(self, node: ScalarNode) -> str:
        text = str(node.value)
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            said = message("a text holds a character that can't be stored")
            raise _Stop(Problem("yaml-syntax", said, self._place(node)))
        return text

    def _after(self, key: Node) -> Location:
        return Location(self._document.file, key.end_mark.line + 1, key.end_mark.column + 2)

    def _place(self, node: Node) -> Location:
        return Location(self._document.file, node.start_mark.line + 1, node.start_mark.column + 1)


def _syntax_problem(error: MarkedYAMLError, text: str, file: str) -> Problem:
    """What the parser says, without the words that it quotes: one may be a password."""
    mark = error.problem_mark or error.context_mark
    parts = [_without_words(part) for part in (error.context, error.problem) if part]
    said: str = joined(", ", map(YAML_SENTENCES.message, parts)) if any(parts) else message("is not YAML")
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    begins = error.context_mark
    if begins and begins.line + 1 < line:
        begin = f"{begins.line + 1}:{begins.column + 1}"
        said = message("{said} (it begins at {place})", said=said, place=begin)
    return Problem("yaml-syntax", said, Location(file, line, column), _syntax_hint(error, text, line, column))


def _syntax_hint(error: MarkedYAMLError, text: str, line: int, column: int) -> str | None:
    """What people mostly did where the parser stops."""
    lines = text.split("\n")
    before = "".join(lines[line - 1 : line])[: column - 1]
    if "\t" in "".join(lines[max(0, line - 2) : line]):
        return message("YAML does not allow tabs for indentation; use blanks")
    if _PASSWORD.search(before):
        return message("a password is a reference: {env: NAME} or {file: PATH}")
    if ":" not in before and str(error.problem).startswith(_BADLY_INDENTED):
        return message("what belongs together begins in the same column: compare this line with those above")
    return None


def _without_words(said: str) -> str:
    """Up to the first quoted thing that is neither a sign (':') nor the name of a token ('<stream end>')."""
    harmless = _HARMLESS.match(said)
    return re.sub(r",? but (found|got)$", "", harmless[0].rstrip()) if harmless else ""


def _number(kind: type[int] | type[float], text: str) -> int | float | str:
    """The number that `text` says, where it says it in the one usual way: `0012`, `+58`, `1_000`, `1.10` are texts."""
    try:
        number = kind(text)
        return number if repr(number) == text else text
    except ValueError:
        return text


def _check_line_breaks(text: str, file: str) -> None:
    """Refuses what YAML takes for the end of a line and an editor or a pull request does not show as one."""
    hidden = _HIDDEN_BREAK.search(text)
    if hidden:
        character = hidden[0].encode("unicode_escape").decode()
        said = message("the character {character} ends a line for YAML, but is not seen to do so", character=character)
        hint = message('write it as "{character}" in double quotes', character=character)
        raise _Stop(Problem("yaml-syntax", said, _place_of(hidden.start(), text, file), hint))


def _place_of(position: int, text: str, file: str) -> Location:
    before = text[:position]
    return Location(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
