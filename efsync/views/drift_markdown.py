"""Drift as Markdown, for an issue: how much, and what the ERP changed in which account."""

from efsync.model.drift import Drift
from efsync.model.language import _, message
from efsync.views import counts
from efsync.views.markdown import name
from efsync.views.markdown_accounts import Words, add_accounts
from efsync.views.markdown_page import Page
from efsync.views.markdown_problems import add_problems, problem_counts
from efsync.views.shown_accounts import shown_drift
from efsync.views.state_text import drift_summary

_WORDS = Words(
    message("as applied"),
    message("in the ERP"),
    message("The whole of it: `efsync drift`, or the report that was made beside this."),
)
_PROBLEMS_SHARE = 0.3


def drift_markdown(drift: Drift) -> str:
    """What the ERP changed, on one page."""
    page = Page()
    add_drift(page, drift)
    return str(page)


def add_drift(page: Page, drift: Drift, heading: str = "##") -> None:
    """Add what the ERP changed below a `heading` of this level, as much of it as there is room for."""
    title = _("Drift in {target}", target=name(drift.target)) if drift.target else _("Drift")
    page.add(f"{heading} {title}")
    if summary := drift_summary(drift):
        page.add(f"**{summary}**")
    if drift.problems:
        page.add(f"{heading}# {problem_counts(drift.problems)}")
        add_problems(page, drift.problems, int(page.room * _PROBLEMS_SHARE))
    if drift.accounts:
        page.add(f"{heading}# {counts.accounts(len(drift.accounts))}")
    add_accounts(page, [shown_drift(account) for account in drift.accounts], _WORDS)
