"""`--all-targets` of plan, drift and apply: its options, Ctrl-C, and what is printed."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from efsync.model.language import _, _n, message

if TYPE_CHECKING:
    from efsync.cli.session import Output, Session
    from efsync.model.drift import Drift
    from efsync.model.outcomes import Applied, Failed
    from efsync.model.plans import Overrides, Plan, Selection
    from efsync.model.problems import Problem
    from efsync.workflows.all_targets import Workers

JOBS = 8
_TARGETS = message("targets")


@dataclass(frozen=True, slots=True)
class AllTargets:
    """That all targets are meant, and who does the work: so many threads, or the cluster of a Dask scheduler."""

    jobs: int
    scheduler: str | None

    @contextmanager
    def workers(self) -> "Iterator[Workers]":
        """The workers. Raises `Refused` where there are none."""
        from efsync.workflows.all_targets import open_workers

        with open_workers(self.jobs, self.scheduler) as workers:
            yield workers


def all_targets_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--all-targets`, `--jobs N` and `--scheduler ADDRESS`, as one argument `every` of the command; or `None`."""

    @wraps(command)
    def with_every(*arguments: Any, all_targets: bool, jobs: int, scheduler: str | None, **options: Any) -> Any:
        """The command, with its three options made one."""
        _check_alone(options["target"], all_targets=all_targets)
        return command(*arguments, every=AllTargets(jobs, scheduler) if all_targets else None, **options)

    address = click.option(
        "--scheduler", metavar="ADDRESS", envvar="EFSYNC_SCHEDULER",
        help="With --all-targets: the Dask cluster that does the work, such as tcp://host:8786.",
    )  # fmt: skip
    threads = click.option(
        "--jobs", type=click.IntRange(min=1), default=JOBS, show_default=True, metavar="N", envvar="EFSYNC_JOBS",
        help="With --all-targets: how many targets at once, without a cluster.",
    )  # fmt: skip
    every = click.option("--all-targets", is_flag=True, help="Every target of efsync.toml, many at once.")
    return every(threads(address(with_every)))


def check_inactive(inactive: str | None) -> None:
    """Raise a usage error where one call has its own word on inactive users for all targets: workers read settings."""
    if inactive is not None:
        raise click.UsageError(_("--inactive is for one target; for all of them, write it into [safety]"))


def plan_all_targets(
    session: "Session",
    every: AllTargets,
    selection: "Selection",
    *,
    detailed_exitcode: bool,
    secrets: bool,
    format_name: str,
) -> int:
    """`efsync plan --all-targets`; its exit status."""
    from efsync.cli.failures import failed_page
    from efsync.model.outcomes import Failed
    from efsync.views.all_targets import plan_all_document, plan_all_text
    from efsync.views.all_targets_markdown import plan_all_markdown
    from efsync.workflows.all_targets import plan_all

    output = session.output(format_name)
    with output.failing_as(
        lambda problems: plan_all_document((), selection, problems),
        other=partial(failed_page, format_name, "plan", None),
    ):
        settings = session.settings
        with every.workers() as workers, _until_interrupted() as stopped, output.progress(_TARGETS) as progress:
            made = plan_all(settings, workers, selection, secrets=secrets, stopped=stopped, progress=progress)
    if output.json:
        output.document(plan_all_document(made, selection))
    elif output.markdown:
        output.page(plan_all_markdown(made))
    elif output.html:
        from efsync.views.plan_report import plan_all_report

        output.page(plan_all_report(made))
    else:
        output.text(plan_all_text(made))
    _show_problems(output, made)
    if any(isinstance(each, Failed) for each in made):
        return 1
    return 2 if detailed_exitcode and any(not isinstance(each, Failed) and each.differs for each in made) else 0


def drift_all_targets(session: "Session", every: AllTargets, selection: "Selection", *, format_name: str) -> int:
    """`efsync drift --all-targets`; its exit status."""
    from efsync.cli.failures import failed_page
    from efsync.model.outcomes import Failed
    from efsync.views.all_targets import drift_all_document, drift_all_text
    from efsync.views.all_targets_markdown import drift_all_markdown
    from efsync.workflows.all_targets import drift_all

    output = session.output(format_name)
    with output.failing_as(
        lambda problems: drift_all_document((), problems), other=partial(failed_page, format_name, "drift", None)
    ):
        settings = session.settings
        with every.workers() as workers, _until_interrupted() as stopped, output.progress(_TARGETS) as progress:
            found = drift_all(settings, workers, selection, stopped=stopped, progress=progress)
    if output.json:
        output.document(drift_all_document(found))
    elif output.markdown:
        output.page(drift_all_markdown(found))
    elif output.html:
        from efsync.views.drift_report import drift_all_report

        output.page(drift_all_report(found))
    else:
        output.text(drift_all_text(found))
    _show_problems(output, found, lambda _, problem: problem.code != "nothing-applied")  # the text names those
    if any(isinstance(each, Failed) for each in found):
        return 1
    return 2 if any(not isinstance(each, Failed) and each.accounts for each in found) else 0


