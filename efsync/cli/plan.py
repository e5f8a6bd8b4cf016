"""`efsync plan`."""

from pathlib import Path

import click

from efsync.cli.all_targets import AllTargets, all_targets_options, check_inactive, plan_all_targets
from efsync.cli.names import CommitName
from efsync.cli.options import format_option, inactive_option, selection_options, target_option
from efsync.cli.printing import print_plan
from efsync.cli.session import Session
from efsync.model.language import _


@click.command("plan")
@target_option
@all_targets_options
@selection_options
@inactive_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Save the plan for apply.")
@click.option(
    "--ref", type=CommitName(), metavar="COMMIT",
    help="Plan from the department files of this commit, not of the work tree.",
)  # fmt: skip
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where something differs.")
@click.option("--without-secrets", is_flag=True, help="Read no secret: passwords that changed are known at apply.")
@format_option("markdown", "html")
@click.pass_obj
def command(
    session: Session,
    target: str | None,
    every: AllTargets | None,
    departments: tuple[str, ...],
    users: tuple[str, ...],
    inactive: str | None,
    out: Path | None,
    ref: str | None,
    detailed_exitcode: bool,
    without_secrets: bool,
    format_name: str,
) -> int:
    """Show what apply would do. Writes to no database.

    A brake that the plan passes is a warning here; apply refuses such a plan.
    """
    from efsync.cli.failures import failed_page
    from efsync.model.plans import Selection
    from efsync.views.documents import failed_plan_document
    from efsync.workflows.plan import plan
    from efsync.workflows.plan_files import write_plan
    from efsync.workflows.revision import at_revision

    selection = Selection(departments, users)
    if every is not None:
        if out is not None:
            raise click.UsageError(_("--out saves the plan of one target, and apply takes one: name it with --target"))
        check_inactive(inactive)
        if ref is not None:
            raise click.UsageError(_("--ref plans for one target: name it with --target"))
        return plan_all_targets(
            session, every, selection, detailed_exitcode=detailed_exitcode, secrets=not without_secrets,
            format_name=format_name,
        )  # fmt: skip
    output = session.output(format_name)
    with output.failing_as(
        lambda problems: failed_plan_document(session.target_name(target), selection, problems),
        other=lambda problems: failed_page(format_name, "plan", session.target_name(target), problems),
    ):
        with at_revision(session.settings_with(inactive), ref) as settings, output.progress() as progress:
            made = plan(settings, target, selection, secrets=not without_secrets, progress=progress)
        if out is not None:
            write_plan(made, out)
    print_plan(output, made)
    return 2 if detailed_exitcode and made.differs else 0
