"""Whatever stands in a file or a database comes out of Markdown as literal text."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from efsync.views.markdown import code, fenced, folded, html_code, length, sentence, table, table_row
from efsync.views.visible import visible
from tests.views.rendered import RENDERERS, elements, references, rendered, rows, text, texts

HOSTILE = [
    "@team", "@acme/admins", "mail jperez@acme.example", "#12", "GH-12", "acme/erp#12", "!3", "group/project!3", "~bug",
    "%1.0", "$5", "&3", "^alert#1", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "defaced", "JIRA-12", ":smile:",
    "http://evil.example", "www.evil.example", "ftp://evil.example", "[click](http://evil.example)", "![x](y)",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</details>", "<!-- x", "<http://evil.example>",
    "&lt;b&gt;&#64;team", "a|b", r"a\|b", r"a\\|b", "|", "||", "\\", "`", "``", "`a`", "a`b``c", " `", "` ", "  ", "\t",
    "*b*", "_i_", "~~s~~", "# heading", "> quote", "- item", "1. item", "+", "---", "===", "```", "~~~", "[x]: y",
    "[^1]", "[[_TOC_]]", "/close", "/assign @me", "$`x`$", "$$x$$", "{+ x +}", "a\nb", "a\r\nb\r", "\n\n# h", "\x1b[2J",
    "\u202egnp.exe", "\u2028", "😀", "é", "e\u0301", "\ud83d", "", "a  b", " a", "a ", "-->", "]]>", "<",
]  # fmt: skip

Renderer = Callable[[str], Element]

hosts = pytest.mark.parametrize("render", RENDERERS)
any_text = st.text(alphabet=st.characters(exclude_categories=()))
wild = any_text | st.text(alphabet="`|\\ <>&a@#!:[]()*_~/.-1\n\t") | st.sampled_from(HOSTILE)


def shown(value: str) -> str:
    """What of a value is to be seen on a line."""
    return visible(value).replace("\t", r"\t")


@hosts
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_literal_text(render: Renderer, value: str) -> None:
    for body in (render(f"* {code(value)}"), render(code(value))):
        assert text(body).strip("\n") == (shown(value) or "(empty)")
        assert elements(body) <= {"p", "ul", "li", "code"}
        assert references(body) == []


@hosts
@given(wild)
@example("`a|b` `")
def test_any_value_is_literal_text(render: Renderer, value: str) -> None:
    body = render(f"x {code(value)} y")
    assert text(body) == f"x {shown(value) or '(empty)'} y\n"
    assert elements(body) <= {"p", "code"}


@hosts
@given(st.lists(wild, min_size=3, max_size=3), st.lists(wild, min_size=3, max_size=3))
def test_values_in_a_table_stay_in_their_cells(render: Renderer, first: list[str], second: list[str]) -> None:
    made = table(("a", "b", "c"), [table_row([code(value) for value in row]) for row in (first, second)])
    body = render(made)
    (found,) = body.iterfind("table")
    assert rows(found) == [["a", "b", "c"], *([shown(value) or "(empty)" for value in row] for row in (first, second))]
    assert elements(body) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


@hosts
@given(wild)
def test_a_sentence_says_the_same_and_refers_to_nothing(render: Renderer, value: str) -> None:
    body = render(f"- **error**: {sentence(value)}")
    assert text(body).split() == f"error: {shown(value)}".split()
    assert elements(body) <= {"ul", "li", "strong", "code"}
    assert references(body) == []


def test_the_words_of_a_sentence_are_no_code() -> None:
    said = "port: 70000 is greater than 65535, and (as always) it can't be"
    assert sentence(said) == "port: `70000` is greater than `65535,` and (as always) it can't be"
    assert sentence("ask @acme/mail team now") == "ask `@acme/mail` team now"
    assert sentence("see #1 #2 there") == "see `#1 #2` there"
    assert sentence("") == ""


@hosts
@given(st.lists(wild, max_size=6))
@example(["```", "````", "~~~"])
def test_lines_of_code_can_not_leave_their_fence(render: Renderer, lines: list[str]) -> None:
    body = render(f"{fenced(lines, 'diff')}\n\nafter")
    assert texts(body, "pre") == ["".join(f"{visible(line)}\n" for line in lines)]
    assert texts(body, "p") == ["after"]
    assert elements(body) == {"pre", "code", "p"}


@hosts
@given(wild)
def test_a_folded_part_has_its_summary_and_its_body(render: Renderer, value: str) -> None:
    body = render(folded(f"one {html_code(value)}", f"two {code(value)}"))
    assert texts(body, "details/summary") == [f"one {visible(value)}"]
    assert texts(body, "details/p") == [f"two {shown(value) or '(empty)'}"]
    assert elements(body) <= {"details", "summary", "p", "code"}
    assert references(body) == []


def test_an_address_in_a_place_that_is_html_is_no_link() -> None:
    assert elements(rendered(folded(html_code("jperez@acme.example www.acme.example"), "x"))) == {
        "details", "summary", "code", "p"
    }  # fmt: skip


@pytest.mark.parametrize(("value", "counted"), [("", 0), ("abc", 3), ("ñ", 1), ("😀", 2), ("\n", 1), ("\ud83d", 1)])
def test_a_length_is_counted_as_a_browser_counts(value: str, counted: int) -> None:
    assert length(value) == counted
