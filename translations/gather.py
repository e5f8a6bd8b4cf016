"""Every message that efsync, and click for it, says to people; and what the schemas say of each key."""

import ast
import inspect
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir

from efsync.cli.program import COMMANDS, command_named, program

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "efsync"

_ONE = {"message", "_", "gettext"}
_PLURAL = {"plural", "_n", "ngettext"}
_WORD = {"word"}
"""Functions that take a pattern, two of them, a context and a pattern."""

_SCHEMAS = ("configuration", "department")
"""The schemas whose descriptions the documentation shows."""

_IN_TEMPLATES = {"_": None, "_n": (1, 2)}
_METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract")]
_JINJA = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}

Found = tuple[str, str | tuple[str, ...], str | None]
"""Where a message is said, the message, and what it is about, where that decides how it is translated."""

_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")


def gathered() -> Catalog:
    """A catalogue of all messages, without translations; each with the files that say it."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for name, identity, context in sorted({*_in_code(PACKAGE), *_in_click(), *_in_help(), *_in_schemas()}, key=_order):
        catalogue.add(identity, locations=[(name, 0)], context=context)
    return catalogue


def placeholders(text: str) -> set[str]:
    """The names in braces of a message: `count` of `{count:,} accounts`. Doubled braces are text."""
    return set(_PLACEHOLDER.findall(text.replace("{{", "").replace("}}", "")))


def _order(found: Found) -> tuple[str, str, str]:
    name, identity, context = found
    return name, str(identity), context or ""


def _in_code(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = path.relative_to(folder).as_posix()
                yield from ((f"efsync/{name}", identity, context) for identity, context in _made_by(node))
    for name, _line, identity, _comments, context in extract_from_dir(folder, _METHODS, _JINJA, _IN_TEMPLATES):
        if all(identity):
            yield f"efsync/{name}", identity, context


def _made_by(call: ast.Call) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The message that a call makes, and its context; Babel's own reader overlooks calls in f-strings and tuples."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _ONE:
        # below the argument too: a choice of two texts, or click's `_(extra["required"])`
        yield from ((text, None) for argument in call.args[:1] for text in _texts(ast.walk(argument)))
    elif len(texts := _texts(call.args[:2])) == 2 and name in _PLURAL:
        yield (texts[0], texts[1]), None
    elif len(texts) == 2 and name in _WORD:
        yield texts[1], texts[0]


def _texts(nodes: Iterable[ast.AST]) -> list[str]:
    return [
        each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
    ]


def _in_click() -> Iterator[Found]:
    """What click says itself; it has no Spanish catalogue of its own."""
    for _name, identity, context in _in_code(Path(click.__file__).parent):
        yield "click", identity, context


def _in_help() -> Iterator[Found]:
    """The help of every command and option, which stands in the code as plain text and docstrings."""
    yield from _help_of(program, "efsync/cli/program.py")
    for name in COMMANDS:
        yield from _help_of(command_named(name), f"efsync/cli/{name}.py")


def _help_of(command: click.Command, file: str) -> Iterator[Found]:
    texts = [command.help, command.short_help, command.epilog]
    texts += [each.help for each in command.params if isinstance(each, click.Option)]
    yield from ((file, inspect.cleandoc(text), None) for text in texts if text)
    for each in getattr(command, "commands", {}).values():
        yield from _help_of(each, file)


def _in_schemas() -> Iterator[Found]:
    for name in _SCHEMAS:
        file = f"schemas/{name}.schema.json"
        for text in _descriptions(json.loads((ROOT / file).read_text(encoding="utf-8"))):
            yield file, text, None


def _descriptions(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(text := node.get("description"), str):
            yield text
        for each in node.values():
            yield from _descriptions(each)
