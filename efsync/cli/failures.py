"""What a command prints that failed before it could begin, in the form that was asked for."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efsync.model.problems import Problem

if TYPE_CHECKING:
    from efsync.model.outcomes import Validation

PAGES = ("markdown", "html")
"""The forms that are pages for people."""


def failed_page(format_name: str, command: str, target: str | None, problems: Iterable[Problem]) -> str:
    """The page of a `command` that failed, as Markdown or as HTML."""
    if format_name == "html":  # both are slow to import
        from efsync.views.plan_report import failed_report

        return failed_report(command, target, problems)
    from efsync.views.plan_markdown import failed_markdown

    return failed_markdown(command, target, problems)


def annotated(format_name: str, config: Path, validation: "Validation") -> str:
    """A validation in a format of annotations; `config` is the file of the settings."""
    from efsync.views.annotations import annotations
    from efsync.workflows.source import folder_in_repository

    return annotations(format_name, validation, folder_in_repository(config.parent), config.name)


def failure_in(format_name: str, command: str, problem: Problem, config: Path) -> str:
    """What `command` prints in the form called `format_name` where `problem` kept it from beginning."""
    from efsync.model.outcomes import Validation
    from efsync.views.documents import as_json

    if format_name in PAGES:
        return failed_page(format_name, command, None, (problem,))
    if format_name != "json":
        return annotated(format_name, config, Validation(0, 0, (problem,)))
    return as_json(failure_of(command, problem))


def failure_of(command: str, problem: Problem) -> dict[str, Any]:
    """What `command` prints as JSON where `problem` kept it from beginning."""
    from efsync.model.checks import Examination
    from efsync.model.drift import Drift
    from efsync.model.edits import Accepted, Edits, Imported
    from efsync.model.outcomes import Validation, not_applied
    from efsync.model.plans import Selection
    from efsync.model.probe import Probed
    from efsync.model.secret_checks import SecretReport
    from efsync.views import documents
    from efsync.views.edits import accept_document, failed_edits_document, import_document
    from efsync.views.stats_document import failed_stats_document

    problems = (problem,)
    match command:
        case "plan" | "show" | "rollback":
            return documents.failed_plan_document(None, Selection(), problems)
        case "apply":
            return documents.apply_document(not_applied(problems, None))
        case "drift":
            return documents.drift_document(Drift(None, (), problems))
        case "validate":
            return documents.validation_document(Validation(0, 0, problems))
        case "doctor":
            return documents.doctor_document(Examination(), problems)
        case "probe":
            return documents.probe_document(Probed((), problems=problems))
        case "stats":
            return failed_stats_document(None, problems)
        case "state":
            return documents.state_document((), problems)
        case "history":
            return documents.history_document(None, problems)
        case "fmt":
            return failed_edits_document(command, problems)
        case "accept":
            return accept_document(Accepted(None, Edits(problems=problems)))
        case "import":
            return import_document(Imported(None, Edits(problems=problems)))
        case "secrets":
            return documents.secrets_document(SecretReport(None, problems=problems))
    return documents.failure_document(command, problems)
