"""GitHub's workflow commands: a line for each problem, which the runner turns into an annotation.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator, Mapping

from efsync.model.language import _
from efsync.views.annotations.findings import Finding
from efsync.views.annotations.report import Report
from efsync.views.state_text import validation_text
from efsync.views.visible import said, visible

SHOWN = 10
"""How many errors, and how many warnings, GitHub shows of one step."""


def github(report: Report) -> str:
    """The commands, and at the end what people read in the log."""
    lines = [_command(finding) for finding in report.findings]
    lines.append(validation_text(report.validation).plain)
    errors = sum(finding.problem.is_error for finding in report.findings)
    if max(errors, len(report.findings) - errors) > SHOWN:
        note = _(
            "GitHub shows the first {shown} errors and the first {shown} warnings; all stand in this log.", shown=SHOWN
        )
        lines.append(note)
    return "\n".join(lines)


def _command(finding: Finding) -> str:
    problem = finding.problem
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(finding))
    message = "\n".join(said(text) for text in (problem.message, problem.hint) if text)
    return f"::{problem.severity.value} {properties}::{_data(message)}"


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    places: Mapping[str, str | int | None] = {"file": finding.file, "line": finding.line, "col": finding.column}
    if finding.problem.location:
        yield from ((name, str(value)) for name, value in places.items() if value is not None)
    yield "title", f"efsync: {finding.problem.code}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
