"""Puts an outgoing mail together, as the ERP does."""


def compose(header: str | None, message: str, signature: str | None, footer: str | None) -> str:
    """The HTML document that is sent: header, message, signature and footer, one after the other."""
    return "".join((header or "", message, signature or "", footer or ""))
