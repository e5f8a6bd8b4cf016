"""A plan as Markdown, for the comment of a pull request: summary, problems, table of accounts, changes."""

from collections.abc import Iterable, Sequence

from efsync.model.language import _, message
from efsync.model.plans import AccountChange, Action, Plan
from efsync.model.problems import Problem
from efsync.views import counts
from efsync.views.markdown import folded, length, name
from efsync.views.markdown_accounts import WHOLE, Words, add_accounts
from efsync.views.markdown_page import Page
from efsync.views.markdown_problems import add_problems, problem_counts
from efsync.views.plan_text import summary_text
from efsync.views.plan_words import plan_made, plan_notices, plan_title
from efsync.views.shown_accounts import shown_change

_WORDS = Words(message("before"), message("after"), WHOLE)
_PROBLEMS_SHARE = 0.3
_ADOPTED_SHARE = 0.05


def plan_markdown(plan: Plan) -> str:
    """A plan on one page."""
    page = Page()
    add_plan(page, plan)
    return str(page)


def failed_markdown(command: str, target: str | None, problems: Iterable[Problem]) -> str:
    """What `command` prints where it failed: why."""
    problems = tuple(problems)
    page = Page()
    alone = _("efsync {command} failed", command=command)
    title = _("efsync {command} failed for {target}", command=command, target=name(target)) if target else alone
    page.add(f"## {title}")
    page.add(f"**{problem_counts(problems)}**")
    add_problems(page, problems, page.room)
    return str(page)


def add_plan(page: Page, plan: Plan, heading: str = "##") -> None:
    """Add a plan below a `heading` of this level, as much of it as there is room for."""
    page.add(f"{heading} {plan_title(plan, name)}")
    page.add(f"**{summary_text(plan.summary).plain}**")
    for notice in plan_notices(plan, name):
        page.add(notice)
    if plan.problems:
        page.add(f"{heading}# {problem_counts(plan.problems)}")
        add_problems(page, plan.problems, int(page.room * _PROBLEMS_SHARE))
    adopted = [change for change in plan.changes if change.action is Action.ADOPT]
    changes = sorted((each for each in plan.changes if each.action is not Action.ADOPT), key=_department)
    with page.keeping((_adopted(adopted, int(page.room * _ADOPTED_SHARE)), plan_made(plan, name))):
        if changes:
            page.add(f"{heading}# {counts.accounts(len(changes))}")
        add_accounts(page, [shown_change(change) for change in changes], _WORDS)


def _adopted(changes: Sequence[AccountChange], room: int) -> str:
    """The accounts that are only remembered, by their names."""
    if not changes:
        return ""
    shown: list[str] = []
    for change in changes:
        each = name(change.user)
        if length(each) + 2 <= room:
            room -= length(each) + 2
            shown.append(each)
    summary = _("{accounts}: as desired already, only remembered", accounts=counts.accounts(len(changes)))
    return folded(summary, counts.and_more(", ".join(shown), len(changes) - len(shown)))


def _department(change: AccountChange) -> str:
    return change.department
