"""The mail of an account put together, to be looked at."""

from dataclasses import dataclass
from enum import StrEnum

from efsync.model.problems import Problem

PARTS = ("header", "signature", "footer")
"""The fields that stand around the message of a mail, in their order."""


class PartOrigin(StrEnum):
    """Where a part's text comes from.

    `unmanaged` is what the files leave alone where no ERP was asked for it.
    """

    TEXT = "text"
    FILE = "file"
    TEMPLATE = "template"
    CLEARED = "cleared"
    ERP = "erp"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class PreviewedPart:
    """One of `PARTS`: where it comes from, and the file (or, of a text, the place in one) where it stands.

    `is_empty` where the mail has nothing of it.
    """

    field: str
    origin: PartOrigin
    place: str | None
    is_empty: bool


@dataclass(frozen=True, slots=True)
class PreviewedMail:
    """An account and the HTML document that it sends. `name` and `title` are `None` where no ERP was asked."""

    user: str
    department: str
    name: str | None
    title: str | None
    address: str | None
    parts: tuple[PreviewedPart, ...]
    html: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The mails of the chosen accounts, in the order of the files; `target` names the ERP that was asked, if any."""

    mails: tuple[PreviewedMail, ...]
    subject: str
    target: str | None = None
    problems: tuple[Problem, ...] = ()
