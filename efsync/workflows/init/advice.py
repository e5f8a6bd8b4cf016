"""What is said at the end of `init`: answers that were not used, and what a pipeline still needs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from efsync.model.language import message, plural
from efsync.model.problems import Problem, Severity
from efsync.settings.model import Settings
from efsync.workflows.init.needs import needs_of
from efsync.workflows.init.pipeline import Host, out_of_reach, place_in_repository
from efsync.workflows.source import repository_of

STATE_VARIABLE = "EFSYNC_STATE_URL"
"""The variable for the url of the state, where the settings that `init` writes take it from one."""


def unused(options: Sequence[str], hint: str) -> Iterator[Problem]:
    """That options were stated for nothing, where any were."""
    if options:
        said = plural("{options} was not used", "{options} were not used", len(options), options=", ".join(options))
        yield Problem("not-used", said, hint=hint, severity=Severity.WARNING)


def pipeline_problems(host: Host, settings: Settings) -> Iterator[Problem]:
    """What the pipeline of `host` needs besides the lines marked CHANGE."""
    yield from _place_problems(host, settings.folder)
    for each in needs_of(settings).unreached:
        yield Problem("pipeline-reach", out_of_reach(each.what, host), hint=each.remedy, severity=Severity.WARNING)
    yield from _state_problems(settings)


def _place_problems(host: Host, folder: Path) -> Iterator[Problem]:
    place, top = place_in_repository(folder), repository_of(folder)
    if top is not None and place != Path():
        misplaced = message(
            "{host} looks for {pipeline} and {owners} at the top of the repository alone, and not in {folder}",
            host=host.name,
            pipeline=host.pipeline,
            owners=host.owners,
            folder=place.as_posix(),
        )
        hint = message("move them to {top}: they are written for there", top=top)
        yield Problem("pipeline-place", misplaced, hint=hint, severity=Severity.WARNING)


def _state_problems(settings: Settings) -> Iterator[Problem]:
    if settings.state_url.startswith("sqlite"):
        alone = message(
            "the state is a file, and a runner begins without it: it knows of no apply, and would never find drift"
        )
        hint = message(
            'write url = "env:{variable}" below [state] in {file}, for a database that all share who apply',
            variable=STATE_VARIABLE,
            file=settings.file,
        )
        yield Problem("shared-state", alone, hint=hint, severity=Severity.WARNING)
    elif settings.state_url.startswith("env:"):
        shared = message(
            "the pipeline needs a database for the state, and everybody who applies the same one: "
            "set {variable} to its url, there and here",
            variable=settings.state_url.removeprefix("env:"),
        )
        hint = message(
            "an empty one, such as postgresql://user:password@host/efsync; EFSYNC_KEY is the same for all too"
        )
        yield Problem("shared-state", shared, hint=hint, severity=Severity.WARNING)
