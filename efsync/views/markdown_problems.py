"""Problems as Markdown: errors first, each with its place and its remedy."""

from collections.abc import Iterable, Iterator

from efsync.model.problems import Problem
from efsync.views.markdown import clipped, code, count, sentence
from efsync.views.markdown_page import Page, fitting

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
        page.add(f"**{count(len(ordered) - len(items), 'more problem' if items else 'problem')}** did not fit.")


def problem_counts(problems: Iterable[Problem]) -> str:
    """How many errors and warnings there are; nothing where there is none."""
    problems = tuple(problems)
    errors = sum(problem.is_error for problem in problems)
    counts = {"error": errors, "warning": len(problems) - errors}
    return ", ".join(count(number, noun) for noun, number in counts.items() if number)


def _item(problem: Problem) -> Iterator[str]:
    place = f" {code(clipped(str(problem.location), _LONGEST))}:" if problem.location else ":"
    message = sentence(clipped(problem.message, _LONGEST))
    yield f"- **{problem.severity.value}**{place} {message} ({code(clipped(problem.code, _LONGEST))})"
    if problem.hint:
        yield f"  - {sentence(clipped(problem.hint, _LONGEST))}"
