"""Expressions of GitHub Actions, as far as the files of efsync use them."""

import re
from collections.abc import Mapping
from typing import Any

Contexts = Mapping[str, Any]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w.\-]*)|(?P<sign>&&|\|\||[=!]=|[!(),]))")


def filled(text: Any, contexts: Contexts) -> str:
    """A text of a workflow with its `${{ }}` filled in, as the runner hands it on."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _shown(value(found[1], contexts)), _shown(text))


def holds(condition: str | None, contexts: Contexts) -> bool:
    """Whether an `if` is true; none is as good as `success()`."""
    if condition is None:
        return True
    found = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", condition, re.DOTALL)
    return bool(value(found[1] if found else condition, contexts))


def value(expression: str, contexts: Contexts) -> Any:
    """The value of one expression."""
    tokens, at = [], 0
    while expression[at:].strip():
        found = _TOKEN.match(expression, at)
        assert found, expression[at:]
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        at = found.end()
    rest = _Parser(tokens, contexts)
    result = rest.either()
    assert not rest.tokens, expression
    return result


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], contexts: Contexts) -> None:
        self.tokens = tokens
        self.contexts = contexts

    def either(self) -> Any:
        found = self.both()
        while self.took("||"):
            other = self.both()
            found = found or other
        return found

    def both(self) -> Any:
        found = self.equal()
        while self.took("&&"):
            other = self.equal()
            found = found and other
        return found

    def equal(self) -> Any:
        found = self.single()
        if self.took("=="):
            return _same(found, self.single())
        if self.took("!="):
            return not _same(found, self.single())
        return found

    def single(self) -> Any:
        if self.took("!"):
            return not self.single()
        if self.took("("):
            found = self.either()
            assert self.took(")")
            return found
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if self.took("("):
            return self.call(text)
        return (
            {"true": True, "false": False, "null": None}[text] if text in ("true", "false", "null") else self.at(text)
        )

    def call(self, name: str) -> Any:
        arguments = []
        while not self.took(")"):
            arguments.append(self.either())
            self.took(",")
        if name == "format":
            return str(arguments[0]).format(*map(_shown, arguments[1:]))
        return {"cancelled": False, "always": True, "failure": False}[name]

    def at(self, path: str) -> Any:
        found: Any = self.contexts
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def took(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False


def _same(one: Any, other: Any) -> bool:
    return (one or "") == (other or "") if isinstance(one, str) or isinstance(other, str) else bool(one == other)


def _shown(found: Any) -> str:
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)
