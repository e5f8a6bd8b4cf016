"""Markdown as GitHub's own renderer shows it, and as the one of GitLab does."""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

import cmarkgfm
import comrak
import html5lib
from cmarkgfm.cmark import Options

OWN = {"h2", "h3", "h4", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
       "code", "pre"}  # fmt: skip
"""The elements that a page has, and no other."""

REFERENCE = re.compile(r"@|://|www\.|[#!&~%$^]\w|\b\w+-\d|:\w+:|\b[0-9a-f]{7,}\b|\]\(", re.IGNORECASE)
"""What a host makes more of than text: mentions, addresses, numbers of issues, commits, pictures."""


GITLAB_HAS = (
    "autolink", "description_lists", "footnotes", "math_code", "math_dollars", "multiline_block_quotes", "shortcodes",
    "strikethrough", "table", "tagfilter", "tasklist", "wikilinks_title_after_pipe",
)  # fmt: skip


def rendered(markdown: str) -> Element:
    """The body of the page at GitHub."""
    return _body(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))


def rendered_by_gitlab(markdown: str) -> Element:
    """The body of the page at GitLab, which knows more kinds of markup."""
    extensions, options = comrak.ExtensionOptions(), comrak.RenderOptions()
    for name in GITLAB_HAS:
        setattr(extensions, name, True)
    options.unsafe_ = options.github_pre_lang = True
    return _body(comrak.render_markdown(markdown, extension_options=extensions, render_options=options))


RENDERERS: tuple[Callable[[str], Element], ...] = (rendered, rendered_by_gitlab)


def _body(html: str) -> Element:
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    assert body is not None
    return body


def elements(body: Element) -> set[str]:
    """The names of all elements in it; one that has an attribute which is not ours with it."""
    return {
        f"{element.tag} {' '.join(element.attrib)}" if set(element.attrib) - {"lang"} else str(element.tag)
        for element in body.iter()
        if element is not body
    }


def text(element: Element) -> str:
    """The text that an element shows."""
    return "".join(element.itertext())


def texts(body: Element, path: str) -> list[str]:
    """The text of every element at `path`."""
    return [text(element) for element in body.iterfind(path)]


def rows(table: Element) -> list[list[str]]:
    """The cells of a table, row by row, its head first."""
    return [[text(cell) for cell in row] for row in table.iter("tr")]


def outside_code(element: Element) -> Iterator[str]:
    """The pieces of text that are in no code, each as a host searches it."""
    if element.tag in ("code", "pre"):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from outside_code(child)
        if child.tail:
            yield child.tail


def references(body: Element) -> list[str]:
    """Every piece of text in which a host would find something to link or to tell somebody."""
    return [piece for piece in outside_code(body) if REFERENCE.search(piece)]
