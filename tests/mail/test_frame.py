"""A header opens the document, and a footer closes it."""

import pytest

from efsync.mail.compose import Part
from efsync.mail.lint import lint
from efsync.mail.mail import Mail
from tests.mail.linted import FOOTER, HEADER, framed

MISSING = ("html-header", "header", 0, 0), ("html-footer", "footer", 0, 0)


@pytest.mark.parametrize(
    ("header", "footer"),
    [
        (HEADER, FOOTER),
        (
            "<!-- ACME -->\n<!DOCTYPE html>\n<html lang='es'>\n<head><title>ACME</title></head>\n<body>\n",
            "\n</body>\n</html>\n",
        ),
        ("<!doctype HTML PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN'><HTML><BODY>", "<p>x</p></BODY></HTML><!-- end -->"),
        (None, None),
    ],
)
def test_a_frame_that_opens_and_closes_the_document_is_fine(header: str | None, footer: str | None) -> None:
    assert framed(header, footer) == []


@pytest.mark.parametrize(
    ("header", "places"),
    [
        ("<html><body>", [(1, 1)]),
        ("x<!DOCTYPE html><html><body>", [(1, 2)]),
        ("<!DOCTYPE svg><html><body>", [(1, 1)]),
        ("<!DOCTYPE html>\n<body>", [(2, 1)]),
        ("<!DOCTYPE html>\n<html>\n", [(2, 1)]),
        ("<!DOCTYPE html><html><body></body>", [(1, 28)]),
        ("<!DOCTYPE html><html><body><body>", [(1, 28)]),
        ("<!DOCTYPE html><body><html>", [(1, 16)]),
        ("<p>x</p>", [(1, 1), (1, 5), (1, 5)]),
    ],
)
def test_what_a_header_lacks_is_told(header: str, places: list[tuple[int, int]]) -> None:
    found = framed(header, FOOTER)
    assert [(line, column) for code, part, line, column in found] == places
    assert {(code, part) for code, part, _, _ in found} == {("html-header", "header")}


@pytest.mark.parametrize(
    ("footer", "places"),
    [
        ("<p>x</p>", [(1, 5), (1, 5)]),
        ("</html>", [(1, 1)]),
        ("</body>", [(1, 1)]),
        ("</html></body>", [(1, 1)]),
        ("</body></html>\n<p>x</p>", [(2, 1)]),
        ("</body>x</html>", [(1, 8)]),
        ("</body></html></html>", [(1, 15)]),
    ],
)
def test_what_a_footer_lacks_is_told(footer: str, places: list[tuple[int, int]]) -> None:
    found = framed(HEADER, footer)
    assert [(line, column) for code, part, line, column in found] == places
    assert {(code, part) for code, part, _, _ in found} == {("html-footer", "footer")}


def test_one_without_the_other_is_told_at_the_one_that_is_cleared() -> None:
    assert framed(HEADER, None) == [MISSING[1]]
    assert framed(None, FOOTER) == [MISSING[0]]


@pytest.mark.parametrize(
    "mail",
    [
        Mail(HEADER, None, None, frozenset({Part.HEADER})),
        Mail(None, "<p>x</p>", FOOTER, frozenset({Part.FOOTER, Part.SIGNATURE})),
    ],
)
def test_what_is_not_known_is_not_judged(mail: Mail) -> None:
    assert lint(mail) == ()
    assert lint(mail._replace(known=frozenset(Part))) != ()
