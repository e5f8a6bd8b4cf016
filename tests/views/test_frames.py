"""What a frame's document is made of. What it can do is tried in a real browser: tests/browser."""

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from efsync.views.frames import frame, framed, head


def shown(html: str) -> str:
    """What becomes of the HTML itself."""
    return framed(html).partition("</style>")[2]


@pytest.mark.parametrize(
    "html",
    [
        "<!DOCTYPE html><html><body>Hola",
        "<p title='a > b'>José &lt;link rel=x&gt; ñ</p>",
        "<a name=\"top\">Arriba</a><a id=x class='a b' >x</a><a>",
        "<abbr>a</abbr><address>b</address><linker>",
        "</a></iframe></link><!-- a -->",
        "",
    ],
)
def test_harmless_html_is_shown_as_it_is(html: str) -> None:
    assert shown(html) == html


@pytest.mark.parametrize(
    ("html", "disarmed"),
    [
        ('<a href="https://acme.example">x</a>', '<a href=about:blank target=_blank  href="https://acme.example">x</a>'),
        ("<A\nHREF=x>", "<A href=about:blank target=_blank \nHREF=x>"),
        ("<a name=x href=y>", "<a href=about:blank target=_blank  name=x href=y>"),
        ("<a name='>' href=y>", "<a href=about:blank target=_blank  name='>' href=y>"),
        ("<a name='\"' href=y title='\">'>", "<a href=about:blank target=_blank  name='\"' href=y title='\">'>"),
        ("<a x' href=y>", "<a href=about:blank target=_blank  x' href=y>"),
        ("<a/href=y>", "<a href=about:blank target=_blank /href=y>"),
        ("<a name=x", "<a href=about:blank target=_blank  name=x"),
        ("<svg><a xlink:href=y>", "<svg><a href=about:blank target=_blank  xlink:href=y>"),
        ("<area href=y>", "<area href=about:blank target=_blank  href=y>"),
        ("<link rel=preconnect href=y>", "<link rel=none  rel=preconnect href=y>"),
        ("<LINK/REL=preconnect>", "<LINK rel=none /REL=preconnect>"),
        ("<link ='preconnect'>", "<link rel=none  ='preconnect'>"),
        ("<iframe src=y></iframe>", "<iframe srcdoc=&nbsp;  src=y></iframe>"),
        ("<iframe>", "<iframe srcdoc=&nbsp; >"),
        ("<frameset><frame src=y>", "<frameset><frame src=about:blank  src=y>"),
    ],
)  # fmt: skip
def test_what_connects_or_navigates_is_disarmed(html: str, disarmed: str) -> None:
    assert shown(html) == disarmed


def test_the_head_that_lets_nothing_happen_comes_first() -> None:
    assert framed("<!DOCTYPE html>").startswith(str(head()))
    assert "default-src &#39;none&#39;" in head()
    assert "script-src" not in head()


def test_a_page_may_have_one_script_which_no_frame_has() -> None:
    script = Markup("alert('<ñ>');")
    digest = b64encode(sha256("alert('<ñ>');".encode()).digest()).decode()
    assert "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:" in head(script)
    assert f"script-src &#39;sha256-{digest}&#39;" in head(script)
    assert head(script).endswith("<script>alert('<ñ>');</script>")


@given(st.text() | st.text("<>\"'&/= ahrefinklm\n\0"))
def test_nothing_leaves_the_attribute_of_a_frame(html: str) -> None:
    shown = frame(html, html, html)
    assert isinstance(shown, Markup)
    assert shown.count("<") == shown.count(">") == 2
    assert shown.count('"') == 12
    assert shown.endswith('"></iframe>')


def test_a_frame_is_a_sandbox_without_any_permission() -> None:
    assert 'sandbox=""' in frame("", "A mail")
    assert "allow" not in frame("", "A mail")
