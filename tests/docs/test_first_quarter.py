"""The first quarter of an hour, typed as it stands there, in each language."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.examples import ROOT, examples
from tests.world import EFSYNC

PAGES = {
    language: page
    for language, page in {"en": "docs/quarter-of-an-hour.md", "es": "docs/es/quarter-of-an-hour.md"}.items()
    if (ROOT / page).exists()
}


def session(page: str) -> list[tuple[str, list[str]]]:
    """Each command of a page, with the lines that it shall print."""
    typed: list[tuple[str, list[str]]] = []
    for example in examples("console", page):
        for line in example.text.splitlines():
            if line.startswith("$ "):
                typed.append((line[2:], []))
            else:
                typed[-1][1].append(line)
    return typed


def pattern(lines: list[str]) -> str:
    """What a command prints: a line of `…` alone stands for any lines, one inside of a line for any characters."""
    whole = "".join("(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in lines)
    return whole or r"[\s\S]*"


@pytest.mark.parametrize("language", PAGES)
def test_what_is_typed_prints_what_the_page_says(language: str, tmp_path: Path) -> None:
    path = f"{EFSYNC.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "EFSYNC_LANG": language, "LC_ALL": "C.UTF-8"}
    typed = session(PAGES[language])
    assert len(typed) > 10
    for command, lines in typed:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout}"
        assert re.fullmatch(pattern(lines), done.stdout), f"{command} printed\n{done.stdout}"


def test_the_pages_of_all_languages_type_the_same_but_for_names() -> None:
    first, *others = ([command for command, _lines in session(page)] for page in PAGES.values())
    assert all(other == first for other in others)
