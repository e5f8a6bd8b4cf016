"""`efsync apply`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from efsync.cli.all_targets import AllTargets, all_targets_options, apply_all_targets, check_inactive
from efsync.cli.asking import confirmed
from efsync.cli.options import format_option, inactive_option, override_options, selection_options, target_option
from efsync.cli.session import Output, Session
from efsync.model.language import _

if TYPE_CHECKING:
    from efsync.model.outcomes import Applied
    from efsync.model.plans import Plan


@click.command("apply")
@click.argument("plan", required=False, type=click.Path(dir_okay=False, path_type=Path))
@target_option
@all_targets_options
@selection_options
@inactive_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@override_options
@format_option()
@click.pass_obj
def command(
    session: Session,
    plan: Path | None,
    target: str | None,
    every: AllTargets | None,
    departments: tuple[str, ...],
    users: tuple[str, ...],
    inactive: str | None,
    yes: bool,
    allow_changed: bool,
    allow_cleared: bool,
    allow_redirect: tuple[str, ...],
    format_name: str,
) -> int:
    """Do what the saved PLAN says; without PLAN make one, show it and ask.

    All or nothing, in one transaction. Refused where the ERP changed since the plan was made.
    """
    from efsync.model.outcomes import not_applied
    from efsync.model.plans import Overrides, Selection
    from efsync.views.documents import apply_document
    from efsync.views.plan_text import plan_text
    from efsync.workflows.apply import apply
    from efsync.workflows.plan import plan as plan_anew
    from efsync.workflows.plan_files import read_plan
    from efsync.workflows.state import upgrade_state

    if plan is not None:
        _check_saved(every, narrowed=bool(departments or users or inactive))
    selection = Selection(departments, users)
    overrides = Overrides(allow_changed, allow_cleared, allow_redirect)
    if every is not None:
        check_inactive(inactive)
        return apply_all_targets(
            session, every, selection, overrides, confirmed=lambda question: yes or confirmed(question),
            format_name=format_name,
        )  # fmt: skip
    output = session.output(format_name)
    with output.failing_as(lambda problems: apply_document(not_applied(problems, session.target_name(target)))):
        settings = session.settings_with(inactive)
        if plan is not None:
            made = read_plan(plan)
        else:
            upgrade_state(settings)  # plan, which only reads, would stop at an older one
            with output.progress() as progress:
                made = plan_anew(settings, target, selection, overrides=overrides, progress=progress)
            if not output.json:
                output.text(plan_text(made))
            output.problems(problem for problem in made.problems if not problem.is_brake)
    braked = any(problem.is_brake for problem in made.problems)  # apply refuses, and says so: nothing to ask
    asks = plan is None and made.differs and not (yes or braked)
    if asks and not confirmed(_("Apply this to {target}?", target=made.target)):
        return _declined(output, made)
    with output.progress() as progress:
        done = apply(settings, made, target, overrides, progress=progress)
    return _ended(output, made, done)


def _ended(output: "Output", made: "Plan", done: "Applied") -> int:
    """Say how it ended; the exit status."""
    from efsync.model.outcomes import ApplyStatus
    from efsync.views.documents import apply_document
    from efsync.views.state_text import apply_text

    if output.json:
        output.document(apply_document(done))
    output.problems(problem for problem in done.problems if problem not in made.problems)
    if not output.json:
        output.text(apply_text(done, made))
    return 0 if done.status in (ApplyStatus.APPLIED, ApplyStatus.NOTHING) else 1


def _check_saved(every: AllTargets | None, *, narrowed: bool) -> None:
    """Raise a usage error where a saved plan would have to be another one."""
    if narrowed:
        raise click.UsageError(_("a saved plan is applied as it is: leave out --department, --user and --inactive"))
    if every is not None:
        raise click.UsageError(_("a saved plan is for one target: leave out --all-targets"))


def _declined(output: Output, made: "Plan") -> int:
    """What is said where somebody said no; the exit status."""
    from efsync.model.outcomes import not_applied
    from efsync.views.documents import apply_document

    if output.json:
        output.document(apply_document(not_applied((), made.target, made.plan_id)))
    click.echo(_("Nothing was written."), err=True)
    return 1
