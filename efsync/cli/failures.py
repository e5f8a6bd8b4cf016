"""The document of a command that failed before it could begin."""

from typing import Any

from efsync.model.checks import Examination
from efsync.model.drift import Drift
from efsync.model.outcomes import Validation, not_applied
from efsync.model.plans import Selection
from efsync.model.probe import Probed
from efsync.model.problems import Problem
from efsync.model.secret_checks import SecretReport
from efsync.views import documents


def failure_of(command: str, problem: Problem) -> dict[str, Any]:
    """What `command` prints as JSON where `problem` kept it from beginning."""
    problems = (problem,)
    match command:
        case "plan" | "show":
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
        case "state":
            return documents.state_document((), problems)
        case "secrets":
            return documents.secrets_document(SecretReport(None, problems=problems))
    return documents.failure_document(command, problems)
