"""Whether everything that a built site links to is there, and that nothing is fetched from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FETCHED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
_NOT_FETCHED = {"canonical", "alternate", "next", "prev", "edit"}
"""Kinds of `<link>` that a browser only reads."""


@dataclass
class _Page(HTMLParser):
    """The links, fetches and anchors of one page."""

    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag names."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        if tag != "link" or given.get("rel") not in _NOT_FETCHED:
            self.fetched += [given[name] for of, name in _FETCHED if of == tag and name in given]


def wrong_links(site: Path) -> Iterator[str]:
    """`PAGE: LINK: what is wrong`, for each link that leads nowhere, and for what is fetched from elsewhere."""
    pages = {path.resolve(): _read(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        if name.endswith("404.html"):  # it is shown at any address, so its links start at the top
            continue
        yield from (f"{name}: {url}: is fetched from elsewhere" for url in page.fetched if urlsplit(url).netloc)
        for link in sorted(set(page.links)):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                yield f"{name}: {link}: there is no such file"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                yield f"{name}: {link}: there is no such place in the page"


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page
