"""Mails as a mail program would show them, on a page."""

from collections.abc import Iterable

from markupsafe import Markup

from efsync.model.language import _, message, translated
from efsync.model.previews import PartOrigin, Preview, PreviewedMail, PreviewedPart
from efsync.views.counts import accounts
from efsync.views.labels import field_label
from efsync.views.pages import pages

MARK = Markup('<meta name="generator" content="efsync preview">')
"""What stands in the beginning of every such page."""

_ORIGINS = {
    PartOrigin.TEXT: message("text in the department file"),
    PartOrigin.FILE: message("file"),
    PartOrigin.TEMPLATE: message("template"),
    PartOrigin.CLEARED: message("cleared"),
    PartOrigin.ERP: message("the ERP; the files do not manage it"),
    PartOrigin.UNMANAGED: message("not managed, so not shown; the ERP's stays"),
}


def preview_page(preview: Preview) -> str:
    """The page: one mail at a time, at the widths of a telephone and a desk, in light and in dark colours."""
    template = pages().get_template("preview.html")
    shared = _shared(preview.mails)
    shelf = {mail.user: f"mail-{number}" for number, mails in enumerate(shared, 1) for mail in mails}
    page = template.render(
        preview=preview, mark=MARK, shared=shared, shelf=shelf, origin=_origin, label=field_label, accounts=accounts
    )
    return page.encode("utf-8", "replace").decode()  # half a character, which a database may hold, is none


def _shared(mails: Iterable[PreviewedMail]) -> list[list[PreviewedMail]]:
    """The accounts whose mails are the same and made of the same, together."""
    shared: dict[tuple[str, tuple[PreviewedPart, ...]], list[PreviewedMail]] = {}
    for mail in mails:
        shared.setdefault((mail.html, mail.parts), []).append(mail)
    return list(shared.values())


def _origin(part: PreviewedPart) -> str:
    """Where a part comes from, in words."""
    is_there = part.origin not in (PartOrigin.CLEARED, PartOrigin.UNMANAGED)
    if is_there and part.is_empty:
        return _("{origin}, where it is empty", origin=_ORIGINS[part.origin])
    return translated(_ORIGINS[part.origin])
