"""The page of `stats`, in a real browser."""

from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from efsync.model.language import ENGLISH, use_language
from efsync.model.stats import ServerCount, Split
from efsync.views.stats_page import stats_page
from tests.browser.hostile import CLICKS, FETCHES, RUNS
from tests.browser.test_frames import LONG_ENOUGH, aimed
from tests.browser.test_report import said, show  # noqa: F401
from tests.browser.witness import Witness
from tests.views.counted import COMPANY, COUNTS, NOBODY, hostile

WIDTHS = """element => [...element.querySelectorAll(".bar")].map(bar =>
  [...bar.querySelectorAll(".part")].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0))"""


def spanish() -> str:
    """The page in Spanish, whose words are longer."""
    use_language("es")
    try:
        return stats_page(COMPANY)
    finally:
        use_language(ENGLISH)


@pytest.mark.usefixtures("said")
def test_bars_are_as_long_as_their_numbers_and_beside_their_table(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    show(page, tmp_path, stats_page(COMPANY))
    section = page.get_by_role("region", name="Outgoing server")
    first, second, third, *_others = section.evaluate(WIDTHS)
    whole = section.locator(".track").first.bounding_box()
    assert whole is not None
    assert first == pytest.approx(whole["width"], abs=1)
    assert second == pytest.approx(first * 4 / 1020, abs=1)
    assert third == pytest.approx(first * 100 / 1020, abs=1)
    chart, table = section.get_by_role("img").bounding_box(), section.get_by_role("table").bounding_box()
    assert chart is not None
    assert table is not None
    assert chart["x"] + chart["width"] < table["x"]
    cells = section.get_by_role("row", name="smtp.acme.example:587").get_by_role("cell").all_inner_texts()
    assert cells == ["1,000", "20", "1,020", "82%"]
    page.set_viewport_size({"width": 380, "height": 900})
    chart, table = section.get_by_role("img").bounding_box(), section.get_by_role("table").bounding_box()
    assert chart is not None
    assert table is not None
    assert chart["y"] + chart["height"] < table["y"]


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    page: Page, tmp_path: Path, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for text in (stats_page(COMPANY), spanish(), stats_page(hostile(list(RUNS.values()))), stats_page(NOBODY)):
        show(page, tmp_path, text)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("said")
def test_servers_that_differ_in_their_port_are_told_apart_in_the_chart(page: Page, tmp_path: Path) -> None:
    long = tuple(ServerCount("mail.hosting-viejo.example.com.ve", port, Split(3, 4)) for port in (25, 465))
    for width in (390, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        show(page, tmp_path, stats_page(replace(COMPANY, counts=replace(COUNTS, servers=long))))
        labels = page.get_by_role("region", name="Outgoing server").locator(".label")
        assert [each.inner_text().replace("\n", "") for each in labels.all()] == [
            "mail.hosting-viejo.example.com.ve:25", "mail.hosting-viejo.example.com.ve:465",
        ]  # fmt: skip
        for each in labels.all():
            assert each.evaluate("it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight")


@pytest.mark.usefixtures("said")
def test_on_a_telephone_no_column_is_out_of_sight_and_no_word_is_broken(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    show(page, tmp_path, spanish())
    for table in page.locator(".scrolled").all():
        assert table.evaluate("element => element.scrollWidth <= element.clientWidth")
    row = page.locator("#department ~ .both tbody tr").nth(1)
    assert row.get_by_role("cell").count() == 5  # but for the one that is nothing
    shown = row.locator("td").evaluate_all(
        "cells => cells.map(each => each.innerText + getComputedStyle(each, '::after').content)"
    )
    assert shown[0] == '12" gestionadas"'
    heights = page.locator(".numbers td:visible").evaluate_all("cells => cells.map(each => each.offsetHeight)")
    assert max(heights) < 2 * min(heights)


@pytest.mark.usefixtures("said")
def test_on_paper_bars_keep_their_colours_and_tables_are_whole(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, stats_page(COMPANY))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1000})
    part = page.locator(".track .managed").first
    assert part.evaluate("element => getComputedStyle(element).printColorAdjust") == "exact"
    assert page.locator(".scrolled").first.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.usefixtures("said")
def test_names_run_nothing_and_ask_nobody(page: Page, witness: Witness, tmp_path: Path) -> None:
    ran: list[str] = []
    page.expose_function("ran", lambda: ran.append("ran"))
    names = [aimed(each, witness, "name") for each in (*RUNS.values(), *FETCHES.values(), *CLICKS.values())]
    show(page, tmp_path, stats_page(hostile(names[:90])))
    page.wait_for_timeout(LONG_ENOUGH)
    assert (ran, witness.seen) == ([], [])
    assert len(page.locator("#department ~ .both tbody tr").all()) == min(len(names), 90)
