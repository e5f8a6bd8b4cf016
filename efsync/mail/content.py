"""What stands in a mail that must not, or that mail programs drop or block."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from efsync.mail.addresses import address_problem, image_problem, listed
from efsync.mail.findings import Found
from efsync.mail.style import Style, style_attribute, style_sheet
from efsync.mail.tokens import Kind, Token, tokens
from efsync.model.language import joined, message, plural

_FORBIDDEN = {
    "script": "html-script",
    **dict.fromkeys(
        ("form", "input", "button", "select", "textarea", "datalist", "output", "keygen", "isindex"), "html-form"
    ),
    **dict.fromkeys(("frame", "iframe", "frameset", "noframes", "portal", "fencedframe"), "html-frame"),
    **dict.fromkeys(("object", "embed", "applet"), "html-object"),
    "base": "html-base",
}
_ADDRESSES = frozenset({
    "action", "archive", "background", "by", "cite", "classid", "code", "codebase", "data", "dynsrc", "formaction",
    "from", "href", "icon", "longdesc", "lowsrc", "manifest", "ping", "poster", "profile", "src", "srcdoc", "to",
    "usemap", "values", "xlink:href", "xml:base",
})  # fmt: skip
"""Attributes that hold an address, or what an animation puts into one."""

_LISTS = frozenset({"srcset", "imagesrcset"})
_IMAGES = frozenset({"background", "poster", "lowsrc", "dynsrc"})
_CONDITIONAL = re.compile(r"\[if\b[^\]]*\]>(.*)<!\[endif\]", re.DOTALL | re.IGNORECASE)

Spans = Mapping[int, Mapping[str, int]]
"""The offsets of the attributes of the tag at an offset."""


def content(found: list[Token], spans: Spans) -> Iterator[Found]:
    """What is wrong with each tag, attribute and style, those in conditional comments too."""
    sheet: Token | None = None
    for token in found:
        if token.kind is Kind.START:
            attributes = dict(reversed(token.attributes))  # the first of a name counts
            yield from _tag(token, attributes, spans.get(token.offset, {}))
        elif token.kind is Kind.TEXT and sheet is not None:
            yield from _sheet(token, style_sheet(token.data))
        elif token.kind is Kind.COMMENT and (inner := _CONDITIONAL.match(token.data)):
            hidden = list(tokens(inner[1].replace("<!--", "")))  # so that none of it hides in another comment
            yield from (Found(each.code, each.message, token.offset) for each in content(hidden, {}))
        sheet = token if token.kind is Kind.START and token.name == "style" else None


def classes(found: list[Token]) -> Iterator[str]:
    """The classes that the style sheets among the tokens define."""
    for before, token in pairwise(found):
        if token.kind is Kind.TEXT and before.kind is Kind.START and before.name == "style":
            yield from style_sheet(token.data).classes


def without_style(found: list[Token], spans: Spans, defined: Collection[str]) -> Iterator[Found]:
    """The classes of elements that no style sheet defines."""
    for token in found:
        if token.kind is Kind.START:
            names = dict(reversed(token.attributes)).get("class", "").split()
            missing = [name for name in dict.fromkeys(names) if name not in defined]
            if missing:
                undefined = plural(
                    "no <style> of the mail defines the class {names}",
                    "no <style> of the mail defines the classes {names}",
                    len(missing),
                    names=", ".join(missing),
                )
                yield Found("mail-class", undefined, spans.get(token.offset, {}).get("class", token.offset))


def _tag(token: Token, attributes: Mapping[str, str], spans: Mapping[str, int]) -> Iterator[Found]:
    name = token.name
    if name in _FORBIDDEN:
        yield Found(_FORBIDDEN[name], message("<{tag}> can't stand in a mail", tag=name), token.offset)
    if name == "meta" and attributes.get("http-equiv", "").strip().lower() == "refresh":
        yield Found("html-refresh", message("<meta http-equiv=refresh> leads elsewhere"), token.offset)
    if name == "link" and "stylesheet" in attributes.get("rel", "").lower().split():
        yield Found("mail-stylesheet", message("<link> loads a style sheet"), token.offset)
    for attribute, value in token.attributes:
        place = spans.get(attribute, token.offset)
        yield from (Found(code, why, place) for code, why in _attribute(attribute, value))
    if name in ("img", "image"):
        yield from _image(token, attributes, spans)


def _attribute(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name.startswith("on") and len(name) > 2:
        yield "html-event-handler", message("{attribute} runs a script", attribute=name)
    elif name == "style":
        yield from ((each.code, each.message) for each in style_attribute(value).findings)
    elif name in _LISTS:
        for address in listed(value):
            if problem := address_problem(address) or image_problem(address):
                yield problem
    elif name in _ADDRESSES:
        problem = address_problem(value) or (image_problem(value) if name in _IMAGES else None)
        yield from [problem] if problem else []


def _image(token: Token, attributes: Mapping[str, str], spans: Mapping[str, int]) -> Iterator[Found]:
    source = attributes.get("src", attributes.get("xlink:href", attributes.get("href", "")))
    if problem := image_problem(source):
        yield Found(*problem, spans.get("src", token.offset))
    if token.name == "image":
        return
    if "alt" not in attributes:
        yield Found("mail-image-alt", message("a picture has no alt"), token.offset)
    styled = style_attribute(attributes.get("style", "")).properties
    missing = [each for each in ("width", "height") if not attributes.get(each, "").strip() and each not in styled]
    if missing:
        lacking = joined(message(" and no "), missing)
        yield Found("mail-image-size", message("a picture has no {attributes}", attributes=lacking), token.offset)


def _sheet(token: Token, style: Style) -> Iterator[Found]:
    lines = token.data.split("\n")
    for each in style.findings:
        offset = sum(len(line) + 1 for line in lines[: each.line - 1]) + each.column - 1
        yield Found(each.code, each.message, token.offset + offset)
