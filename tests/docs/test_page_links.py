"""Whoever reads the pages in the repository itself finds what they link to."""

import posixpath
import re

import pytest

from tests.docs.examples import ROOT, pages

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", [each for each in pages() if not each.startswith("website/")])
def test_a_link_leads_to_a_file_of_the_repository(page: str) -> None:
    links = [each for each in LINK.findall((ROOT / page).read_text(encoding="utf-8")) if ":" not in each]
    missing = [each for each in links if not (ROOT / posixpath.dirname(page) / each).exists()]
    assert missing == []
