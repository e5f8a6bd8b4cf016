"""What every format is made from."""

from dataclasses import dataclass

from efsync.model.outcomes import Validation
from efsync.views.annotations.findings import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """A validation, its problems as findings, and the folder of the settings from the top of the repository."""

    validation: Validation
    findings: tuple[Finding, ...]
    folder: str
