"""Pages for a browser: one file each, which fetches nothing and opens from a disk."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from efsync.views.frames import frame, head
from efsync.views.visible import visible


@cache
def pages() -> Environment:
    """The templates of pages; whatever they show is escaped.

    They know `page_head("NAME.js")`, which a page's head begins with, `frame`, for HTML of others, and the filters
    `visible`, for text of others, and `number`.
    """
    environment = Environment(
        loader=PackageLoader("efsync.views"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(page_head=_page_head, frame=frame)
    environment.filters.update(visible=visible, number="{:,}".format)
    return environment


@cache
def _page_head(script: str) -> Markup:
    environment = pages()
    assert environment.loader is not None
    text, _, _ = environment.loader.get_source(environment, script)
    return head(Markup(text.replace("\r\n", "\n")))  # noqa: S704 - a file of this package
