"""A page in Spanish says what the English one says: the same sections, and the same examples."""

import tomllib
from typing import Any

import pytest
import yaml

from tests.docs.examples import ROOT, examples
from website.sources import headings

PAGES = sorted(path.relative_to(ROOT / "docs" / "es").as_posix() for path in (ROOT / "docs" / "es").rglob("*.md"))


def data(page: str) -> list[Any]:
    """What the examples of a page hold, whatever their comments say."""
    settings = [tomllib.loads(each.text) for each in examples("toml", page)]
    return [
        settings,
        *(list(yaml.safe_load_all(each.text)) for kind in ("yaml", "json") for each in examples(kind, page)),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_sections_and_examples_of_the_english_one(page: str) -> None:
    english, spanish = (ROOT / "docs" / page, ROOT / "docs" / "es" / page)
    assert len(headings(spanish.read_text("utf-8"))) == len(headings(english.read_text("utf-8")))
    assert data(f"docs/es/{page}") == data(f"docs/{page}")


def test_every_page_is_there_in_spanish() -> None:
    english = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in english if not page.startswith("es/")} - set(PAGES) == set()
