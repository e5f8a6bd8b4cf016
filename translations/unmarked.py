"""Sentences in the code that nobody marked as a message."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from translations.gather import PACKAGE

NOT_SAID = "# not said to people"
"""Ends the last line of a text that stays English: a command to type, a value of settings, an error for code only."""

IN_ENGLISH = (PACKAGE / "erp" / "script", PACKAGE / "pipelines")
"""What does not depend on who asks: SQL with its comments and errors, and the log of a pipeline."""

MARKS = {"message", "plural", "word", "_", "_n"}

_PROSE = re.compile(r"[a-z,']+ [a-z']+ [a-z]+")
"""Three words in a row are taken for a sentence."""

_NOT_FOR_READERS = {"execute", "text", "getLogger", "info", "debug", "DDL", "compile"}
"""Calls whose texts are SQL, patterns or logs."""


def unmarked(folder: Path = PACKAGE) -> Iterator[str]:
    """`FILE:LINE: TEXT` for each text of three words or more that is no message, no docstring and no help."""
    for path in sorted(folder.rglob("*.py") if folder.is_dir() else [folder]):
        if any(map(path.resolve().is_relative_to, IN_ENGLISH)):
            continue
        text = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(text), text.splitlines()
        exempt = {id(each) for node in ast.walk(tree) for each in _exempt(node)}
        for node in ast.walk(tree):
            if id(node) in exempt or not _PROSE.search(words := _words(node)):
                continue
            first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
            if not lines[last - 1].endswith(NOT_SAID):
                yield f"{path}:{first}: {words}"


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _exempt(node: ast.AST) -> Iterator[ast.AST]:
    """What below `node` is said elsewhere: marked, a docstring, help, or a part of a longer text."""
    if isinstance(node, ast.JoinedStr):
        yield from (each for each in node.values if isinstance(each, ast.Constant))
    elif isinstance(node, ast.Expr):  # a docstring, of a name too
        yield node.value
    elif isinstance(node, ast.Call) and _called(node) in MARKS | _NOT_FOR_READERS:
        for argument in node.args:
            yield from ast.walk(argument)
    elif isinstance(node, ast.keyword) and node.arg in {"help", "epilog", "short_help"}:
        yield from ast.walk(node.value)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
