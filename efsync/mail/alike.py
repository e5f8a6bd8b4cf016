"""Judges many mails that are alike once: what differs is often a name, which changes nothing about the HTML."""

import re
from collections.abc import Hashable
from functools import lru_cache

from efsync.mail.compose import Part
from efsync.mail.lint import Finding, Mail, lint

_TAG = re.compile(
    r'(<(?:/[A-Za-z][A-Za-z0-9]*|[A-Za-z][A-Za-z0-9]*(?:[ \n]+[A-Za-z][A-Za-z0-9:-]*="[^"<>]*")*+[ \n]?/?)>)'
)
"""A tag that ends where it seems to: no quote is open, and no value holds a > or <."""

_UNUSUAL = re.compile(
    r"</?(?:iframe|math|noembed|noframes|noscript|plaintext|script|select|style|svg|template|textarea|title|xmp)\b",
    re.IGNORECASE,
)
"""Elements in which texts and tags mean something else."""

_VARYING = re.compile(r'([ \n](?:href|src)="(?:https://|mailto:|tel:)|[ \n](?:alt|title)=")[^"]+"')
"""Values of which only the beginning, or that they are there, says anything."""

_BLANKS = " \n\t\f\r"
_MOST = 4096
"""How many verdicts are kept at a time."""


@lru_cache(maxsize=512)
def skeleton(text: str) -> str | None:
    """What decides about the findings in a text: its tags, and where between them something stands.

    `None` where that can't be told at a glance.
    """
    pieces = _TAG.split(text)
    between = pieces[::2]
    if "<" in "".join(between):
        return None
    pieces[::2] = ["x" if each.strip(_BLANKS) else each and " " for each in between]
    tags = "".join(pieces)
    return None if _UNUSUAL.search(tags) else _VARYING.sub(r'\1x"', tags)


def shape(mail: Mail) -> Hashable:
    """Mails of the same shape have the same findings, but for their lines and columns in the signature."""
    bones = skeleton(mail.signature) if mail.signature else None
    return mail if bones is None else (mail.header, bones, mail.footer, mail.known)


class Linter:
    """As `lint`, but fast where mails are alike."""

    def __init__(self) -> None:
        self._verdicts: dict[Hashable, tuple[Finding, ...] | None] = {}

    def findings(self, mail: Mail, shape: Hashable) -> tuple[Finding, ...]:
        """All findings in the texts of a mail of that shape, but for its size, in the order of the document."""
        if shape in self._verdicts:
            verdict = self._verdicts[shape]
            return lint(mail) if verdict is None else verdict
        found = lint(mail)
        if len(self._verdicts) >= _MOST:
            self._verdicts.clear()
        is_same_for_all = shape is mail or all(each.part is not Part.SIGNATURE for each in found)
        self._verdicts[shape] = found if is_same_for_all else None
        return found
