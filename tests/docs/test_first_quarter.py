"""The first quarter of an hour, typed as it stands there, in each language."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.docs.examples import Typed, examples, session
from tests.world import EFSYNC

PAGES = {"en": "docs/quarter-of-an-hour.md", "es": "docs/es/quarter-of-an-hour.md"}


def typed(page: str) -> list[Typed]:
    return session(*(each.text for each in examples("console", page)))


@pytest.mark.parametrize("language", PAGES)
def test_what_is_typed_prints_what_the_page_says(language: str, tmp_path: Path) -> None:
    path = f"{EFSYNC.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "EFSYNC_LANG": language, "LC_ALL": "C.UTF-8"}
    for each in typed(PAGES[language]):
        done = subprocess.run(
            ["bash", "-c", each.command], cwd=tmp_path, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
        )  # fmt: skip
        each.check(done.stdout, done.returncode)


def test_the_same_is_typed_in_all_languages() -> None:
    english, spanish = ([each.command for each in typed(page)] for page in PAGES.values())
    assert english == spanish
    assert len(english) > 10
