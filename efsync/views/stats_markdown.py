"""Counts as Markdown, for a page of a wiki or an issue."""

from efsync.model.language import _, _n
from efsync.model.stats import Stats
from efsync.views.markdown import clipped, length, name, sentence, table_row
from efsync.views.markdown_page import Page, fitting
from efsync.views.markdown_problems import add_problems, problem_counts
from efsync.views.stats_tables import Breakdown, Row, absent, breakdowns, coverage, in_no_file

_SHARE = 0.4
_PROBLEMS_SHARE = 0.2
_LONGEST = 100


def stats_markdown(stats: Stats) -> str:
    """All tables on one page, as much of each as there is room for."""
    page = Page()
    page.add(f"## {_title(stats)}")
    if stats.problems:
        page.add(f"### {problem_counts(stats.problems)}")
        add_problems(page, stats.problems, int(page.room * _PROBLEMS_SHARE))
    page.add(" ".join(coverage(stats.counts)))
    for each in breakdowns(stats.counts):
        _add(page, each)
    if lines := [f"- {line}" for line in (*in_no_file(stats.counts, name), *absent(stats, name))]:
        page.add("\n".join(lines))
    return str(page)


def _title(stats: Stats) -> str:
    target = name(stats.target or "")
    if stats.tenant:
        return _("Mail accounts in {target}, tenant {tenant}", target=target, tenant=name(stats.tenant))
    return _("Mail accounts in {target}", target=target)


def _add(page: Page, shown: Breakdown) -> None:
    page.add(f"### {shown.title}")
    head = (table_row((shown.head, *shown.columns)), table_row(("---", *["---:"] * len(shown.columns))))
    total = table_row((f"**{_('total')}**", *(f"**{cell}**" for cell in shown.cells(shown.total))))
    rows = [table_row((_label(row), *shown.cells(row.numbers))) for row in shown.rows]
    fitted = fitting(rows, int(page.room * _SHARE) - sum(map(length, (*head, total))))
    page.add("\n".join((*head, *fitted, total)))
    if left := len(rows) - len(fitted):
        page.add(_n("**{count:,} row** did not fit.", "**{count:,} rows** did not fit.", left))


def _label(row: Row) -> str:
    return sentence(clipped(row.label, _LONGEST)) if row.is_name else row.label
