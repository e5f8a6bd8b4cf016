"""Draws docs/report.png, the README's picture of a report: the plan of the demo, as a browser shows it.

`make picture` runs it. It needs Chromium; `EFSYNC_TEST_CHROMIUM` names one that is called otherwise.
"""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from efsync.settings.read import read_settings
from efsync.views.plan_report import plan_report
from efsync.workflows.demo import demo
from efsync.workflows.plan import plan

PICTURE = Path(__file__).with_name("report.png")
SIZE = {"width": 1200, "height": 1380}
DEPARTMENT = "FINANZAS"
USER = "TLEAL"


def main() -> None:
    """Make the demo in a temporary folder, plan, show the report as a reviewer would, draw."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "efsync.toml"
        demo(settings)
        page = Path(folder) / "report.html"
        page.write_text(plan_report(plan(read_settings(settings))), encoding="utf-8")
        _draw(page)
    print(f"Drew {PICTURE.name}: {PICTURE.stat().st_size / 1000:.0f} kB.")


def _draw(file: Path) -> None:
    chromium = os.environ.get("EFSYNC_TEST_CHROMIUM") or shutil.which("chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en")  # type: ignore[arg-type]
        page.goto(file.as_uri())
        number = page.locator("#department option", has_text=DEPARTMENT).get_attribute("value")
        page.get_by_label("Department").select_option(number)
        page.locator(f"#user-{USER} summary").first.click()
        page.locator("iframe").last.wait_for()
        for frame in page.frames:
            frame.wait_for_load_state()
        page.mouse.move(0, 0)
        page.wait_for_timeout(500)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
