"""`efsync validate`."""

import click

from efsync.cli.options import format_option, selection_options, target_option
from efsync.cli.session import Session


@click.command("validate")
@target_option
@selection_options
@format_option("github", "gitlab", "junit", "sarif")
@click.pass_obj
def command(
    session: Session, target: str | None, departments: tuple[str, ...], users: tuple[str, ...], format_name: str
) -> int:
    """Check the department files against the schema and each other.

    Reads no secret, and no database unless a target is named: then users and departments are checked too.
    """
    from efsync.cli.failures import annotated
    from efsync.model.outcomes import Validation
    from efsync.model.plans import Selection
    from efsync.views.documents import validation_document
    from efsync.views.state_text import validation_text
    from efsync.workflows.validate import validate

    output = session.output(format_name)
    with (
        output.failing_as(
            lambda problems: validation_document(Validation(0, 0, problems)),
            other=lambda problems: annotated(format_name, session.config, Validation(0, 0, problems)),
        ),
        output.progress() as progress,
    ):
        found = validate(session.settings, target, Selection(departments, users), progress=progress)
    if output.json:
        output.document(validation_document(found))
    elif output.has_problems:
        output.page(annotated(format_name, session.config, found))
    output.problems(found.problems)
    if not output.has_problems:
        output.text(validation_text(found))
    return 0 if found.valid else 1
