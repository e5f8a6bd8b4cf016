"""Whether a header opens the document, and a footer closes it."""

from collections.abc import Collection, Iterator

from efsync.mail.compose import Composed, Part
from efsync.mail.findings import Found
from efsync.mail.tokens import Kind, Token
from efsync.model.language import Message, message

STANDARD_HEADER = "<!DOCTYPE html><html><body>"
STANDARD_FOOTER = "</body></html>"
"""What stands in for a header or footer that is not known."""


def frame(mail: Composed, tokens: dict[Part, list[Token]]) -> Iterator[Found]:
    """What is wrong with the document's own tags."""
    header, footer = tokens[Part.HEADER], tokens[Part.FOOTER]
    yield from _opening(header)
    yield from _closing(footer, mail.starts[3])
    for part in (Part.MESSAGE, Part.SIGNATURE):
        for token in tokens[part]:
            if token.kind is Kind.END and token.name in ("html", "body"):
                early = message("</{tag}> ends the mail here, before its end", tag=token.name)
                yield Found("html-misplaced", early, token.offset)


def _opening(header: list[Token]) -> Iterator[Found]:
    content = [token for token in header if token.kind is not Kind.COMMENT and not _is_blank(token)]
    start = header[0].offset if header else 0
    if not content or content[0].kind is not Kind.DOCTYPE:
        late = next((token for token in content if token.kind is Kind.DOCTYPE), None)
        if late:
            yield Found("html-header", message("something stands before the doctype"), late.offset)
        else:
            yield Found("html-header", message("does not begin with <!DOCTYPE html>"), start)
    elif content[0].name != "html":
        yield Found("html-header", message("the doctype is not <!DOCTYPE html>"), content[0].offset)
    opened: dict[str, Token] = {}
    for token in content:
        if (
            token.kind is Kind.START
            and token.name in ("html", "body")
            and opened.setdefault(token.name, token) != token
        ):
            yield Found("html-header", message("opens <{tag}> a second time", tag=token.name), token.offset)
    for name in ("html", "body"):
        if name not in opened:
            unopened = message("does not open <{tag}>", tag=name)
            yield Found("html-header", unopened, content[-1].offset if content else start)
    if "html" in opened and "body" in opened and opened["body"].offset < opened["html"].offset:
        yield Found("html-header", message("opens <body> before <html>"), opened["body"].offset)
    for token in content:
        if token.kind is Kind.END and token.name in ("html", "body"):
            closing = message("closes <{tag}>; that is the footer's", tag=token.name)
            yield Found("html-header", closing, token.offset)


def _closing(footer: list[Token], start: int) -> Iterator[Found]:
    content = [token for token in footer if token.kind is not Kind.COMMENT and not _is_blank(token)]
    closing = [token for token in content if token.kind is Kind.END and token.name in ("html", "body")]
    names = [token.name for token in closing]
    last = content[-1].offset if content else start
    for name in ("body", "html"):
        if name not in names:
            yield Found("html-footer", message("does not close <{tag}>", tag=name), last)
    if len(names) > len(set(names)):
        twice = next(token for index, token in enumerate(closing) if token.name in names[:index])
        yield Found("html-footer", message("closes <{tag}> a second time", tag=twice.name), twice.offset)
    elif names == ["html", "body"]:
        yield Found("html-footer", message("closes <html> before <body>"), closing[0].offset)
    if "body" in names:
        after = content[content.index(closing[names.index("body")]) + 1 :]
        for token in after:
            if token not in closing:
                what = f"<{token.name}>" if token.kind is Kind.START else message("something")
                yield Found("html-footer", message("{what} stands after </body>", what=what), token.offset)
                break


def missing(part: Part, known: Collection[Part]) -> Message | None:
    """What is wrong where this part is known to be empty and the other one of `known` is not."""
    if part is Part.HEADER and Part.FOOTER in known:
        return message("the header is empty, and the footer closes what it does not open")
    if part is Part.FOOTER and Part.HEADER in known:
        return message("the footer is empty, and does not close what the header opens")
    return None


def _is_blank(token: Token) -> bool:
    return token.kind is Kind.TEXT and not token.data.strip()
