"""What efsync did, as text: a line for each run, and of one run or one user every field before and after."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from efsync.model.fields import PASSWORD, Value
from efsync.model.history import History, PastRun
from efsync.model.language import _, _n, message, translated
from efsync.model.plans import AccountChange, FieldChange, Source, Summary
from efsync.model.runs import Run, RunStatus
from efsync.views.labels import field_label, label_width
from efsync.views.plan_text import account_reasons, account_sign, difference_text, field_reason, field_sign
from efsync.views.text import change_text
from efsync.views.times import time_text
from efsync.views.visible import visible

STATUSES = {
    RunStatus.STARTED: message("under way"),
    RunStatus.APPLIED: message("applied"),
    RunStatus.REFUSED: message("refused"),
    RunStatus.FAILED: message("failed"),
    RunStatus.RECOVERED: message("recovered"),
    RunStatus.INTERRUPTED: message("interrupted"),
}
_COLOURS = {RunStatus.APPLIED: "green", RunStatus.RECOVERED: "green", RunStatus.STARTED: "cyan"}
_SHOWN_OF_FINGERPRINT = 12


def history_text(history: History) -> Iterator[Text]:
    """All runs, newest first."""
    if not history.runs:
        of_one = _("No run that is remembered changed {user}.", user=visible(history.user or ""))
        yield Text(of_one if history.user is not None else _("Nothing was applied yet."))
    widths = [max(map(len, column)) for column in zip(*(_cells(past.run) for past in history.runs), strict=True)]
    for past in history.runs:
        is_row = past.changes is None or history.user is not None
        yield from [_row(past.run, widths)] if is_row else _whole(past)
        yield from _changes(past)


def counts(summary: Summary) -> str:
    """How many accounts a run changed, and how; those that it did nothing to are left out."""
    found = (
        _n("{count} changed", "{count} changed", summary.changed) if summary.changed else "",
        _n("{count} cleared", "{count} cleared", summary.cleared) if summary.cleared else "",
        _n("{count} forgotten", "{count} forgotten", summary.forgotten) if summary.forgotten else "",
        _n("{count} adopted", "{count} adopted", summary.adopted) if summary.adopted else "",
    )
    return ", ".join(filter(None, found)) or _("nothing")


def commit(source: Source) -> str:
    """Which files a run was made from."""
    if source.commit is None:
        return _("no commit")
    short = source.commit[:12]
    if source.dirty:
        return _("commit {commit} and changes that were not committed", commit=short)
    return _("commit {commit}", commit=short)


def fingerprints_text(before: Value, after: Value) -> str:
    """From which password to which, by the beginning of their fingerprints."""
    return _("fingerprint {before} → {after}", before=_fingerprint(before), after=_fingerprint(after))


def _fingerprint(value: Value) -> str:
    return visible(str(value).rpartition(":")[2][:_SHOWN_OF_FINGERPRINT]) if value is not None else _("none")


def _cells(run: Run) -> tuple[str, ...]:
    """What a run's row says in columns."""
    return run.id, time_text(run.started_at), visible(run.target), translated(STATUSES[run.status]), counts(run.summary)


def _row(run: Run, widths: Sequence[int]) -> Text:
    """A run in one line, in columns of these widths."""
    name, began, target, status, changed = (f"{cell:<{width}}" for cell, width in zip(_cells(run), widths, strict=True))
    return Text.assemble(
        (name, "bold"), f"  {began}  {target}  ", (status, _colour(run)), f"  {changed}  ",
        (f"{who(run)}, {commit(run.source)}", "dim"),
    )  # fmt: skip


def _colour(run: Run) -> str:
    return _COLOURS.get(run.status, "bold red")


def _whole(past: PastRun) -> Iterator[Text]:
    """All that is known of one run."""
    run = past.run
    status = (translated(STATUSES[run.status]), _colour(run))
    yield Text.assemble(_("Run"), " ", (run.id, "bold"), ": ", status)
    tenant = _(", tenant {tenant}", tenant=visible(run.tenant.upper())) if run.tenant else ""
    for label, value in (
        (_("target"), visible(run.target) + tenant),
        (_("by"), who(run)),
        (_("began"), time_text(run.started_at)),
        (_("ended"), time_text(run.finished_at) if run.finished_at else _("not yet")),
        (_("files"), commit(run.source)),
        (_("plan"), visible(run.plan_id)),
        (_("accounts"), counts(run.summary)),
    ):
        yield Text.assemble((f"  {label:<10}", "dim"), value)
    if past.is_pruned:
        yield Text(_("What it changed was forgotten by `efsync history --prune-before`."), style="yellow")


def who(run: Run) -> str:
    """Who applied, and on which machine."""
    return _("{user} on {host}", user=visible(run.who), host=visible(run.host))


def _changes(past: PastRun) -> Iterator[Text]:
    for change in past.changes or ():
        yield from _account(change)


def _account(change: AccountChange) -> Iterator[Text]:
    line = Text.assemble(
        f"  {account_sign(change)} ", (visible(change.user), "bold"), f"  {visible(change.department)}"
    )
    for words in account_reasons(change):
        line.append(f"  {words}", style="dim")
    yield line
    for field in change.fields:
        reason = field_reason(change, field)
        words = _field_words(field)
        line = Text(f"      {field_sign(field)} {field_label(field.field):<{label_width() + 2}}{words}")
        line.append(f"  ({reason})" if reason else "", style="dim")
        line.rstrip()
        yield line
        if not words:
            yield from difference_text(str(field.before), str(field.after), " " * 10)


def _field_words(field: FieldChange) -> str:
    if field.field == PASSWORD:
        return fingerprints_text(field.before, field.after)
    return change_text(field.field, field.before, field.after)
