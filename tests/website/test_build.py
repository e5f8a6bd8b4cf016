"""The site is built whole, in each language, and not at all where something is wrong with it."""

import shutil
from pathlib import Path

import cmarkgfm
import html5lib
import pytest

from efsync.cli.program import COMMANDS
from website.__main__ import main
from website.build import Broken, build, pages
from website.links import wrong_links
from website.sources import ROOT
from website.words import ENGLISH, SPANISH

LANGUAGES = {"": "Getting started", "es/": "Para empezar"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository, built strictly."""
    folder = tmp_path_factory.mktemp("built") / "site"
    build(folder)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What the site is made of, to be spoilt."""
    for name in ("docs", "website", "pipelines"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.glob("*.*"):
        if path.is_file():
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def test_every_page_is_there_in_each_language_with_its_navigation(site: Path) -> None:
    for folder, heading in LANGUAGES.items():
        for name in ("index", "quarter-of-an-hour", "problems", "settings", "department-file", "recipes/gmail"):
            text = (site / f"{folder}{name}.html").read_text(encoding="utf-8")
            assert heading in text
        assert {path.stem for path in (site / folder / "commands").glob("*.html")} == {"index", *COMMANDS}


def test_a_page_leads_to_itself_in_the_other_language(site: Path) -> None:
    assert 'href="../es/recipes/gmail.html"' in (site / "recipes/gmail.html").read_text(encoding="utf-8")
    assert 'href="../../recipes/gmail.html"' in (site / "es/recipes/gmail.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["", "es/"])
def test_code_in_tables_reads_as_github_shows_it(folder: str, site: Path) -> None:
    """So what people copy works, from either: GitHub wants a `|` there behind a backslash, and takes that away."""
    for name in ("completion", "scripts", "secrets", "problems"):
        written = (ROOT / "docs" / folder / f"{name}.md").read_text(encoding="utf-8")
        shown = code_in_tables((site / f"{folder}{name}.html").read_text(encoding="utf-8"))
        assert shown == code_in_tables(cmarkgfm.github_flavored_markdown_to_html(written))
    commands = code_in_tables((site / f"{folder}completion.html").read_text(encoding="utf-8"))
    assert "_EFSYNC_COMPLETE=fish_source efsync | source" in commands


def test_no_code_on_the_site_has_a_choice_behind_backslashes(site: Path) -> None:
    shown = [each for page in site.rglob("*.html") for each in code_in_tables(page.read_text(encoding="utf-8"))]
    assert "--format [text|json|markdown|html]" in shown
    assert [each for each in shown if "\\|" in each] == []


def code_in_tables(page: str) -> list[str]:
    """What stands in code in the cells of a page's tables."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    return ["".join(each.itertext()) for each in root.findall(".//td//code")]


def test_nothing_is_fetched_from_elsewhere_and_no_link_leads_nowhere(site: Path) -> None:
    assert list(wrong_links(site)) == []


@pytest.mark.parametrize(
    ("page", "link", "words"),
    [
        ("docs/mail.md", "[gone](gone.md)", "gone.md"),
        ("docs/mail.md", "[gone](preview.md#gone)", "gone"),
        ("docs/mail.md", "![gone](gone.png)", "gone.png"),
        ("docs/recipes/gmail.md", "[gone](../gone.txt)", "gone.txt"),
        ("docs/mail.md", '<a href="gone.html">gone</a>', "gone.html"),
        ("docs/mail.md", "![picture](https://elsewhere.example/picture.png)", "fetched from elsewhere"),
    ],
)
def test_a_broken_link_fails_the_build_and_leaves_the_site_as_it_is(
    page: str, link: str, words: str, repository: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "kept").touch()
    with (repository / page).open("a", encoding="utf-8") as file:
        file.write(f"\n{link}\n")
    with pytest.raises(Broken, match=words):
        build(site, repository)
    assert [path.name for path in site.iterdir()] == ["kept"]


def test_made_pages_speak_the_language_of_the_site_and_english_is_spoken_again_after() -> None:
    english, spanish = pages(ENGLISH), pages(SPANISH)
    assert "Show what apply would do." in english["commands/plan.md"]
    assert "Muestra lo que haría apply." in spanish["commands/plan.md"]
    assert "por defecto" in spanish["commands/plan.md"]
    assert pages(ENGLISH) == english


def test_a_page_without_a_translation_is_shown_in_english_with_a_note(repository: Path) -> None:
    (repository / "docs/fresh.md").write_text("# Fresh\n\nNew here.\n", encoding="utf-8")
    assert pages(ENGLISH, repository)["fresh.md"] == "# Fresh\n\nNew here.\n"
    assert pages(SPANISH, repository)["fresh.md"] == f'# Fresh\n\n!!! note "{SPANISH.not_translated}"\n\n\nNew here.\n'


def test_who_builds_the_site_is_told_how_to_read_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "my site")]) == 0
    assert f"python -m http.server -d '{tmp_path / 'my site'}'" in capsys.readouterr().out
