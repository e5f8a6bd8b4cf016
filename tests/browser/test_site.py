"""The documentation site in a real browser: it is read and searched without asking anybody else."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from website.build import build


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    build(folder)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", ["index.html", "es/settings.html", "es/recipes/gmail.html"])
def test_a_page_asks_nobody_else_and_can_be_used_by_everybody(name: str, address: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{name}")
    page.wait_for_load_state("networkidle")
    assert len(asked) > 2
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    worst = [each for each in Axe().run(page).response["violations"] if each["impact"] == "critical"]
    assert worst == []


def test_a_code_is_found_by_searching_in_the_language_of_the_site(address: str, page: Page) -> None:
    page.goto(f"{address}/es/index.html")
    page.keyboard.press("Control+K")
    page.keyboard.type("brake-redirect")
    expect(page.get_by_text("Códigos de problemas").last).to_be_visible()


def test_a_page_is_read_from_the_disk_too_and_leads_to_itself_in_the_other_language(site: Path, page: Page) -> None:
    page.goto((site / "recipes/gmail.html").as_uri())
    expect(page.locator("h1")).to_contain_text("Gmail and Google Workspace")
    page.goto(page.locator('a[hreflang="es"]').first.evaluate("link => link.href"))
    expect(page.locator("h1")).to_contain_text("Gmail y Google Workspace")
