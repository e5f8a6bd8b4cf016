"""A real browser: Debian's Chromium, one for each process of the tests; where there is none, the test is skipped.

`EFSYNC_TEST_CHROMIUM` names the program where it is called otherwise.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.witness import Witness

CHROMIUM = os.environ.get("EFSYNC_TEST_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = ("--no-sandbox",) if os.geteuid() == 0 else ()


# not for the whole session: while it lasts, its event loop is that of the thread, and nothing else may start one
@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The browser with an ordinary profile: one for a single time would not connect ahead, as people's do.

    Its window is as large as a desk's, and the colours of the system are light.
    """
    if CHROMIUM is None:
        pytest.skip("there is no chromium; EFSYNC_TEST_CHROMIUM names one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": 1680, "height": 1050},
            color_scheme="null",
            locale="es-VE",
        )
        opened.set_default_timeout(10_000)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """An empty page."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture
def witness() -> Iterator[Witness]:
    """A server on loopback that nobody shall ask."""
    with Witness() as listening:
        yield listening
