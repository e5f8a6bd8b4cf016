"""That the README in Spanish keeps up with the English one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
SPANISH = (ROOT / "README.es.md").read_text(encoding="utf-8")


def headings(text: str) -> list[str]:
    """The level of each heading."""
    return re.findall(r"^(#+) ", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)


def blocks(text: str) -> list[str]:
    """Code without comments."""
    found = re.findall(r"^```(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(r"\s+#.*", "", each) for each in found]


def documents(text: str) -> set[str]:
    """The files of `docs/` that are linked, or shown, in whichever language."""
    return {name.partition("#")[0] for name in re.findall(r"\]\(docs/(?:es/)?([^)]+)\)", text)}


def commands(text: str) -> list[str]:
    """The names in the table of commands."""
    rows = re.findall(r"^\| (`(?:[^|`]|`(?=,))+`.*?) \|", text, re.MULTILINE)
    return [re.findall(r"`([a-z]+)", row)[0] for row in rows if re.match(r"`[a-z]", row)]


def test_it_has_the_same_sections_code_and_documents() -> None:
    assert headings(SPANISH) == headings(ENGLISH)
    assert blocks(SPANISH) == blocks(ENGLISH)
    assert documents(SPANISH) >= documents(ENGLISH)


def test_it_describes_the_same_commands() -> None:
    assert set(commands(SPANISH)) >= set(commands(ENGLISH)) > {"plan", "apply", "doctor"}


def test_each_leads_to_the_other() -> None:
    assert "](README.es.md)" in ENGLISH
    assert "](README.md)" in SPANISH


def test_what_it_links_is_there_in_spanish_where_it_can_be() -> None:
    for name in re.findall(r"\]\(docs/([^)#]+)", SPANISH):
        assert (ROOT / "docs" / name).is_file(), name
        assert not (ROOT / "docs" / "es" / name).is_file(), name
