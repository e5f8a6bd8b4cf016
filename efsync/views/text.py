"""Small pieces of text that several views share."""

from rich.text import Text

from efsync.model.drift import LastChange
from efsync.model.fields import FIELDS, PASSWORD, UNREAD, FieldKind, Unknown, Value
from efsync.model.language import _, _n, message, translated, word
from efsync.model.problems import Problem, Severity
from efsync.views.times import time_text
from efsync.views.visible import said, visible

_NONE = word("value", "none")

LONG = 60
"""HTML of more characters, or of more than one line, is shown by its size or its difference; all else in full."""

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
_SEVERITIES = {Severity.ERROR: message("error"), Severity.WARNING: message("warning")}


def problem_text(problem: Problem) -> Text:
    """A problem in one line, and its remedy in another: `FILE:LINE:COLUMN: error: MESSAGE [CODE]`."""
    text = Text()
    if problem.location:
        text.append(f"{visible(str(problem.location))}: ", style="bold")
    text.append(f"{severity_text(problem.severity)}: ", style=COLOURS[problem.severity])
    text.append(f"{said(problem.message)} [{visible(problem.code)}]")
    if problem.hint:
        text.append(f"\n    {said(problem.hint)}", style="dim")
    return text


def severity_text(severity: Severity) -> str:
    """What a problem is."""
    return translated(_SEVERITIES[severity])


def last_change_text(change: LastChange) -> str:
    """Who changed an account last, as the ERP's audit trail has it."""
    time = time_text(change.at)
    if change.own:
        return _("last changed by efsync itself on {time}: whoever changed it since left no entry", time=time)
    return _("last changed by {user} on {time}", user=visible(change.user), time=time)


def value_text(field: str, value: Value) -> str:
    """A value of a field that is no secret, in short."""
    if value is None:
        return translated(_NONE)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return visible(value) if is_short(field, value) else size(value)
    return str(value)


def is_short(field: str, value: Value) -> bool:
    """Whether a value is shown in a line."""
    is_html = isinstance(value, str) and FIELDS[field] is FieldKind.HTML
    return not is_html or (len(str(value)) <= LONG and "\n" not in str(value))


def size(text: str) -> str:
    """How long a text is."""
    lines = text.count("\n") + (not text.endswith("\n"))
    return _n("a text of {count:,} line", "a text of {count:,} lines", lines)


def secret_text(before: Value, after: Value) -> str:
    """A change of a password, without either."""
    if after is None:
        return _("(sensitive, cleared)")
    if isinstance(after, Unknown) and after is not UNREAD:
        return _("(sensitive, known at apply)")
    return _("(sensitive, set)") if before is None else _("(sensitive, changed)")


def change_text(field: str, before: Value, after: Value) -> str:
    """From what to what, in one line; HTML that is long on either side is only named."""
    if field == PASSWORD:
        return secret_text(before, after)
    if before is None:
        return value_text(field, after)
    if after is None:
        return _("cleared (was {value})", value=value_text(field, before))
    if is_short(field, before) and is_short(field, after):
        return f"{value_text(field, before)} → {value_text(field, after)}"
    return ""
