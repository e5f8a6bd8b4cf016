"""Every element is closed once, in order, in the text that opens it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.linted import FOOTER, HEADER, codes_in, found_in, framed


def _wrapped(pair: tuple[str, str]) -> str:
    name, inner = pair
    return f"<table><tr><td>{inner}</td></tr></table>" if name == "td" else f"<{name}>{inner}</{name}>"


BALANCED = st.recursive(
    st.sampled_from(["José", "&amp;", "<br>", "<br/>", "<hr />", "<!-- a <b> comment -->", " "]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.tuples(st.sampled_from(["b", "div", "span", "em", "td"]), inner).map(_wrapped),
    ),
    max_leaves=12,
)


@given(html=BALANCED)
def test_what_is_balanced_is_fine(html: str) -> None:
    assert codes_in(html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<p>b</p>",
        "<ul><li>a<li>b</ul>",
        "<table><tr><td>a<td>b<tr><td>c</table>",
        "<div><p>a</div>",
        "<dl><dt>a<dd>b</dl>",
        "<img src='https://acme.example/a.png' alt='' width=1 height=1>",
        "<svg width=1 height=1><path d='M0 0'/></svg>",
        "<TABLE><TR><TD>x</td></tr></table>",
        "a < b &copy; 2 > 1",
        "<!--[if mso]><table><tr><td><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]-->",
    ],
)
def test_what_html_allows_is_fine(html: str) -> None:
    assert codes_in(html) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>\n<b>José</p>", [("html-unclosed", 2, 1)]),
        ("<div><span>x</div>", [("html-unclosed", 1, 6)]),
        ("<p>x", [("html-unclosed", 1, 1)]),
        ("<table><tr><td>x", [("html-unclosed", 1, 1), ("html-unclosed", 1, 8), ("html-unclosed", 1, 12)]),
        ("<div/>x", [("html-unclosed", 1, 1)]),
        ("<title>x<b>y</b>", [("html-unclosed", 1, 1)]),
        ("x</b>", [("html-unopened", 1, 2)]),
        ("<p>x</p>\n</p>", [("html-unopened", 2, 1)]),
        ("<p><div>x</div></p>", [("html-unopened", 1, 16)]),
        ("</br>", [("html-unopened", 1, 1)]),
        ("<b><i>x</b></i>", [("html-order", 1, 12)]),
        ("<a href='https://a.example'><a href='https://b.example'>x</a></a>", [("html-order", 1, 62)]),
        ("<td>x</td>", [("html-misplaced", 1, 1), ("html-unopened", 1, 6)]),
        ("<table><p>x</p><tr><td>y</td></tr></table>", [("html-misplaced", 1, 8)]),
        ("<body>x", [("html-misplaced", 1, 1)]),
        ("x</body>", [("html-misplaced", 1, 2)]),
        ("é\n<p title='x>José</p>", [("html-syntax", 2, 1)]),
        ("a <b", [("html-syntax", 1, 3)]),
        ("x <!-- y <b>z</b>", [("html-syntax", 1, 3)]),
        ('<p class="a"title="b">x</p>', [("html-syntax", 1, 1), ("mail-class", 1, 4)]),
        ("<p>x</>", [("html-syntax", 1, 5), ("html-unclosed", 1, 1)][::-1]),
    ],
)
def test_what_is_not_balanced_is_found_where_it_is(html: str, expected: list[tuple[str, int, int]]) -> None:
    assert found_in(html) == expected


def test_what_a_header_opens_a_footer_can_not_close() -> None:
    assert framed(f"{HEADER}\n<div>", f"</div>{FOOTER}") == [("html-unclosed", "header", 2, 1)]


def test_a_text_that_swallows_the_rest_is_the_only_one_that_is_blamed() -> None:
    assert framed("<!DOCTYPE html>\n<html><head><title>ACME<body>", FOOTER) == [("html-unclosed", "header", 2, 13)]


def test_many_nested_elements_are_judged() -> None:
    assert codes_in("<div>" * 400 + "</div>" * 399) == ["html-unclosed"]


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 5000,
        "</b>" * 5000,
        "<b><i>" * 2000 + "</b></i>" * 2000,
        "<p style='position:" + "(" * 5000 + "'>x</p>",
        "<style>" + "a{" * 5000 + "</style>",
        "<!--[if a]>" * 5000 + "<![endif]" * 5000 + "-->",
        "<" * 5000,
        "<svg>" * 5000,
    ],
    ids=lambda html: html[:20],
)
def test_what_is_made_to_overburden_a_parser_is_judged_all_the_same(html: str) -> None:
    assert isinstance(codes_in(html), list)
