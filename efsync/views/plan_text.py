"""A plan as text: per department and account, what changes, why, and how many."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from efsync.model.fields import Value
from efsync.model.language import _, message, translated
from efsync.model.plans import AccountChange, Action, FieldChange, Origin, Plan, Summary
from efsync.planning.differences import line_difference
from efsync.views.labels import field_label, label_width
from efsync.views.text import change_text, last_change_text
from efsync.views.visible import visible

_SIGNS = {Action.UPDATE: "~", Action.ADOPT: "=", Action.CLEAR: "-", Action.FORGET: "."}
_COLOURS = {"+": "green", "~": "yellow", "-": "red", "=": "cyan", ".": "magenta"}
ORIGINS = {
    Origin.NEW: message("not applied before"),
    Origin.CONFIG: message("the file changed"),
    Origin.DRIFT: message("the ERP changed"),
    Origin.BOTH: message("the file and the ERP changed"),
    Origin.ROLLBACK: message("as it was before the run"),
}
"""Why a field changes."""
ACTIONS = {
    Action.ADOPT: message("is as desired already: only remembered"),
    Action.CLEAR: message("left the files: cleared"),
    Action.FORGET: message("left the files: forgotten, the ERP stays as it is"),
}
"""What happens with an account that is not just changed, and why."""
INACTIVE = {
    Action.CLEAR: message("not active in the ERP: cleared"),
    Action.FORGET: message("not active in the ERP: forgotten"),
}
"""The same where the account is still in a file, and its user is not active."""
PASSWORD_CHANGED = message("the password changed")
"""Why an account changes in which nothing else does."""
WITHOUT_SECRETS = message("Passwords were not read: one that changed behind its reference is seen at apply.")

FILES_STAY = message(
    "A rollback leaves the files as they are, and the next plan wants again what it undoes: revert the commit "
    "that brought it, or bring the ERP's values into the files with `efsync import`."
)


def plan_text(plan: Plan) -> Iterator[Text]:
    """The lines of a plan."""
    tenant = _(", tenant {tenant}", tenant=visible(plan.tenant)) if plan.tenant else ""
    yield Text.assemble((_("Target") + " ", "dim"), (visible(plan.target), "bold"), (tenant, "dim"))
    by_department = groupby(sorted(plan.changes, key=_department), _department)
    for department, changes in by_department:
        yield Text()
        yield Text(visible(department) or _("(no department)"), style="bold")
        listed = list(changes)
        width = max((len(visible(change.user)) for change in listed if not change.fields), default=0)
        for change in listed:
            yield from _account(change, width=0 if change.fields else width)
    yield Text()
    yield summary_text(plan.summary)
    if plan.without_secrets:
        yield Text(translated(WITHOUT_SECRETS), style="yellow")
    if plan.restores:
        yield Text(translated(FILES_STAY), style="yellow")


def summary_text(summary: Summary) -> Text:
    """The counts in one line."""
    if not (summary.changed or summary.cleared or summary.forgotten or summary.adopted):
        counts = summary.as_dict()
        return Text(_("Nothing differs. {unchanged} unchanged, {unmanaged} unmanaged.", **counts), style="green")
    others = {"unchanged": summary.unchanged, "unmanaged": summary.unmanaged, "drifted": summary.drifted}
    return Text.assemble(
        (_("Plan:") + " ", "bold"),
        (_("{count} to change", count=summary.changed), "yellow"),
        ", ",
        (_("{count} to clear", count=summary.cleared), "red" if summary.cleared else ""),
        ", ",
        _("{count} to forget", count=summary.forgotten),
        ", ",
        (_("{count} to adopt", count=summary.adopted), "cyan"),
        "; ",
        _("{unchanged} unchanged, {unmanaged} unmanaged, {drifted} drifted.", **others),
    )


def sign(before: Value, after: Value) -> str:
    """`+` for a value where there was none, `-` for none where there was one, `~` for another one."""
    if after is None:
        return "-"
    return "+" if before is None else "~"


def difference_text(before: str, after: str, indent: str) -> Iterator[Text]:
    """A unified difference of two texts."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in line_difference(before, after):
        yield Text(f"{indent}{visible(line)}".rstrip(), style=colours.get(line[:1], "dim"))


def _department(change: AccountChange) -> str:
    return change.department


def account_sign(change: AccountChange) -> str:
    """`+` for an account that only gets what it had not, `~` for another change, and a sign for each other action."""
    if change.action is Action.UPDATE and {field_sign(field) for field in change.fields if not field.unknown} == {"+"}:
        return "+"
    return _SIGNS[change.action]


def field_sign(change: FieldChange) -> str:
    """The sign of one field's change; one that is known at apply only is another value."""
    return "~" if change.unknown else sign(change.before, change.after)


def account_reasons(change: AccountChange) -> tuple[str, ...]:
    """Why an account changes, where that is the same for all its fields."""
    origins = {field.origin for field in change.fields}
    says_why = change.leaves and origins == {Origin.CONFIG}
    actions = INACTIVE if change.leaves_inactive else ACTIONS
    words = (*_former(change), actions.get(change.action, ""), "" if says_why else _shared_origin(change))
    last = (last_change_text(change.last_change),) if change.last_change else ()
    return (*(translated(each) for each in words if each), *last)


def _former(change: AccountChange) -> Iterator[str]:
    """What the account was called before, and where it was."""
    if change.renamed_from:
        yield message("renamed from {user}", user=visible(change.renamed_from))
    if change.moved_from is not None:
        yield message("moved from department {department}", department=visible(change.moved_from))


def field_reason(change: AccountChange, field: FieldChange) -> str:
    """Why a field changes, where the fields of its account have different reasons."""
    return "" if _shared_origin(change) else translated(ORIGINS[field.origin])


def _shared_origin(change: AccountChange) -> str:
    origins = {field.origin for field in change.fields}
    if origins == {Origin.CONFIG} and all(field.sensitive for field in change.fields):
        return PASSWORD_CHANGED
    return ORIGINS[min(origins)] if len(origins) == 1 else ""


def _account(change: AccountChange, *, width: int) -> Iterator[Text]:
    """An account with its fields; one without any is a row of a table, whose first column has this `width`."""
    symbol = account_sign(change)
    line = Text.assemble(f"  {symbol} ", (f"{visible(change.user):<{width}}", "bold"), style=_COLOURS[symbol])
    for words in account_reasons(change):
        line.append(f"  {words}", style="not bold")
    if change.location:
        line.append(f"  {visible(change.location.file)}:{change.location.line}", style="dim")
    yield line
    for field in change.fields:
        reason = field_reason(change, field)
        yield from _field(field, f"  ({reason})" if reason else "")


def _field(change: FieldChange, origin: str) -> Iterator[Text]:
    symbol = field_sign(change)
    words = change_text(change.field, change.before, change.after)
    line = Text.assemble(
        (f"      {symbol} {field_label(change.field):<{label_width() + 2}}", _COLOURS[symbol]), words, (origin, "dim")
    )
    line.rstrip()
    yield line
    if not words:
        yield from difference_text(str(change.before), str(change.after), " " * 10)
