"""`efsync stats`."""

import click

from efsync.cli.options import department_option, format_option, target_option
from efsync.cli.session import Session


@click.command("stats")
@target_option
@department_option
@format_option("markdown", "html")
@click.pass_obj
def command(session: Session, target: str | None, departments: tuple[str, ...], format_name: str) -> None:
    """Count the accounts of a target: by department, server, SSL and age of password, managed by the files and not.

    Reads the ERP, the state and the department files, no password, and writes nothing.
    """
    from efsync.cli.failures import failed_page
    from efsync.model.plans import Selection
    from efsync.views.stats_document import failed_stats_document, stats_document
    from efsync.workflows.stats import stats

    output = session.output(format_name)
    with (
        output.failing_as(
            lambda problems: failed_stats_document(session.target_name(target), problems),
            other=lambda problems: failed_page(format_name, "stats", session.target_name(target), problems),
        ),
        output.progress() as progress,
    ):
        counted = stats(session.settings, target, Selection(departments), progress=progress)
    if output.json:
        output.document(stats_document(counted))
    elif output.markdown:
        from efsync.views.stats_markdown import stats_markdown

        output.page(stats_markdown(counted))
    elif output.html:
        from efsync.views.stats_page import stats_page

        output.page(stats_page(counted))
    else:
        from efsync.views.stats_text import stats_text

        output.text(stats_text(counted))
    output.problems(counted.problems)
