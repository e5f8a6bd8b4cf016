"""Counts as a page: bars, each with the table that has their numbers beside it."""

from efsync.model.language import _
from efsync.model.stats import Stats
from efsync.views.markdown_problems import problem_counts
from efsync.views.pages import pages
from efsync.views.report import Count
from efsync.views.stats_tables import (
    NOTES,
    absent,
    breakdowns,
    coverage,
    department_numbers,
    in_no_file,
    standing_columns,
    title,
)
from efsync.views.text import severity_text
from efsync.views.times import time_text

_TONES = ("managed", "applied-only", "unmanaged", "", "", "")
_USERS = 4


def stats_page(stats: Stats) -> str:
    """The page: one file, which fetches nothing and runs nothing."""
    numbers = department_numbers(stats.counts.total)
    counts = [Count(*each) for each in zip(numbers, standing_columns(), _TONES, strict=True)]
    page = pages().get_template("stats.html").render(
        title=title(stats),
        counts=[counts[_USERS], *counts[:_USERS], *counts[_USERS + 1 :]],
        notices=(*coverage(stats.counts), *in_no_file(stats.counts), *absent(stats)),
        made=_("Counted at {time}.", time=time_text(stats.made_at)),
        breakdowns=tuple(breakdowns(stats.counts)),
        notes=NOTES,
        problems=sorted(stats.problems, key=lambda problem: not problem.is_error),
        problem_counts=problem_counts(stats.problems),
        severity=severity_text,
    )  # fmt: skip
    return page.encode("utf-8", "replace").decode()  # half a character, which a database may hold, is none
