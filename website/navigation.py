"""In which order the pages stand in the navigation, and under which heading."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from website.commands import FOLDER
from website.words import Words

HOME = "index.md"
README = "readme.md"
SETTINGS = "settings.md"
DEPARTMENT = "department-file.md"

_START = ("quarter-of-an-hour.md", "init.md", "adopting.md")
_DAILY = ("review.md", "report.md", "preview.md", "mail.md", "probe.md", "pipelines.md", "stats.md")
_RECIPES = (
    "recipes/gmail.md", "recipes/microsoft-365.md", "recipes/cpanel.md", "recipes/rotating-passwords.md",
    "recipes/several-companies.md", "recipes/continuous-integration.md",
)  # fmt: skip
_SETTING_UP = ("targets.md", "secrets.md", "security.md", "many-targets.md", "scripts.md", "completion.md")
_REFERENCE = (DEPARTMENT, SETTINGS, "problems.md")
_BUILT = ("design.md", README)


def navigation(pages: Collection[str], words: Words) -> list[Any]:
    """The pages under their headings; one that is not named here stands under the last."""
    commands = sorted(page for page in pages if page.startswith(f"{FOLDER}/") and page != f"{FOLDER}/{HOME}")
    sections: list[tuple[str, Sequence[Any]]] = [
        (words.start, _START),
        (words.daily, _DAILY),
        (words.recipes, _RECIPES),
        (words.setting_up, _SETTING_UP),
        (words.reference, (*_REFERENCE, {words.commands: [f"{FOLDER}/{HOME}", *commands]})),
        (words.how_built, _BUILT),
    ]
    named = {HOME, *commands, f"{FOLDER}/{HOME}", *(page for _title, each in sections for page in _pages(each))}
    sections.append((words.more, sorted(set(pages) - named)))
    shown = [
        (title, [each for each in entries if isinstance(each, dict) or each in pages]) for title, entries in sections
    ]
    return [HOME, *({title: entries} for title, entries in shown if entries)]


def _pages(entries: Sequence[Any]) -> Iterator[str]:
    return (each for each in entries if isinstance(each, str))
