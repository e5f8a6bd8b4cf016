"""Drift, what was applied, and how a command ended, as text."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from efsync.model.accounts import AppliedAccount
from efsync.model.drift import Drift
from efsync.model.fields import PASSWORD
from efsync.model.language import _, message, translated
from efsync.model.outcomes import Applied, ApplyStatus, Demo, Validation
from efsync.model.plans import Plan
from efsync.views import counts
from efsync.views.labels import field_label, label_width
from efsync.views.plan_text import FILES_STAY, difference_text, sign
from efsync.views.text import change_text, last_change_text, value_text
from efsync.views.times import time_text
from efsync.views.visible import visible


def drift_text(drift: Drift) -> Iterator[Text]:
    """What the ERP changed, account by account: from as applied to as it is."""
    width = label_width(field.field for account in drift.accounts for field in account.fields) + 2
    for account in drift.accounts:
        line = Text.assemble("~ ", (visible(account.user), "bold"), f"  {visible(account.department)}", style="yellow")
        if account.last_change:
            line.append(f"  {last_change_text(account.last_change)}", style="dim")
        yield line
        for field in account.fields:
            words = change_text(field.field, field.applied, field.live)
            label = f"{field_label(field.field):<{width}}"
            yield Text(f"    {sign(field.applied, field.live)} {label}{words}".rstrip())
            if not words:
                yield from difference_text(str(field.applied), str(field.live), " " * 8)
    if summary := drift_summary(drift):
        yield Text(summary, style="" if drift.accounts else "green")


def drift_summary(drift: Drift) -> str:
    """How much the ERP changed; nothing where nothing was applied, which is a problem's to say."""
    if any(problem.code == "nothing-applied" for problem in drift.problems):
        return ""
    if not drift.accounts:
        return _("No drift: what efsync applied is what the ERP holds.")
    fields = sum(len(account.fields) for account in drift.accounts)
    return _(
        "Drift: {fields} of {accounts} changed in the ERP.",
        fields=counts.fields(fields),
        accounts=counts.accounts(len(drift.accounts)),
    )


def apply_text(applied: Applied, plan: Plan) -> Iterator[Text]:
    """How an apply of `plan` ended, and what is to be done after it."""
    yield applied_text(applied)
    if applied.status is ApplyStatus.APPLIED and plan.restores:
        yield Text(translated(FILES_STAY), style="yellow")


def applied_text(applied: Applied) -> Text:
    """How an apply ended, in one line."""
    summary = applied.summary
    match applied.status:
        case ApplyStatus.APPLIED:
            words = _(
                "Applied: {changed} changed, {cleared} cleared, {forgotten} forgotten, {adopted} adopted. Run {run}.",
                **summary.as_dict(),
                run=applied.run,
            )
            return Text(words, style="green")
        case ApplyStatus.NOTHING:
            return Text(_("Nothing to do."), style="green")
        case ApplyStatus.REFUSED:
            return Text(_("Refused: nothing was written."), style="bold red")
        case ApplyStatus.FAILED:
            return Text(_("Failed."), style="bold red")


def validation_text(validation: Validation) -> Text:
    """How many files and accounts are fine."""
    looked_at = {"accounts": counts.accounts(validation.accounts), "files": counts.files(validation.files)}
    if validation.valid:
        return Text(_("Valid: {accounts} in {files}.", **looked_at), style="green")
    errors = counts.errors(sum(problem.is_error for problem in validation.problems))
    return Text(_("Not valid: {errors}; {accounts} in {files}.", errors=errors, **looked_at), style="bold red")


def applied_accounts_text(accounts: Iterable[AppliedAccount]) -> Iterator[Text]:
    """A line for each account that efsync remembers."""
    accounts = tuple(accounts)
    if not accounts:
        yield Text(_("Nothing was applied yet."))
    for account in accounts:
        yield Text.assemble(
            (f"{visible(account.code):<10}  ", "bold"),
            f"{visible(account.department):<22}  {time_text(account.applied_at)}  ",
            (account.run, "dim"),
        )


def account_text(account: AppliedAccount) -> Iterator[Text]:
    """One account as applied, without its password."""
    yield Text.assemble((visible(account.code), "bold"), f"  {visible(account.department)}")
    applied, on_removal = _("applied"), _("on removal")
    width = max(len(applied), len(on_removal), label_width()) + 2
    run = _("{time}, run {run}", time=time_text(account.applied_at), run=account.run)
    yield Text(f"  {applied:<{width}}{run}")
    yield Text(f"  {on_removal:<{width}}{account.on_removal.value}")
    for field, value in account.fields.items():
        shown = value_text(field, value)
        if field == PASSWORD and value is not None:
            shown = " ".join((_("(sensitive)"), visible(str(account.reference or ""))))
        yield Text(f"  {field_label(field):<{width}}{shown}".rstrip())


def demo_text(demo: Demo) -> Iterator[Text]:
    """What the demo wrote, and what to do next."""
    if demo.written:
        yield Text(_("Wrote {names}.", names=", ".join(demo.written)))
    yield Text(_("Made {database}: a demo ERP with {users} users.", database=demo.database, users=demo.users))
    yield Text(_("Next: {step}", step=_next_step(demo)), style="bold")
    for line in demo.settings:
        yield Text(visible(line))


def _next_step(demo: Demo) -> str:
    step = f"efsync plan --target {demo.target}" if demo.target else "efsync plan"
    if demo.settings:
        step = message("add the lines below to your settings, and then: {step}", step=step)
    if demo.variable:
        step = message(
            "set {variable} to the url, with its password, and then: {step}", variable=demo.variable, step=step
        )
    return step
