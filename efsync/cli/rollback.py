"""`efsync rollback`."""

from pathlib import Path

import click

from efsync.cli.names import RunName
from efsync.cli.options import format_option
from efsync.cli.printing import print_plan
from efsync.cli.session import Session


@click.command("rollback")
@click.argument("run", type=RunName(to_restore=True))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Save the plan for apply.")
@format_option("markdown", "html")
@click.pass_obj
def command(session: Session, run: str, out: Path | None, format_name: str) -> None:
    """Plan to restore what RUN replaced, as `efsync history` names it. Writes to no database.

    Save the plan with --out, and apply it as any other: with the same checks, and the same brakes. The files stay as
    they are: change them too, or the next plan wants again what was rolled back.
    """
    from efsync.cli.failures import failed_page
    from efsync.model.language import _
    from efsync.model.plans import Selection
    from efsync.views.documents import failed_plan_document
    from efsync.workflows.plan_files import write_plan
    from efsync.workflows.rollback import rollback

    output = session.output(format_name)
    with output.failing_as(
        lambda problems: failed_plan_document(None, Selection(), problems),
        other=lambda problems: failed_page(format_name, "rollback", None, problems),
    ):
        made = rollback(session.settings, run)
        if out is not None:
            write_plan(made, out)
    print_plan(output, made)
    if made.differs and not output.has_problems:
        then = (
            _("Apply it: efsync apply {file}", file=out)
            if out
            else _("Save it with --out FILE, then: efsync apply FILE")
        )
        click.echo(then, err=True)
