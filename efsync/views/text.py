"""Small pieces of text that several views share."""

from rich.text import Text

from efsync.model.fields import PASSWORD, UNREAD, Unknown, Value
from efsync.model.problems import Problem, Severity
from efsync.views.visible import visible

LONG = 60
"""Texts of more characters, or of more than one line, are shown by their size or their difference."""

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def problem_text(problem: Problem) -> Text:
    """A problem in one line, and its remedy in another: `FILE:LINE:COLUMN: error: MESSAGE [CODE]`."""
    text = Text()
    if problem.location:
        text.append(f"{visible(str(problem.location))}: ", style="bold")
    text.append(f"{problem.severity.value}: ", style=COLOURS[problem.severity])
    text.append(f"{visible(problem.message)} [{problem.code}]")
    if problem.hint:
        text.append(f"\n    {visible(problem.hint)}", style="dim")
    return text


def value_text(value: Value) -> str:
    """A value that is no secret, in short."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return visible(value) if is_short(value) else size(value)
    return str(value)


def is_short(value: Value) -> bool:
    """Whether a value fits into a line."""
    return not isinstance(value, str) or (len(value) <= LONG and "\n" not in value)


def size(text: str) -> str:
    """How long a text is."""
    lines = text.count("\n") + (not text.endswith("\n"))
    return f"a text of {lines:,} {'line' if lines == 1 else 'lines'}"


def secret_text(before: Value, after: Value) -> str:
    """A change of a password, without either."""
    if after is None:
        return "(sensitive, cleared)"
    if isinstance(after, Unknown) and after is not UNREAD:
        return "(sensitive, known at apply)"
    return "(sensitive, set)" if before is None else "(sensitive, changed)"


def change_text(field: str, before: Value, after: Value) -> str:
    """From what to what, in one line; a text that is long on either side is only named."""
    if field == PASSWORD:
        return secret_text(before, after)
    if before is None:
        return value_text(after)
    if after is None:
        return f"cleared (was {value_text(before)})"
    if is_short(before) and is_short(after):
        return f"{value_text(before)} → {value_text(after)}"
    return ""
