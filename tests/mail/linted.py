"""Mails to be linted, and what is found in them in short."""

from efsync.mail.lint import lint
from efsync.mail.mail import Finding, Mail

HEADER = "<!DOCTYPE html><html><body>"
FOOTER = "</body></html>"


def signed(signature: str) -> tuple[Finding, ...]:
    """What is found in a mail with that signature in a header and footer without faults."""
    found = lint(Mail(HEADER, signature, FOOTER))
    assert all(each.part == "signature" for each in found)
    return found


def found_in(signature: str) -> list[tuple[str, int, int]]:
    """The code, line and column of each finding in a signature."""
    return [(each.code, each.line, each.column) for each in signed(signature)]


def codes_in(signature: str) -> list[str]:
    """The codes of the findings in a signature."""
    return [each.code for each in signed(signature)]


def framed(header: str | None, footer: str | None) -> list[tuple[str, str, int, int]]:
    """The code, part, line and column of each finding in a mail with that header and footer, both known."""
    found = lint(Mail(header, "<p>José</p>", footer))
    return [(each.code, each.part.value, each.line, each.column) for each in found]
