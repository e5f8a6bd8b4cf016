"""Every message that efsync, and click for it, says to people."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir

from efsync.cli.program import COMMANDS, program

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "efsync"

_KEYWORDS = {
    "message": None, "_": None, "gettext": None, "plural": (1, 2), "_n": (1, 2), "ngettext": (1, 2),
    "word": ((1, "c"), 2),
}  # fmt: skip
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
_JINJA = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}

Found = tuple[str, str | tuple[str, ...], str | None]
"""Where a message is said, the message, and what it is about, where that decides how it is translated."""

_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")


def gathered() -> Catalog:
    """A catalogue of all messages, without translations; each with the files that say it."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for name, identity, context in sorted({*_in_code(PACKAGE), *_in_click(), *_in_help()}, key=_order):
        catalogue.add(identity, locations=[(name, 0)], context=context)
    return catalogue


def placeholders(text: str) -> set[str]:
    """The names in braces of a message: `count` of `{count:,} accounts`. Doubled braces are text."""
    return set(_PLACEHOLDER.findall(text.replace("{{", "").replace("}}", "")))


def _order(found: Found) -> tuple[str, str, str]:
    name, identity, context = found
    return name, str(identity), context or ""


def _in_code(folder: Path) -> Iterator[Found]:
    for name, _line, identity, _comments, context in extract_from_dir(folder, _METHODS, _JINJA, _KEYWORDS):
        if all(identity):
            yield f"efsync/{name}", identity, context


def _in_click() -> Iterator[Found]:
    """What click says itself; it has no Spanish catalogue of its own."""
    for _name, identity, context in _in_code(Path(click.__file__).parent):
        yield "click", identity, context


def _in_help() -> Iterator[Found]:
    """The help of every command and option, which stands in the code as plain text and docstrings."""
    yield from _help_of(program, "efsync/cli/program.py")
    for name in COMMANDS:
        module = importlib.import_module(f"efsync.cli.{name}")
        yield from _help_of(module.command, f"efsync/cli/{name}.py")


def _help_of(command: click.Command, file: str) -> Iterator[Found]:
    texts = [command.help, command.short_help, command.epilog]
    texts += [each.help for each in command.params if isinstance(each, click.Option)]
    yield from ((file, inspect.cleandoc(text), None) for text in texts if text)
    for each in getattr(command, "commands", {}).values():
        yield from _help_of(each, file)
