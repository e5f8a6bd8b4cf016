"""Drift, what was applied, and how a command ended, as text."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from efsync.model.accounts import AppliedAccount
from efsync.model.drift import Drift
from efsync.model.fields import PASSWORD
from efsync.model.outcomes import Applied, ApplyStatus, Demo, Validation
from efsync.views.plan_text import difference_text, sign
from efsync.views.text import change_text, last_change_text, value_text
from efsync.views.visible import visible


def drift_text(drift: Drift) -> Iterator[Text]:
    """What the ERP changed, account by account: from as applied to as it is."""
    for account in drift.accounts:
        line = Text.assemble("~ ", (visible(account.user), "bold"), f"  {visible(account.department)}", style="yellow")
        if account.last_change:
            line.append(f"  {last_change_text(account.last_change)}", style="dim")
        yield line
        for field in account.fields:
            words = change_text(field.field, field.applied, field.live)
            yield Text(f"    {sign(field.applied, field.live)} {field.field:<11}{words}".rstrip())
            if not words:
                yield from difference_text(str(field.applied), str(field.live), " " * 8)
    if summary := drift_summary(drift):
        yield Text(summary, style="" if drift.accounts else "green")


def drift_summary(drift: Drift) -> str:
    """How much the ERP changed; nothing where nothing was applied, which is a problem's to say."""
    if any(problem.code == "nothing-applied" for problem in drift.problems):
        return ""
    if not drift.accounts:
        return "No drift: what efsync applied is what the ERP holds."
    fields = sum(len(account.fields) for account in drift.accounts)
    return f"Drift: {_count(fields, 'field')} of {_count(len(drift.accounts), 'account')} changed in the ERP."


def applied_text(applied: Applied) -> Text:
    """How an apply ended."""
    summary = applied.summary
    match applied.status:
        case ApplyStatus.APPLIED:
            words = f"{summary.changed} changed, {summary.cleared} cleared, {summary.forgotten} forgotten, "
            return Text(f"Applied: {words}{summary.adopted} adopted. Run {applied.run}.", style="green")
        case ApplyStatus.NOTHING:
            return Text("Nothing to do.", style="green")
        case ApplyStatus.REFUSED:
            return Text("Refused: nothing was written.", style="bold red")
        case ApplyStatus.FAILED:
            return Text("Failed.", style="bold red")


def validation_text(validation: Validation) -> Text:
    """How many files and accounts are fine."""
    counts = f"{_count(validation.accounts, 'account')} in {_count(validation.files, 'file')}"
    if validation.valid:
        return Text(f"Valid: {counts}.", style="green")
    errors = sum(problem.is_error for problem in validation.problems)
    return Text(f"Not valid: {_count(errors, 'error')}; {counts}.", style="bold red")


def applied_accounts_text(accounts: Iterable[AppliedAccount]) -> Iterator[Text]:
    """A line for each account that efsync remembers."""
    accounts = tuple(accounts)
    if not accounts:
        yield Text("Nothing was applied yet.")
    for account in accounts:
        yield Text.assemble(
            (f"{visible(account.code):<10}  ", "bold"),
            f"{visible(account.department):<22}  {account.applied_at}  ",
            (account.run, "dim"),
        )


def account_text(account: AppliedAccount) -> Iterator[Text]:
    """One account as applied, without its password."""
    yield Text.assemble((visible(account.code), "bold"), f"  {visible(account.department)}")
    yield Text(f"  applied     {account.applied_at}, run {account.run}")
    yield Text(f"  on removal  {account.on_removal.value}")
    for field, value in account.fields.items():
        shown = value_text(field, value)
        if field == PASSWORD and value is not None:
            shown = f"(sensitive) {visible(str(account.reference or ''))}"
        yield Text(f"  {field:<12}{shown}".rstrip())


def demo_text(demo: Demo) -> Iterator[Text]:
    """What the demo wrote, and what to do next."""
    if demo.written:
        yield Text(f"Wrote {', '.join(demo.written)}.")
    yield Text(f"Made {demo.database}: a demo ERP with {demo.users} users.")
    steps = [f"set {demo.variable} to the url, with its password, and then: "] if demo.variable else []
    steps += ["add the lines below to your settings, and then: "] if demo.settings else []
    plan = f"efsync plan --target {demo.target}" if demo.target else "efsync plan"
    yield Text(f"Next: {''.join(steps)}{plan}", style="bold")
    for line in demo.settings:
        yield Text(visible(line))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
