"""Judges many mails that are alike once: what differs is often a name, which changes nothing about the HTML."""

import re
from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache

from efsync.mail.compose import Part
from efsync.mail.mail import Finding, Mail

_PLAIN = re.compile(
    r"""
    (?: [^<]*+ <
        (?! /? (?i: iframe | math | noembed | noframes | noscript | plaintext | script | select | style | svg
                  | template | textarea | title | xmp ) \b )
        /? [A-Za-z][A-Za-z0-9]*+ (?: [ \n]++ [A-Za-z][A-Za-z0-9:-]*+ ="[^"<>]*+" )*+ [ \n]? /?
    > )*+ [^<]*+
    """,
    re.VERBOSE,
)
"""Texts and tags that end where they seem to: no quote is open, no value holds a > or <, no tag makes others text."""

_TEXT = re.compile(r">[^<]*[^\s<][^<]*")
_ADDRESS = re.compile(r'="(?<!srcset=")(?<!class=")(https://|mailto:|tel:)[^"<>]+"')
_MEANING = re.compile(r' (alt|title)="[^"<>]+"')
_MOST = 4096
"""How many verdicts are kept at a time."""


@lru_cache(maxsize=512)
def skeleton(text: str) -> str | None:
    """What decides about the findings in a text: all but its words, and what addresses and pictures are called.

    `None` where that can't be told at a glance. Where what is left is plain, the text was: a > after which words were
    taken out ends a tag or stands among words, since no value holds one.
    """
    bones = _ADDRESS.sub(r'="\1x"', _TEXT.sub(">x", text))
    if "alt=" in bones or "title=" in bones:
        bones = _MEANING.sub(r' \1="x"', bones)
    return bones if _is_plain(bones) else None


@lru_cache(maxsize=512)
def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None


def shape(mail: Mail) -> Hashable:
    """Mails of the same shape have the same findings, but for their lines and columns in the signature."""
    bones = skeleton(mail.signature) if mail.signature else None
    return mail if bones is None else (mail.header, bones, mail.footer, mail.known)


class Linter:
    """As `lint`, but fast where mails are alike."""

    def __init__(self) -> None:
        self._verdicts: dict[Hashable, tuple[Finding, ...] | None] = {}

    @cached_property
    def _lint(self) -> Callable[[Mail], tuple[Finding, ...]]:
        from efsync.mail.lint import lint  # loads the parsers, which not every company needs

        return lint

    def findings(self, mail: Mail, shape: Hashable) -> tuple[Finding, ...]:
        """All findings in the texts of a mail of that shape, but for its size, in the order of the document."""
        if shape in self._verdicts:
            verdict = self._verdicts[shape]
            return self._lint(mail) if verdict is None else verdict
        found = self._lint(mail)
        if len(self._verdicts) >= _MOST:
            self._verdicts.clear()
        is_same_for_all = shape is mail or all(each.part is not Part.SIGNATURE for each in found)
        self._verdicts[shape] = found if is_same_for_all else None
        return found
