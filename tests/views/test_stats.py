"""Counts as text, Markdown, a page and a document."""

import json
import re
from dataclasses import replace
from html import escape

import html5lib
import pytest
from syrupy.assertion import SnapshotAssertion

from efsync.model.language import ENGLISH, LANGUAGES, use_language
from efsync.model.stats import Counts, DepartmentCount, ServerCount, Split, Stats
from efsync.views.counts import percent
from efsync.views.documents import as_json
from efsync.views.markdown_page import LIMIT
from efsync.views.stats_document import failed_stats_document, stats_document
from efsync.views.stats_markdown import stats_markdown
from efsync.views.stats_page import stats_page
from efsync.views.stats_tables import MOST, breakdowns
from efsync.views.stats_text import stats_text
from tests.browser.hostile import FETCHES, RUNS
from tests.views.counted import COMPANY, COUNTS, NOBODY, hostile
from tests.views.rendered import OWN, RENDERERS, elements, references
from tests.views.shown import ESCAPES
from tests.views.test_plan_text import printed

NAMES = (
    ESCAPES,
    "</table><script>ran()</script>",
    "a|b`c` @team #1 [x](https://a.example)",
    *RUNS.values(),
    *FETCHES.values(),
)
OF_PAGE = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "div", "h1", "h2", "p", "ul", "li",
    "b", "i", "span", "bdi", "code", "wbr", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "name", "content", "class", "id", "aria-label", "aria-labelledby", "role",
    "tabindex", "scope", "style", "title", "data-column",
}  # fmt: skip
MANY = Stats(
    "erp",
    counts=Counts(
        tuple(DepartmentCount(f"D{each:03}", managed=each) for each in range(MOST + 20)),
        tuple(ServerCount(f"s{each:03}", 25, Split(1000 - each, 0)) for each in range(MOST + 1)),
    ),
)


def test_text_has_a_table_for_each_thing_that_is_counted(snapshot: SnapshotAssertion) -> None:
    assert printed(stats_text(COMPANY)) == snapshot


def test_numbers_stand_below_each_other_though_names_are_wide() -> None:
    wide = replace(COMPANY, counts=Counts((DepartmentCount("東京", 1), DepartmentCount("x" * 500, 2))))
    lines = printed(stats_text(wide, 120)).splitlines()
    _title, _managed, _unmanaged, _blank, head, first, more, most, second, total = lines[:10]
    assert second.startswith("東京 ")
    assert (first.split()[0], more, most) == ("x" * 40, "x" * 40, f"{'x' * 39}…")
    assert len(head) == len(first) == len(second) + 2 == len(total)  # a wide sign takes two places


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal(width: int, language: str) -> None:
    use_language(language)
    try:
        tables, _blank, _names = printed(stats_text(COMPANY, width)).rpartition("\n\n")
    finally:
        use_language(ENGLISH)
    assert max(map(len, tables.splitlines())) <= width
    assert "mail.old.example:25" in tables


def test_many_names_are_cut_short_in_all_but_the_document() -> None:
    for shown in (printed(stats_text(COMPANY)), stats_page(COMPANY)):
        assert "20 users: NEW00, NEW01, NEW02, NEW03, NEW04, NEW05, NEW06, NEW07, NEW08, NEW09 and 10 more." in shown
        assert "NOBODY (accounts/ventas.yaml:12)" in shown
    assert "- Unmanaged with mail settings, 20 users: `NEW00`, `NEW01`" in stats_markdown(COMPANY)
    assert [each["user"] for each in stats_document(COMPANY)["accounts"]["not_managed"]][-1] == "NEW19"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "0%"), (0, 9, "0%"), (1, 1000, "<1%"), (1, 8, "12%"), (999, 1000, ">99%"), (7, 7, "100%")],
)
def test_a_share_is_neither_nothing_nor_all_unless_it_is_so(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


def test_markdown_has_the_same_tables(snapshot: SnapshotAssertion) -> None:
    assert stats_markdown(COMPANY) == snapshot


def test_the_document_says_all_of_it_in_english(snapshot: SnapshotAssertion) -> None:
    use_language("es")
    try:
        assert as_json(stats_document(COMPANY)) == snapshot
    finally:
        use_language(ENGLISH)


def test_a_document_of_a_failure_has_the_same_members() -> None:
    failed = failed_stats_document(None, COMPANY.problems)
    assert failed.keys() == stats_document(COMPANY).keys()
    assert (failed["kind"], failed["target"], failed["departments"]) == ("stats", None, [])


def test_a_page_has_each_number_in_a_table_beside_its_bar() -> None:
    page = stats_page(COMPANY)
    for each in breakdowns(COUNTS):
        for row in each.rows:
            cells = zip(each.cells(row.numbers), each.columns, strict=True)
            marks = [
                f'<td{" class=zero" if cell == "0" else ""} data-column="{column}">{escape(cell)}</td>'
                for cell, column in cells
            ]
            assert f"<bdi>{row.label}</bdi></th>{''.join(marks)}</tr>" in page.replace("<wbr>", "").replace(
                '"zero"', "zero"
            )
    assert "<script" not in page
    widths = [float(each) for each in re.findall(r'style="width: ([\d.]+)%"', page)]
    assert min(widths) > 0
    assert max(widths) <= 100


def test_nobody_is_said_so() -> None:
    for shown in (printed(stats_text(NOBODY)), stats_markdown(NOBODY), stats_page(NOBODY)):
        assert "There are no users." in shown
        assert "total" not in shown


def test_of_very_many_departments_and_servers_the_largest_are_shown_and_all_are_counted() -> None:
    departments, servers = breakdowns(MANY.counts)
    for table in (departments, servers):
        assert len(table.rows) == MOST + 1
        assert tuple(map(sum, zip(*(row.numbers for row in table.rows), strict=True))) == tuple(table.total)
    assert (departments.rows[0].label, departments.rows[-1].label) == ("D020", "(20 more departments)")
    assert (servers.rows[0].label, servers.rows[-1].label) == ("s000:25", "(1 more server)")
    assert len(stats_document(MANY)["departments"]) == MOST + 20


def test_names_of_others_are_text_in_every_form() -> None:
    for start in range(0, len(NAMES), 20):
        names = NAMES[start : start + 20]
        stats = hostile(names)
        document = as_json(stats_document(stats))
        shown = (printed(stats_text(stats)), stats_markdown(stats), stats_page(stats), document)
        for each in shown:
            assert all(line.isprintable() for line in each.splitlines())
        assert tuple(each["department"] for each in json.loads(document)["departments"]) == names
        for render in RENDERERS:
            body = render(stats_markdown(stats))
            assert elements(body) <= OWN | {"th align", "td align"}
            assert references(body) == []
        page = html5lib.parse(stats_page(stats), namespaceHTMLElements=False)
        assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= OF_PAGE
        assert {name for element in page.iter() for name in element.attrib} <= ATTRIBUTES


def test_a_page_of_markdown_has_an_end() -> None:
    stats = hostile(["|" * 4_000 + str(each) for each in range(MOST)])
    page = stats_markdown(stats)
    assert len(page) <= LIMIT
    assert "** did not fit." in page
    assert page.count("| **total** |") == 4
