"""The page on `stats` names what the document has, and shows what the demo prints."""

import re
from pathlib import Path

import pytest

from efsync.model.stats import PasswordAge, SslUse
from efsync.views.stats_document import failed_stats_document
from tests.cli.inside import call
from tests.world import World

ROOT = Path(__file__).parents[2]
PAGES = {"en": "docs/stats.md", "es": "docs/es/stats.md"}


@pytest.mark.parametrize("page", PAGES.values())
def test_it_explains_every_code_of_the_document(page: str) -> None:
    named = set(re.findall(r"`([\w-]+)`", (ROOT / page).read_text(encoding="utf-8")))
    summary = failed_stats_document(None, ())["summary"]
    assert {each.value for each in (*SslUse, *PasswordAge)} | summary.keys() <= named


@pytest.mark.parametrize("language", PAGES)
def test_it_shows_what_the_demo_prints(world: World, language: str) -> None:
    (world.folder / "efsync.toml").unlink()
    (world.folder / "accounts").rmdir()
    assert call(world, "demo").status == 0
    assert call(world, "apply", "--yes").status == 0
    printed = call(world, "stats", EFSYNC_LANG=language).out
    (shown,) = re.findall(r"\$ efsync stats\n(.*?)```", (ROOT / PAGES[language]).read_text(encoding="utf-8"), re.DOTALL)
    for part in shown.split("…\n"):
        assert part in printed
