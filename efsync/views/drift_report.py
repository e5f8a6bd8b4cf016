"""Drift as a report, for whoever looks into it."""

from collections.abc import Sequence
from dataclasses import replace

from efsync.model.drift import Drift
from efsync.model.language import _, _n, message
from efsync.model.outcomes import Failed
from efsync.views.all_targets import drift_counts, shared_problems
from efsync.views.all_targets_table import DRIFT_COLUMNS, drift_cells
from efsync.views.report import Count, Group, Report, Table, report_page
from efsync.views.shown_accounts import ShownAccount, shown_drift
from efsync.views.state_text import drift_summary

SIDES = (message("as applied"), message("in the ERP"))
KINDS = {"+": message("filled in"), "~": message("changed"), "-": message("emptied")}


def drift_report(drift: Drift) -> str:
    """What the ERP changed, as a page."""
    fields = sum(len(account.fields) for account in drift.accounts)
    counts = (Count(len(drift.accounts), message("accounts"), "~"), Count(fields, message("fields")))
    return report_page(
        Report(
            _title(drift.target), *SIDES, drift_summary(drift), counts if drift.accounts else (),
            problems=drift.problems, groups=(_group("", drift),), kinds=KINDS,
        )
    )  # fmt: skip


def drift_all_report(results: Sequence[Drift | Failed]) -> str:
    """The drift of many targets as a page."""
    found = ((each.target, problem) for each in results for problem in each.problems)
    drifted = [each for each in results if isinstance(each, Drift) and each.accounts]
    return report_page(
        Report(
            _n("Drift in {count:,} target", "Drift in {count:,} targets", len(results)), *SIDES,
            drift_counts(results).plain,
            problems=tuple(shared_problems(each for each in found if each[1].code != "nothing-applied")),
            table=Table(DRIFT_COLUMNS, [(str(each.target), *drift_cells(each)) for each in results]),
            groups=tuple(_group(_title(each.target), each) for each in drifted), kinds=KINDS,
        )
    )  # fmt: skip


def _title(target: str | None) -> str:
    return _("Drift in {target}", target=target) if target else _("Drift")


def _group(title: str, drift: Drift) -> Group:
    return Group(title, [_signed(shown_drift(account)) for account in drift.accounts])


def _signed(account: ShownAccount) -> ShownAccount:
    """The account with the sign of its fields, where they have the same one."""
    signs = {each.sign for each in account.fields}
    return replace(account, sign=min(signs)) if len(signs) == 1 else account
