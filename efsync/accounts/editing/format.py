"""Canonical order and layout of a department file."""

from typing import Any

from efsync.accounts.document import parse
from efsync.accounts.editing.layout import document_text
from efsync.accounts.editing.read import read
from efsync.accounts.editing.tree import comments
from efsync.accounts.plain import plain_data


class Altered(Exception):
    """What was written would not be read as what it was written from: a mistake of efsync's own."""


def formatted(text: str) -> str:
    """A department file in canonical order and layout; `text` is one that can be read.

    It says the same and has the same comments; line ends stay CRLF where they all are. Raises `Altered` where it
    would not: then the file is better left alone.
    """
    body, is_crlf = with_lf(text)
    before = read(body)
    kept = comments(before)
    made = document_text(before)
    if loaded(made) != loaded(body) or comments(read(made)) != kept:
        raise Altered
    return with_crlf(made) if is_crlf else made


def with_lf(text: str) -> tuple[str, bool]:
    """The text with line ends LF, and whether they all were CRLF."""
    body = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return body, 0 < text.count("\n") == text.count("\r\n")


def with_crlf(text: str) -> str:
    """The text with line ends CRLF."""
    return text.replace("\n", "\r\n")


def loaded(text: str) -> dict[str, Any]:
    """The data of a department file that can be read. Raises `Altered` where it can't."""
    data = plain_data(text)
    if data is not None:
        return data
    document = parse(text, "")
    if document.problems:
        raise Altered
    assert isinstance(document.data, dict)
    return document.data
