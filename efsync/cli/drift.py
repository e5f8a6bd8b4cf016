"""`efsync drift`."""

import click

from efsync.cli.options import format_option, selection_options, target_option
from efsync.cli.session import Session


@click.command("drift")
@target_option
@selection_options
@format_option()
@click.pass_obj
def command(
    session: Session, target: str | None, departments: tuple[str, ...], users: tuple[str, ...], format_name: str
) -> int:
    """Show what changed in the ERP since the last apply. Writes nothing; what is pending in the files does not count.

    Exit status 2 where something drifted.
    """
    from efsync.model.drift import Drift
    from efsync.model.plans import Selection
    from efsync.views.documents import drift_document
    from efsync.views.state_text import drift_text
    from efsync.workflows.drift import drift

    output = session.output(format_name)
    with output.failing_as(lambda problems: drift_document(Drift(session.target_name(target), (), problems))):
        found = drift(session.settings, target, Selection(departments, users))
    if output.json:
        output.document(drift_document(found))
    else:
        output.text(drift_text(found))
    output.problems(found.problems)
    return 2 if found.accounts else 0
