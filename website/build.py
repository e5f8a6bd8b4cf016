"""Building the site: once for each language, strictly."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from website.commands import command_pages
from website.keys import department_page, settings_page
from website.links import wrong_links
from website.navigation import DEPARTMENT, SETTINGS, navigation
from website.sources import FILES, ROOT, laid_out, linked_files
from website.speaking import speaking
from website.toml import toml
from website.words import ENGLISH, WORDS, Words

_STYLE = "tables.css"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Broken(Exception):
    """The site can't be built; the message has all reasons."""


def build(site: Path, root: Path = ROOT) -> None:
    """Write the site of the repository `root` into the folder `site`, in place of what is there.

    Raises `Broken` where a page or a link is wrong, and leaves what is there as it is.
    """
    with tempfile.TemporaryDirectory(prefix="efsync-site-") as name:
        work = Path(name)
        for words in WORDS.values():
            _build_in(words, root, work / f"work-{words.language}", work / "site" / _folder(words))
        if wrong := list(wrong_links(work / "site")):
            raise Broken("\n".join(wrong))
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(work / "site", site)


def pages(words: Words, root: Path = ROOT) -> Mapping[str, str]:
    """Every page in one language, by its path on the site: those that are written, and those that are made."""
    with speaking(words.language):
        made = {**command_pages(words), SETTINGS: settings_page(words), DEPARTMENT: department_page(words)}
    return {**laid_out(root, words), **made}


def _build_in(words: Words, root: Path, work: Path, site: Path) -> None:
    found = pages(words, root)
    for page, text in found.items():
        _write(work / "docs" / page, text.encode())
    _write(work / "docs" / _STYLE, (root / "website" / _STYLE).read_bytes())
    for file in linked_files(found):
        _write(work / "docs" / FILES / file, (root / file).read_bytes())
    settings = work / "zensical.toml"
    settings.write_text(f"project = {toml(_settings(words, navigation(found, words), root))}\n", encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode:
        raise Broken(_COLOURS.sub("", done.stderr.partition("Traceback")[0]) or done.stdout)
    shutil.copytree(work / "site", site, dirs_exist_ok=True)


def _folder(words: Words) -> str:
    return "." if words is ENGLISH else words.language


def _settings(words: Words, entries: list[object], root: Path) -> dict[str, object]:
    """What the builder is told; nothing is loaded from elsewhere, neither fonts nor scripts."""
    up = "." if words is ENGLISH else ".."
    alternate = [
        {"name": name, "link": f"{up}/{_folder(WORDS[language])}", "lang": language}
        for language, name in (("en", "English"), ("es", "Español"))
    ]
    return {
        "site_name": "efsync",
        "site_description": words.description,
        "docs_dir": "docs",
        "site_dir": "site",
        "use_directory_urls": False,
        "extra_css": [_STYLE],
        "nav": entries,
        "extra": {"alternate": alternate, "generator": False},
        "theme": {
            "language": words.language,
            "font": False,
            "custom_dir": str(root / "website" / "overrides"),
            "features": ["navigation.top", "navigation.footer", "content.code.copy", "search.highlight"],
            "palette": [
                {"media": "(prefers-color-scheme: light)", "scheme": "default",
                 "toggle": {"icon": "material/weather-night", "name": words.dark}},
                {"media": "(prefers-color-scheme: dark)", "scheme": "slate",
                 "toggle": {"icon": "material/weather-sunny", "name": words.light}},
            ],
        },
        "markdown_extensions": {
            "admonition": {},
            "attr_list": {},
            "md_in_html": {},
            "tables": {},
            "pymdownx.highlight": {},
            "pymdownx.superfences": {},
            "toc": {"permalink": True, "slugify": {"object": "pymdownx.slugs.slugify", "kwds": {"case": "lower"}}},
        },
    }  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
