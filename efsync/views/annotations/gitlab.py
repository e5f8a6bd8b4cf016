"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""

from efsync.model.problems import Severity
from efsync.views.annotations.findings import Finding
from efsync.views.annotations.report import Report
from efsync.views.documents import as_json
from efsync.views.visible import said

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor"}


def gitlab(report: Report) -> str:
    """A JSON list with an entry for each problem."""
    return as_json([_entry(finding) for finding in report.findings])


def _entry(finding: Finding) -> dict[str, object]:
    problem = finding.problem
    return {
        "description": "; ".join(said(text) for text in (problem.message, problem.hint) if text),
        "check_name": problem.code,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[problem.severity],
        "location": {"path": finding.file, "lines": {"begin": finding.line or 1}},
    }