def apply_all_targets(
    session: "Session",
    every: AllTargets,
    selection: "Selection",
    overrides: "Overrides",
    *,
    confirmed: Callable[[str], bool],
    format_name: str,
) -> int:
    """`efsync apply --all-targets`: shows the plans of all, asks once with `confirmed`, applies; its exit status."""
    from efsync.model.outcomes import ApplyStatus
    from efsync.views.all_targets import apply_all_document, apply_all_text, plan_all_text
    from efsync.workflows.all_targets import apply_all, plan_all, without_apply
    from efsync.workflows.state import upgrade_state

    output = session.output(format_name)
    with output.failing_as(lambda problems: apply_all_document((), problems)):
        settings = session.settings
        upgrade_state(settings)  # plan, which only reads, would stop at an older one
        with every.workers() as workers:
            with _until_interrupted() as stopped, output.progress(_TARGETS) as progress:
                made = plan_all(settings, workers, selection, overrides=overrides, stopped=stopped, progress=progress)
            if stopped():
                raise KeyboardInterrupt  # nothing was written yet
            if not output.json:
                output.text(plan_all_text(made))
            _show_problems(output, made, lambda _, problem: not problem.is_brake)  # apply says so itself
            question = _question(made)
            if question and not confirmed(question):
                if output.json:
                    output.document(apply_all_document(without_apply(made)))
                click.echo(_("Nothing was written."), err=True)
                return 1
            with _until_interrupted() as stopped, output.progress(_TARGETS) as progress:
                done = apply_all(settings, workers, made, overrides, stopped=stopped, progress=progress)
    if output.json:
        output.document(apply_all_document(done))
    else:
        output.text(apply_all_text(done))
    shown = {(each.target, problem) for each in made for problem in each.problems}
    _show_problems(output, done, lambda target, problem: (target, problem) not in shown)
    return 0 if all(each.status in (ApplyStatus.APPLIED, ApplyStatus.NOTHING) for each in done) else 1


def _question(made: "Iterable[Plan | Failed]") -> str | None:
    """What to ask before the plans are applied; nothing where none does anything, or all of those are braked."""
    from efsync.model.outcomes import Failed

    plans = [each for each in made if not isinstance(each, Failed) and each.differs]
    count = sum(not any(problem.is_brake for problem in plan.problems) for plan in plans)
    return _n("Apply this to {count:,} target?", "Apply this to {count:,} targets?", count) if count else None


def _show_problems(
    output: "Output",
    results: "Iterable[Plan | Drift | Applied | Failed]",
    wanted: "Callable[[str | None, Problem], bool]" = lambda _target, _problem: True,
) -> None:
    from efsync.views.all_targets import shared_problems

    found = ((each.target, problem) for each in results for problem in each.problems if wanted(each.target, problem))
    output.problems(shared_problems(found))


def _check_alone(target: str | None, *, all_targets: bool) -> None:
    if all_targets and target:
        raise click.UsageError(_("--all-targets takes no --target (nor EFSYNC_TARGET): it is all of them, or one"))
    context = click.get_current_context()
    for name in ("jobs", "scheduler"):
        if not all_targets and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(_("{option} is for --all-targets", option=f"--{name}"))


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, or efsync was asked to end: no target is begun after that.

    What is under way ends as it would have, rolled back or recorded: it can't be interrupted half-way. A second
    Ctrl-C is an ordinary one, for a cluster that does not answer.
    """
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return

    interrupted = _("Interrupted: no other target is begun; waiting for those that are under way.")
    told = f"{interrupted}\n".encode()

    def note(_number: int, _frame: object) -> None:
        """Tell that it was heard; the next Ctrl-C ends the command at once."""
        pressed.set()
        restore()
        with contextlib.suppress(OSError):  # not through a buffer, which may be in use this moment
            os.write(2, told)

    def restore() -> None:
        """Handle signals as before."""
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, note)
    try:
        yield pressed.is_set
    finally:
        restore()
