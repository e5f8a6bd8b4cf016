"""Pages for a browser: one file each, which fetches nothing and opens from a disk."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from efsync.model.language import _, _n, language_in_use, translated
from efsync.views.frames import frame, head
from efsync.views.visible import visible


@cache
def pages() -> Environment:
    """The templates of pages; whatever they show is escaped.

    They know `page_head("NAME.js")`, or `page_head()` without a script, which a page's head begins with, `frame`, for
    HTML of others, `_` and `_n`, for sentences in the language in use, and the filters `visible`, for text of others,
    `translated` and `number`.
    """
    environment = Environment(
        loader=PackageLoader("efsync.views"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(page_head=_page_head, frame=frame, _=_, _n=_n, language=language_in_use)
    environment.filters.update(visible=visible, translated=translated, number="{:,}".format)
    return environment


@cache
def _page_head(script: str | None = None) -> Markup:
    if script is None:
        return head()
    environment = pages()
    assert environment.loader is not None
    text, _, _ = environment.loader.get_source(environment, script)
    return head(Markup(text.replace("\r\n", "\n")))  # noqa: S704 - a file of this package
