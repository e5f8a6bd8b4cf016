"""The pages that are written by hand, with their links led to where they stand on the site."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pymdownx.slugs import slugify

from website.navigation import HOME, README
from website.words import ENGLISH, WORDS, Words

ROOT = Path(__file__).parents[1]
FILES = "files"
"""The folder of the site for what pages link to in the repository: a pipeline to copy, a picture of the README."""

_LINK = re.compile(r"(?<!\\)(\]\()([^)\s]*)(\))")
_SCHEME = re.compile(r"[a-z]+:|//|#")
_FENCE = re.compile(r"^ *(```+|~~~+)")
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Written:
    """A page in the words of somebody: its file, from the top of the repository, and the language that it is in."""

    file: str
    language: str


def written_pages(root: Path, words: Words) -> Mapping[str, Written]:
    """For each page of the site its file: that of the language, or the English one where there is none."""
    names = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    sources = {name: f"docs/{name}" for name in names if not name.startswith("es/")}
    sources |= {README: "README.md", HOME: "website/index.md"}
    found = {}
    for page, english in sources.items():
        own = _in(words.language, english)
        there = words is not ENGLISH and (root / own).is_file()
        found[page] = Written(own, words.language) if there else Written(english, ENGLISH.language)
    return found


def laid_out(root: Path, words: Words) -> Mapping[str, str]:
    """The text of each written page, by its path on the site."""
    pages = written_pages(root, words)
    languages = [each for each in WORDS if each != ENGLISH.language]
    where = {each.file: page for page, each in written_pages(root, ENGLISH).items()}
    where |= {_in(language, file): page for file, page in where.items() for language in languages}
    where = {file: page for file, page in where.items() if (root / file).is_file()}
    return {page: _led(root, page, each, where, pages, words) for page, each in pages.items()}


def linked_files(pages: Mapping[str, str]) -> set[str]:
    """What the pages link to of the repository, as paths from its top."""
    found = set()
    for page, text in pages.items():
        for _number, line in _prose(text):
            for link in _LINK.finditer(line):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link[2].partition("#")[0]))
                if not _SCHEME.match(link[2]) and target.startswith(f"{FILES}/"):
                    found.add(target.removeprefix(f"{FILES}/"))
    return found


@cache
def headings(text: str) -> Sequence[str]:
    """The anchors of a page's headings, as the site makes them."""
    slug = slugify(case="lower")
    found = [_HEADING.match(line) for _number, line in _prose(text)]
    return [slug(re.sub(r"[`*\\]", "", each[1]), "-") for each in found if each]


def _led(
    root: Path, page: str, source: Written, where: Mapping[str, str], pages: Mapping[str, Written], words: Words
) -> str:
    """The text of a page; its links lead to pages of the site, or to a copy of the file that they mean."""
    text = (root / source.file).read_text(encoding="utf-8")

    def led(link: re.Match[str]) -> str:
        if _SCHEME.match(link[2]) or not link[2]:
            return link[0]
        path, mark, anchor = link[2].partition("#")
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source.file), path))
        to = where.get(file)
        if to == page and file != source.file:
            to = _elsewhere(page, words)
        elif to is not None:
            anchor = _anchor(root, anchor, file, pages[to])
        elif file.startswith("website/"):
            to = file.removeprefix("website/")
        else:
            to = f"{FILES}/{file}" if (root / file).is_file() else path
        return f"{link[1]}{posixpath.relpath(to, posixpath.dirname(page) or '.')}{mark}{anchor}{link[3]}"

    prose = dict(_prose(text))
    lines = [_row(_LINK.sub(led, line)) if number in prose else line for number, line in enumerate(text.split("\n"))]
    if source.language != words.language:
        title = next(number for number, line in enumerate(lines) if line.startswith("# "))
        lines[title + 1 : title + 1] = ["", f'!!! note "{words.not_translated}"', ""]
    return "\n".join(lines)


def _row(line: str) -> str:
    """A line as the builder reads it: in code of a table GitHub wants a `|` behind a backslash, which it would show."""
    if not line.lstrip().startswith("|"):
        return line
    return _CODE.sub(lambda code: code[0].replace("\\|", "|"), line)


def _elsewhere(page: str, words: Words) -> str:
    """The same page in the other language, which is built apart."""
    built = f"{page.removesuffix('.md')}.html"
    return f"es/{built}" if words is ENGLISH else f"../{built}"


def _anchor(root: Path, anchor: str, file: str, target: Written) -> str:
    """The place in a page that stands for `file`, in its language: the heading in the same position."""
    if not anchor or file == target.file:
        return anchor
    meant, there = (headings((root / each).read_text(encoding="utf-8")) for each in (file, target.file))
    return there[meant.index(anchor)] if anchor in meant and len(meant) == len(there) else anchor


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not in a fenced block, with their numbers."""
    fence = ""
    for number, line in enumerate(text.split("\n")):
        found = _FENCE.match(line)
        if not fence and found:
            fence = found[1]
        elif fence:
            fence = "" if line.strip() == fence else fence
        else:
            yield number, line


def _in(language: str, english: str) -> str:
    """Where the translation of a file stands."""
    if english.startswith("docs/"):
        return f"docs/{language}/{english.removeprefix('docs/')}"
    return f"{english.removesuffix('.md')}.{language}.md"
