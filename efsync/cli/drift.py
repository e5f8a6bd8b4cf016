"""`efsync drift`."""

import click

from efsync.cli.all_targets import AllTargets, all_targets_options, drift_all_targets
from efsync.cli.options import format_option, selection_options, target_option
from efsync.cli.session import Session


@click.command("drift")
@target_option
@all_targets_options
@selection_options
@format_option("markdown", "html")
@click.pass_obj
def command(
    session: Session,
    target: str | None,
    every: AllTargets | None,
    departments: tuple[str, ...],
    users: tuple[str, ...],
    format_name: str,
) -> int:
    """Show what changed in the ERP since the last apply. Writes nothing; what is pending in the files does not count.

    Exit status 2 where something drifted.
    """
    from efsync.cli.failures import failed_page
    from efsync.model.drift import Drift
    from efsync.model.plans import Selection
    from efsync.views.documents import drift_document
    from efsync.views.drift_markdown import drift_markdown
    from efsync.views.state_text import drift_text
    from efsync.workflows.drift import drift

    selection = Selection(departments, users)
    if every is not None:
        return drift_all_targets(session, every, selection, format_name=format_name)
    output = session.output(format_name)
    with (
        output.failing_as(
            lambda problems: drift_document(Drift(session.target_name(target), (), problems)),
            other=lambda problems: failed_page(format_name, "drift", session.target_name(target), problems),
        ),
        output.progress() as progress,
    ):
        found = drift(session.settings, target, selection, progress=progress)
    if output.json:
        output.document(drift_document(found))
    elif output.markdown:
        output.page(drift_markdown(found))
    elif output.html:
        from efsync.views.drift_report import drift_report

        output.page(drift_report(found))
    else:
        output.text(drift_text(found))
    output.problems(found.problems)
    return 2 if found.accounts else 0
