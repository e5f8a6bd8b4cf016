"""Mails that are alike are judged once, and not otherwise than each for itself."""

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efsync.mail.alike import Linter, shape, skeleton
from efsync.mail.lint import lint
from efsync.mail.mail import Mail
from tests.mail.linted import FOOTER, HEADER

PIECES = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "</table>",
    "<br>",
    "<div",
    ">",
    "<",
    "</",
    ' class="a"',
    ' class="',
    '"',
    "'",
    "=",
    " ",
    "\n",
    "x",
    "José",
    "&amp;",
    "&lt;",
    "\xa0",
    "<!--",
    "-->",
    "<style>",
    "</style>",
    "<STYLE>",
    "</STYLE>",
    ".a{color:red}",
    "position:fixed",
    "<title>",
    "</title>",
    ' onclick="x"',
    ' title="x"',
    ' title="',
    ' title="a>',
    ' href="https://x.example"',
    ' href="mailto:',
    ' href="javascript:x"',
    ' srcset="https://x.example 1x, http://y.example 2x"',
    ' src="https://x.example/x.png"',
    ' src="http://x.example/x.png"',
    "<img",
    ' alt="x"',
    ' alt=""',
    ' width="1" height="1"',
    "<a",
    "</a>",
    "<script>",
    "</script>",
    "<svg>",
    "</svg>",
    "</body>",
    "<!DOCTYPE html>",
    "/",
    'data-x="',
    "<form>",
    "<p onclick=x>",
    'c="q"',
]
HTML = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
HEADERS = st.sampled_from(
    [HEADER, f"{HEADER}<style>.a{{color:red}}</style>", f"{HEADER}<div>", f"{HEADER}<style>", None]
)


@settings(max_examples=1000)
@given(
    header=HEADERS,
    signatures=st.lists(HTML, min_size=1, max_size=4),
    names=st.lists(st.text("xyé <>\"'=/", max_size=6), max_size=3),
)
def test_what_is_found_is_the_same_as_one_by_one(header: str | None, signatures: list[str], names: list[str]) -> None:
    linter = Linter()
    for signature in [*signatures, *(signatures[0].replace("x", name) for name in names)]:
        mail = Mail(header, signature, FOOTER)
        assert linter.findings(mail, shape(mail)) == lint(mail)


@settings(max_examples=1000)
@given(one=HTML, other=HTML)
def test_texts_with_one_skeleton_have_the_same_codes(one: str, other: str) -> None:
    for text in (one, other, one.replace("x", other), one.replace("José", other)):
        if (bones := skeleton(text)) is not None:
            expected = [each.code for each in lint(Mail(HEADER, bones, FOOTER))]
            assert [each.code for each in lint(Mail(HEADER, text, FOOTER))] == expected


@pytest.mark.parametrize(
    "disguised",
    [
        "<p title='>' onclick=x>José</p>",
        '<p a"=">José" onclick="x">x</p>',
        '<a href="mailto:a>z" onclick="e">T<b title=" c="q">',
        "<style>p{position:fixed}</style>",
        "<TEXTAREA>x</TEXTAREA>",
        "<!-- x -->",
        '<p title="a>b">x</p>',
        "<p title=a>x</p>",
    ],
)
def test_what_can_not_be_told_at_a_glance_has_no_skeleton(disguised: str) -> None:
    assert skeleton(disguised) is None


def test_mails_that_differ_in_names_and_addresses_are_read_once() -> None:
    linter = Linter()
    with patch("efsync.mail.lint.lint", wraps=lint) as read:
        for name in ("José Pérez", "Ana", "D&amp;D > C"):
            signature = f'<p title="{name[:3]}">{name}<br>\n<a href="mailto:{name[0]}@acme.example">{name}</a></p>'
            mail = Mail(HEADER, signature, FOOTER)
            assert linter.findings(mail, shape(mail)) == ()
    assert read.call_count == 1


def test_a_finding_elsewhere_does_not_make_every_signature_be_read() -> None:
    linter = Linter()
    header = f"{HEADER}<img src='https://x.example/x.png' width=1 height=1>"
    with patch("efsync.mail.lint.lint", wraps=lint) as read:
        for name in ("José", "Ana"):
            mail = Mail(header, f"<p>{name}</p>", FOOTER)
            assert [each.code for each in linter.findings(mail, shape(mail))] == ["mail-image-alt"]
    assert read.call_count == 1
