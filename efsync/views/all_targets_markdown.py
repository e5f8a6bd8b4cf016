"""What was found for all targets, as Markdown: a table of them, then each one that differs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from efsync.model.drift import Drift
from efsync.model.language import _, _n, translated
from efsync.model.outcomes import Failed
from efsync.model.plans import Plan
from efsync.views import counts
from efsync.views.all_targets import drift_counts, plan_counts, shared_problems
from efsync.views.all_targets_table import DRIFT_COLUMNS, PLAN_COLUMNS, drift_cells, plan_cells
from efsync.views.drift_markdown import add_drift
from efsync.views.markdown import length, name, table, table_row
from efsync.views.markdown_page import Page, fitting
from efsync.views.markdown_problems import add_problems, problem_counts
from efsync.views.plan_markdown import add_plan

Result = TypeVar("Result", Plan, Drift)

_SHARE = 0.3
_LEAST = 3_000
"""A target that has not even so much room is only counted."""


def plan_all_markdown(results: Sequence[Plan | Failed]) -> str:
    """The plans in which something differs."""
    rows = [table_row((name(result.target), *map(translated, plan_cells(result)))) for result in results]
    differing = [replace(each, problems=()) for each in results if isinstance(each, Plan) and each.differs]
    page = Page()
    title = _("Plans for {targets}", targets=counts.targets(len(results)))
    page.add(f"## {title}")
    page.add(f"**{plan_counts(results).plain}**")
    return _page(page, results, table(tuple(map(translated, PLAN_COLUMNS)), ()), rows, differing, add_plan)


def drift_all_markdown(results: Sequence[Drift | Failed]) -> str:
    """The drift of each target that drifted."""
    rows = [table_row((name(str(result.target)), *map(translated, drift_cells(result)))) for result in results]
    drifted = [replace(each, problems=()) for each in results if isinstance(each, Drift) and each.accounts]
    page = Page()
    title = _("Drift in {targets}", targets=counts.targets(len(results)))
    page.add(f"## {title}")
    page.add(f"**{drift_counts(results).plain}**")
    return _page(page, results, table(tuple(map(translated, DRIFT_COLUMNS)), ()), rows, drifted, add_drift)


def _page(
    page: Page,
    results: Sequence[Plan | Failed] | Sequence[Drift | Failed],
    head: str,
    rows: Sequence[str],
    differing: Sequence[Result],
    add: Callable[[Page, Result, str], None],
) -> str:
    found = ((each.target, problem) for each in results for problem in each.problems)
    problems = tuple(shared_problems(each for each in found if each[1].code != "nothing-applied"))  # the table says so
    if problems:
        page.add(f"### {problem_counts(problems)}")
        add_problems(page, problems, int(page.room * _SHARE))
    shown: tuple[str, ...] = fitting(rows, int(page.room * _SHARE) - length(head))
    page.add("\n".join((head, *shown)))
    if len(shown) < len(rows):
        more = _n("{count:,} more target", "{count:,} more targets", len(rows) - len(shown))
        page.add(_("**{more}** did not fit into the table.", more=more))
    left_out = _add_each(page, differing, add)
    if left_out:
        targets = counts.targets(left_out)
        page.add(_("What differs in **{targets}** did not fit: look at each alone, with `--target`.", targets=targets))
    return str(page)


def _add_each(page: Page, differing: Sequence[Result], add: Callable[[Page, Result, str], None]) -> int:
    """Add each target, all with a share of the room; how many were left out."""
    for done, result in enumerate(differing):
        share = max((page.room - 200) // (len(differing) - done), _LEAST)
        part = Page(share)
        if share > page.room - 200:
            return len(differing) - done
        add(part, result, "###")
        page.add(str(part).rstrip("\n"))
    return 0
