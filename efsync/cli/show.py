"""`efsync show`."""

from functools import partial
from pathlib import Path

import click

from efsync.cli.options import format_option
from efsync.cli.printing import print_plan
from efsync.cli.session import Session


@click.command("show")
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))
@format_option("markdown", "html")
@click.pass_obj
def command(session: Session, plan: Path, format_name: str) -> None:
    """Show the saved PLAN again, one that is stale or was applied too."""
    from efsync.cli.failures import failed_page
    from efsync.model.plans import Selection
    from efsync.views.documents import failed_plan_document
    from efsync.workflows.plan_files import read_plan

    output = session.output(format_name)
    with output.failing_as(
        partial(failed_plan_document, None, Selection()), other=partial(failed_page, format_name, "show", None)
    ):
        saved = read_plan(plan)
    print_plan(output, saved)
