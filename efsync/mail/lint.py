"""Checks the mail that the ERP would send: what is wrong with it, and where in its texts."""

from collections.abc import Collection

from efsync.mail.compose import Composed, Part
from efsync.mail.content import classes, content, without_style
from efsync.mail.findings import Found
from efsync.mail.frame import STANDARD_FOOTER, STANDARD_HEADER, frame, missing
from efsync.mail.mail import Finding, Mail
from efsync.mail.structure import elements, structure
from efsync.mail.tokens import misread, swallowing, tokens
from efsync.model.language import joined

MESSAGE = "<p>Message</p>"
"""What stands in for the message, which efsync does not know."""


def lint(mail: Mail) -> tuple[Finding, ...]:
    """All findings in the texts of a mail, but for its size, in the order of the document."""
    present = {part for part, text in ((Part.HEADER, mail.header), (Part.FOOTER, mail.footer)) if text}
    composed = Composed(mail.header or STANDARD_HEADER, MESSAGE, mail.signature, mail.footer or STANDARD_FOOTER)
    absent = tuple(
        Finding("html-header" if part is Part.HEADER else "html-footer", why, part)
        for part in (Part.HEADER, Part.FOOTER)
        if part in mail.known - present and (why := missing(part, present))
    )
    judged = {*present, Part.SIGNATURE}
    placed = ((composed.place(each.offset), each) for each in sorted(_found(composed), key=_position))
    return absent + tuple(
        Finding(each.code, joined(": ", (place.part.value, each.message)), place.part, place.line, place.column)
        for place, each in dict.fromkeys(placed)
        if place.part in judged
    )


def _found(mail: Composed) -> Collection[Found]:
    parts = {part: list(tokens(text, start)) for (part, text), start in zip(mail.texts, mail.starts, strict=True)}
    found = [
        each
        for (part, text), start in zip(mail.texts, mail.starts, strict=True)
        if (each := swallowing(text, start, parts[part]))
    ]
    if found:
        return found  # what follows is not what anybody meant
    for (_, text), start in zip(mail.texts, mail.starts, strict=True):
        found += misread(text, start)
    every = [token for each in parts.values() for token in each]
    own = elements(mail)
    spans = {element.start: element.attributes for element in own}
    found += structure(mail, every, own)
    found += frame(mail, parts)
    found += content(every, spans)
    found += without_style(every, spans, frozenset(classes(every)))
    return found


def _position(found: Found) -> tuple[int, str]:
    return found.offset, found.code
