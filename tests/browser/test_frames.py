"""A frame that can run nothing and fetch nothing, in a real browser."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from efsync.views.frames import frame, head
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.hostile import CLICKS, FETCHES, RUNS, SECURE, WITNESS
from tests.browser.witness import Witness

LONG_ENOUGH = 700
"""Milliseconds in which whatever a page does by itself has begun."""


def page_of(frames: Iterable[str]) -> str:
    return f'<!DOCTYPE html><html lang="en"><head>{head()}<title>t</title></head><body>{"".join(frames)}</body></html>'


def aimed(html: str, witness: Witness, name: str) -> str:
    """`html` with the address of the witness, who is told by which name it was asked."""
    host = witness.url.removeprefix("http:")
    for placeholder, scheme in ((WITNESS, "http:"), (SECURE, "https:")):
        html = html.replace(placeholder, f"{scheme}{host}/{name}")
    return html.replace("//witness.invalid", f"{host}/{name}")


def framed_all(hostile: Mapping[str, str], witness: Witness) -> str:
    return page_of(frame(aimed(html, witness, name), name) for name, html in hostile.items())


def show(page: Page, folder: Path, text: str) -> None:
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    page.set_viewport_size({"width": 1680, "height": 6000})  # frames load once they are seen
    page.goto(file.as_uri())


def show_for_a_while(page: Page, folder: Path, text: str) -> None:
    show(page, folder, text)
    for each in page.frames:
        each.wait_for_load_state()
    page.wait_for_timeout(LONG_ENOUGH)


def answered(page: Page) -> list[str]:
    """What the page will get, but for itself and what it holds; a request that the policy blocks is never answered."""
    got: list[str] = []

    def note(url: str) -> None:
        if not url.startswith(("file:", "data:")):
            got.append(url)

    page.on("response", lambda response: note(response.url))
    return got


def wait_for(page: Page, witness: Witness) -> None:
    """Until the witness has seen somebody, or for as long as that could take."""
    for _ in range(40):
        if witness.seen:
            return
        page.wait_for_timeout(50)


def test_nothing_in_a_frame_runs(page: Page, witness: Witness, tmp_path: Path) -> None:
    ran: list[str] = []
    page.expose_function("ran", lambda: ran.append("here"))
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    show_for_a_while(page, tmp_path, framed_all(RUNS, witness))
    assert page.locator("iframe").count() == len(RUNS)
    assert page.title() == "t"
    assert ran == []
    page.evaluate("ran()")
    page.wait_for_timeout(50)
    assert ran == ["here"]  # it would have been noted


def test_nothing_in_a_frame_is_fetched(page: Page, witness: Witness, tmp_path: Path) -> None:
    got = answered(page)
    show_for_a_while(page, tmp_path, framed_all(FETCHES, witness))
    assert page.locator("iframe").count() == len(FETCHES)
    assert (witness.seen, got) == ([], [])


@pytest.mark.parametrize(
    "name", ["img", "style-import", "link-preconnect", "link-preconnect-secure", "refresh", "frame"]
)
def test_outside_of_such_a_frame_the_same_is_fetched(page: Page, witness: Witness, tmp_path: Path, name: str) -> None:
    show(page, tmp_path, aimed(FETCHES[name], witness, name))
    wait_for(page, witness)
    assert witness.seen != []


def test_no_name_is_looked_up_for_a_frame(browser: BrowserContext, tmp_path: Path) -> None:
    """`browser` is not needed but for whether there is one: this one writes down all that it does in the network."""
    hostile = {**FETCHES, **CLICKS}
    named = (html.replace("witness.invalid", f"{name}.framed.invalid") for name, html in hostile.items())
    control = '<link rel="preconnect" href="http://control.page.invalid/">'
    (tmp_path / "page.html").write_text(page_of([frame("".join(named), "all"), control]), encoding="utf-8")
    command = [
        str(CHROMIUM), *ARGUMENTS, "--headless", f"--user-data-dir={tmp_path / 'profile'}",
        f"--log-net-log={tmp_path / 'log.json'}", f"--screenshot={tmp_path / 'page.png'}", "--window-size=1680,1050",
        (tmp_path / "page.html").as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    log = (tmp_path / "log.json").read_text(encoding="utf-8")
    assert set(re.findall(r"[\w-]+\.(?:framed|page)\.invalid", log)) == {"control.page.invalid"}


def test_a_click_in_a_frame_leads_nowhere(page: Page, witness: Witness, tmp_path: Path) -> None:
    show_for_a_while(page, tmp_path, framed_all(CLICKS, witness))
    got = answered(page)
    opened: list[Page] = []
    page.context.on("page", lambda other: opened.append(other))
    before = [each.url for each in page.frames]
    for each in page.frames[1:]:
        each.locator("a, button, img, mtext").first.click(force=True)
    page.wait_for_timeout(LONG_ENOUGH)
    assert (witness.seen, got, opened) == ([], [], [])
    assert [each.url for each in page.frames] == before
    assert before == [(tmp_path / "page.html").as_uri(), *["about:srcdoc"] * len(CLICKS)]


@pytest.mark.parametrize("name", ["link", "link-here", "form"])
def test_outside_of_such_a_frame_the_same_click_leads_there(
    page: Page, witness: Witness, tmp_path: Path, name: str
) -> None:
    show(page, tmp_path, aimed(CLICKS[name], witness, name))
    page.locator("a, button").first.click()
    wait_for(page, witness)
    assert witness.seen != []
