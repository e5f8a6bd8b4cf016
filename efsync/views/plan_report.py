"""Plans as a report, for a reviewer."""

from collections.abc import Iterable, Mapping, Sequence

from efsync.model.language import _, _n, message
from efsync.model.outcomes import Failed
from efsync.model.plans import AccountChange, Action, Origin, Plan, Summary
from efsync.model.problems import Problem
from efsync.views.all_targets import plan_counts, shared_problems
from efsync.views.all_targets_table import PLAN_COLUMNS, plan_cells
from efsync.views.plan_text import ACTIONS, INACTIVE, ORIGINS, PASSWORD_CHANGED, summary_text
from efsync.views.plan_words import plan_made, plan_notices, plan_title
from efsync.views.report import Count, Group, Report, Table, report_page
from efsync.views.shown_accounts import ShownAccount, shown_change

SIDES = (message("before"), message("after"))
KINDS = {
    "+": message("new"),
    "~": message("changed"),
    "-": message("cleared"),
    ".": message("forgotten"),
    "=": message("only remembered"),
}
EXPLANATIONS: Mapping[str, str] = {
    ORIGINS[Origin.NEW]: message(
        "efsync has not applied this yet, and the ERP holds something else than the file says."
    ),
    ORIGINS[Origin.CONFIG]: message(
        "The ERP still holds what efsync applied last; the file says something else since."
    ),
    ORIGINS[Origin.DRIFT]: message(
        "The file says what efsync applied last; somebody changed it in the ERP since. Apply puts "
        "back what the file says."
    ),
    ORIGINS[Origin.BOTH]: message(
        "Since the last apply the file was changed, and somebody changed the ERP too. Apply writes what the file says."
    ),
    ORIGINS[Origin.ROLLBACK]: message("The plan restores what a run replaced."),
    PASSWORD_CHANGED: message(
        "The ERP still holds the password that efsync applied last, and where the file says it is, "
        "there is another one since. Both are compared by their fingerprints."
    ),
    ACTIONS[Action.CLEAR]: message(
        "No file has the account any more. Apply empties the fields that efsync applied to it."
    ),
    INACTIVE[Action.CLEAR]: message(
        "The ERP has the user as inactive or suspended. Apply empties the fields that the file manages."
    ),
    INACTIVE[Action.FORGET]: message(
        "The ERP has the user as inactive or suspended, and nothing is left to empty: efsync forgets the account."
    ),
    ACTIONS[Action.FORGET]: message(
        "No file has the account any more. Apply writes nothing to the ERP, and efsync looks after "
        "the account no longer."
    ),
}
"""Why accounts and fields change, at length."""


def plan_report(plan: Plan) -> str:
    """A plan as a page."""
    return report_page(
        Report(
            plan_title(plan, str), *SIDES, _sentence(plan.summary), counts_of(plan.summary),
            tuple(plan_notices(plan, str)), plan.problems, None, (_group("", plan),), KINDS, EXPLANATIONS,
            plan_made(plan, str),
        )
    )  # fmt: skip


def plan_all_report(results: Sequence[Plan | Failed]) -> str:
    """The plans of many targets as a page, with the changes of those in which something differs."""
    plans = [each for each in results if isinstance(each, Plan)]
    return report_page(
        Report(
            _n("Plans for {count:,} target", "Plans for {count:,} targets", len(results)), *SIDES,
            plan_counts(results).plain,
            problems=tuple(shared_problems((each.target, problem) for each in results for problem in each.problems)),
            table=Table(PLAN_COLUMNS, [(each.target, *plan_cells(each)) for each in results]),
            groups=tuple(_group(plan_title(plan, str), plan) for plan in plans if plan.differs),
            kinds=KINDS, explanations=EXPLANATIONS,
        )
    )  # fmt: skip


def failed_report(command: str, target: str | None, problems: Iterable[Problem]) -> str:
    """What `command` prints where it failed: why."""
    alone = _("efsync {command} failed", command=command)
    title = _("efsync {command} failed for {target}", command=command, target=target) if target else alone
    return report_page(Report(title, problems=tuple(problems)))


def counts_of(summary: Summary) -> tuple[Count, ...]:
    """How many accounts there are of each kind."""
    return (
        Count(summary.changed, message("to change"), "~"),
        Count(summary.cleared, message("to clear"), "-"),
        Count(summary.forgotten, message("to forget"), "."),
        Count(summary.adopted, message("to adopt"), "="),
        Count(summary.unchanged, message("unchanged")),
        Count(summary.unmanaged, message("unmanaged")),
        Count(summary.drifted, message("drifted"), "!"),
    )


def _sentence(summary: Summary) -> str:
    """What is said in words: nothing but that nothing differs, since numbers say the rest."""
    return "" if any(each.number for each in counts_of(summary)[:4]) else summary_text(summary).plain


def parted(changes: Iterable[AccountChange]) -> tuple[list[ShownAccount], list[ShownAccount]]:
    """The accounts that change, and those that are only remembered."""
    changes = tuple(changes)
    adopted = [shown_change(change) for change in changes if change.action is Action.ADOPT]
    return [shown_change(change) for change in changes if change.action is not Action.ADOPT], adopted


def _group(title: str, plan: Plan) -> Group:
    return Group(title, *parted(plan.changes), tuple(plan_notices(plan, str)) if title else ())
