"""`efsync accept`."""

import click

from efsync.cli.options import format_option, selection_options, target_option
from efsync.cli.session import Session


@click.command("accept")
@target_option
@selection_options
@click.option("--write", is_flag=True, help="Write the files; else only show what would be written.")
@format_option()
@click.pass_obj
def command(
    session: Session,
    target: str | None,
    departments: tuple[str, ...],
    users: tuple[str, ...],
    write: bool,
    format_name: str,
) -> None:
    """Take over into the files what changed in the ERP since the last apply.

    Each value comes to its own user: what others have from defaults, anchors or templates stays. Comments and order
    stay too. A password is never taken over; what to do with one that changed is said.
    """
    from efsync.model.edits import Accepted, Edits
    from efsync.model.plans import Selection
    from efsync.views.edits import accept_document, accept_text
    from efsync.workflows.accept import accept

    output = session.output(format_name)
    with (
        output.failing_as(
            lambda problems: accept_document(Accepted(session.target_name(target), Edits(problems=problems)))
        ),
        output.progress() as progress,
    ):
        made = accept(session.settings, target, Selection(departments, users), write=write, progress=progress)
    if output.json:
        output.document(accept_document(made))
    else:
        output.text(accept_text(made))
    output.problems(made.problems)
