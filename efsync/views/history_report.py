"""What efsync did, as a report: a table of runs, and below it what they changed, as far as that was asked for."""

from dataclasses import replace

from efsync.model.history import History, PastRun
from efsync.model.language import _, message, translated
from efsync.views.history_text import STATUSES, commit, counts, fingerprints_text, who
from efsync.views.plan_report import EXPLANATIONS, KINDS, SIDES, parted
from efsync.views.report import Group, Report, Table, report_page
from efsync.views.shown_accounts import ShownAccount, is_secret
from efsync.views.times import time_text

COLUMNS = (
    message("run"),
    message("began"),
    message("target"),
    message("ended as"),
    message("accounts"),
    message("by"),
    message("files"),
)


def history_report(history: History) -> str:
    """Runs as a page, newest first."""
    groups = tuple(_group(past) for past in history.runs if past.changes or past.is_pruned)
    reasons = _("Reasons are those of the plan that was applied: how it was then.")
    return report_page(
        Report(
            _title(history), *SIDES, "" if history.runs else _nothing(history),
            notices=(reasons,) if any(group.accounts for group in groups) else (),
            problems=history.problems,
            table=Table(COLUMNS, [_row(past) for past in history.runs]) if history.runs else None,
            groups=groups, kinds=KINDS, explanations=EXPLANATIONS,
        )
    )  # fmt: skip


def _title(history: History) -> str:
    return _("History of {user}", user=history.user) if history.user is not None else _("History")


def _nothing(history: History) -> str:
    if history.user is not None:
        return _("No run that is remembered changed {user}.", user=history.user)
    return _("Nothing was applied yet.")


def _row(past: PastRun) -> tuple[str, ...]:
    run = past.run
    status = str(translated(STATUSES[run.status]))
    return (run.id, time_text(run.started_at), run.target, status, counts(run.summary), who(run), commit(run.source))


def _group(past: PastRun) -> Group:
    title = _("Run {run}, {time}", run=past.run.id, time=time_text(past.run.started_at))
    forgotten = message("What it changed was forgotten by `efsync history --prune-before`.")
    changed, remembered = parted(past.changes or ())
    shown = [_with_fingerprints(account) for account in changed]
    return Group(title, shown, remembered, (forgotten,) if past.is_pruned else ())


def _with_fingerprints(account: ShownAccount) -> ShownAccount:
    """An account whose password tells by its fingerprints which one became which."""
    fields = (
        replace(field, reason="; ".join(filter(None, (field.reason, fingerprints_text(field.before, field.after)))))
        if is_secret(field)
        else field
        for field in account.fields
    )
    return replace(account, fields=tuple(fields))
