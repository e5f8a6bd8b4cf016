"""What style sheets and style attributes say: the classes that they define, what they fetch, where they put things."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
from tinycss2 import ast

from efsync.mail.addresses import address_problem, image_problem
from efsync.model.language import message

_IMAGES = ("background", "background-image", "border-image", "border-image-source", "content", "list-style",
           "list-style-image", "mask", "mask-image")  # fmt: skip
_SCRIPTS = re.compile("expression|behavior|-moz-binding")


@dataclass(frozen=True, slots=True)
class StyleFinding:
    """A code and a sentence about a place in a style, line and column from 1."""

    code: str
    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Style:
    """What one style sheet or style attribute says."""

    classes: frozenset[str]
    properties: frozenset[str]
    findings: tuple[StyleFinding, ...]


@lru_cache(maxsize=1024)
def style_attribute(text: str) -> Style:
    """The style of a style attribute."""
    return _style(tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True))


@lru_cache(maxsize=64)
def style_sheet(text: str) -> Style:
    """The style of a <style> element."""
    return _style(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def _style(nodes: Iterable[ast.Node]) -> Style:
    classes: set[str] = set()
    properties: set[str] = set()
    findings: list[StyleFinding] = []
    for node in _rules(nodes):
        if isinstance(node, ast.Declaration):
            properties.add(node.lower_name)
            findings += _declaration(node)
        elif isinstance(node, ast.QualifiedRule):
            classes |= set(_classes(node.prelude))
        elif isinstance(node, ast.AtRule) and node.lower_at_keyword == "import":
            findings.append(_finding(node, "mail-import", message("@import loads another style sheet")))
            findings += _addresses(node.prelude, is_image=False)
    return Style(frozenset(classes), frozenset(properties), tuple(findings))


def _rules(nodes: Iterable[ast.Node]) -> Iterator[ast.Node]:
    """The rules and declarations, those in others too."""
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.QualifiedRule | ast.AtRule) and node.content:
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            waiting += inner[::-1]


def _declaration(node: ast.Declaration) -> Iterator[StyleFinding]:
    words = [each.lower_value for each in node.value if isinstance(each, ast.IdentToken)]
    if node.lower_name == "position" and words[:1] != ["static"]:
        yield _finding(node, "mail-position", message("position is dropped by mail programs"))
    functions = [each.lower_name for each in _tokens(node.value) if isinstance(each, ast.FunctionBlock)]
    if _SCRIPTS.fullmatch(node.lower_name) or any(_SCRIPTS.fullmatch(name) for name in functions):
        yield _finding(node, "html-script-url", message("a style runs a script"))
    yield from _addresses(node.value, is_image=node.lower_name in _IMAGES)


def _addresses(values: Iterable[ast.Node], *, is_image: bool) -> Iterator[StyleFinding]:
    for node in _tokens(values):
        address = _address(node)
        if address is None:
            continue
        if problem := address_problem(address) or (image_problem(address) if is_image else None):
            yield _finding(node, *problem)


def _address(node: ast.Node) -> str | None:
    if isinstance(node, ast.URLToken):
        return str(node.value)
    if isinstance(node, ast.FunctionBlock) and node.lower_name in ("url", "src"):
        return next((str(each.value) for each in node.arguments if isinstance(each, ast.StringToken)), None)
    return None


def _classes(prelude: Iterable[ast.Node]) -> Iterator[str]:
    before = None
    for token in _tokens(prelude):
        if isinstance(token, ast.IdentToken) and isinstance(before, ast.LiteralToken) and before.value == ".":
            yield str(token.value)
        before = token


def _tokens(nodes: Iterable[ast.Node]) -> Iterator[ast.Node]:
    """All tokens, those in blocks and functions too."""
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += list(getattr(node, "arguments", None) or getattr(node, "content", None) or ())[::-1]


def _finding(node: ast.Node, code: str, why: str) -> StyleFinding:
    return StyleFinding(code, why, node.source_line, node.source_column)
