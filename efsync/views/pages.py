"""Pages for a browser: one file each, which fetches nothing and opens from a disk."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from efsync.model.language import _, _n, language_in_use, said_with, translated
from efsync.views.frames import frame, head
from efsync.views.visible import visible

_CODE = re.compile(r"`([^`\n]+)`")
_HELD = "\ue000"
"""Stands for a backtick of somebody else, who can't write this sign: it is none that `visible` lets pass."""

_BREAKS = re.compile(r"(?<=[.@_-])(?=.)|(?<=.)(?=:)")


@cache
def pages() -> Environment:
    """The templates of pages; whatever they show is escaped.

    They know `page_head("NAME.js")`, or `page_head()` without a script, which a page's head begins with, `frame`, for
    HTML of others, `_` and `_n`, for sentences in the language in use, and the filters `visible`, for text of others,
    `translated`, `number`, `sentence`, for messages in which code stands in backticks, and `breakable`, for
    names of servers.
    """
    environment = Environment(
        loader=PackageLoader("efsync.views"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(page_head=_page_head, frame=frame, _=_, _n=_n, language=language_in_use)
    environment.filters.update(
        visible=visible, translated=translated, number="{:,}".format, sentence=_sentence, breakable=_breakable
    )
    return environment


def _sentence(text: str) -> Markup:
    """A message as a reader sees it, harmless; what it has in backticks is code, and those of others are theirs."""
    parts = _CODE.split(said_with(text, lambda foreign: visible(foreign).replace("`", _HELD)))
    shown = [part.replace(_HELD, "`") for part in parts]
    shown[1::2] = [Markup("<code>{}</code>").format(part) for part in shown[1::2]]
    return Markup().join(shown)


def _breakable(name: str) -> Markup:
    """A name that goes on in the next line after its dots and dashes, and before a port, rather than anywhere."""
    return Markup("<wbr>").join(map(escape, _BREAKS.split(name)))


@cache
def _page_head(script: str | None = None) -> Markup:
    if script is None:
        return head()
    environment = pages()
    assert environment.loader is not None
    text, _, _ = environment.loader.get_source(environment, script)
    return head(Markup(text.replace("\r\n", "\n")))  # noqa: S704 - a file of this package
