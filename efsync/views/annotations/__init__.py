"""What `validate` found, in the forms in which hosts show it beside the lines of a change."""

from collections.abc import Callable, Mapping

from efsync.model.outcomes import Validation
from efsync.views.annotations.findings import findings_of
from efsync.views.annotations.github import github
from efsync.views.annotations.gitlab import gitlab
from efsync.views.annotations.junit import junit
from efsync.views.annotations.report import Report
from efsync.views.annotations.sarif import sarif

_FORMATS: Mapping[str, Callable[[Report], str]] = {"github": github, "gitlab": gitlab, "junit": junit, "sarif": sarif}


def annotations(format_name: str, validation: Validation, folder: str, settings: str) -> str:
    """A validation in the format of that name.

    `folder` is where the `settings` file stands, from the top of the repository: paths are told from there.
    """
    return _FORMATS[format_name](Report(validation, findings_of(validation.problems, folder, settings), folder))
