"""Problems as Markdown: errors first, each with its place and its remedy."""

from collections.abc import Iterable, Iterator

from efsync.model.language import _, _n, translated
from efsync.model.problems import Problem
from efsync.views import counts
from efsync.views.markdown import clipped, code, sentence
from efsync.views.markdown_page import Page, fitting
from efsync.views.text import severity_text

_LONGEST = 1_000
"""How many characters of a message, a remedy or a place are shown."""


def add_problems(page: Page, problems: Iterable[Problem], room: int) -> None:
    """Add as many of `problems` as fit into `room`, and how many more there are."""
    ordered = sorted(problems, key=lambda problem: not problem.is_error)
    if not ordered:
        return
    items = fitting(["\n".join(_item(problem)) for problem in ordered], min(room, page.room) - 200)
    if items:
        page.add("\n".join(items))
    if len(items) < len(ordered):
        left = len(ordered) - len(items)
        more = _n("{count:,} more problem", "{count:,} more problems", left)
        alone = _n("{count:,} problem", "{count:,} problems", left)
        page.add(_("**{problems}** did not fit.", problems=more if items else alone))


def problem_counts(problems: Iterable[Problem]) -> str:
    """How many errors and warnings there are; nothing where there is none."""
    problems = tuple(problems)
    errors = sum(problem.is_error for problem in problems)
    warnings = len(problems) - errors
    told = (counts.errors(errors) if errors else "", counts.warnings(warnings) if warnings else "")
    return ", ".join(filter(None, told))


def _item(problem: Problem) -> Iterator[str]:
    place = f" {code(clipped(str(problem.location), _LONGEST))}:" if problem.location else ":"
    message = sentence(clipped(translated(problem.message), _LONGEST))
    yield f"- **{severity_text(problem.severity)}**{place} {message} ({code(clipped(problem.code, _LONGEST))})"
    if problem.hint:
        yield f"  - {sentence(clipped(translated(problem.hint), _LONGEST))}"
