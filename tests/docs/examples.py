"""The examples of the pages, so that tests can run them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_STATUS = re.compile(r"\[(?:exit status|estado de salida) (\d)\]")

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A block of code in a page."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """Every page that is written by hand, as its path from the top of the repository."""
    found = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "website").rglob("*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def examples(language: str, *names: str) -> Iterator[Example]:
    """The examples in a language, of the pages that are named or of all."""
    for page in names or pages():
        content = (ROOT / page).read_text(encoding="utf-8")
        for found in _BLOCK.finditer(content):
            if found["language"] == language:
                text = re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
                yield Example(page, content.count("\n", 0, found.start()) + 1, language, text)


@dataclass(frozen=True)
class Typed:
    """A command that a page shows, and the lines below it."""

    command: str
    shown: tuple[str, ...]

    def check(self, printed: str, status: int) -> None:
        """What is shown was printed: `…` alone stands for any lines, inside of a line for any characters."""
        statuses = [int(found[1]) for line in self.shown if (found := _STATUS.fullmatch(line))]
        assert status == (statuses or [0])[0], f"{self.command} ended with {status}:\n{printed}"
        lines = [line for line in self.shown if not _STATUS.fullmatch(line)]
        pattern = "".join("(?:.*\n)*?" if line == "…" else f"{re.escape(line).replace('…', '.*')}\n" for line in lines)
        assert not lines or re.fullmatch(pattern, printed), f"{self.command} printed:\n{printed}"


def session(*texts: str) -> list[Typed]:
    """The commands of console examples, in order."""
    typed: list[tuple[str, list[str]]] = []
    for text in texts:
        for line in text.splitlines():
            if line.startswith("$ "):
                typed.append((line[2:], []))
            else:
                typed[-1][1].append(line)
    return [Typed(command, tuple(shown)) for command, shown in typed]
