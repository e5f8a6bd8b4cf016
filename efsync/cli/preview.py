"""`efsync preview`."""

from pathlib import Path

import click

from efsync.cli.names import UserCode
from efsync.cli.options import department_option, format_option, target_option
from efsync.cli.session import Session
from efsync.model.language import _


@click.command("preview")
@click.argument("users", nargs=-1, type=UserCode(), metavar="[USER]...", envvar="EFSYNC_USER")
@target_option
@department_option
@click.option(
    "--out", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), metavar="FILE",
    help="Where to write the page, - for standard output; else to .efsync/preview.html.",
)  # fmt: skip
@format_option()
@click.pass_obj
def command(
    session: Session,
    users: tuple[str, ...],
    target: str | None,
    departments: tuple[str, ...],
    out: Path | None,
    format_name: str,
) -> None:
    """Write a page that shows the mail of each USER, or of all, composed with a sample message.

    As on a telephone and on a desk, in light and dark colours. Reads no secret, and no database unless a target is
    named: then names, titles and what the files do not manage are the ERP's.
    """
    from efsync.model.plans import Selection
    from efsync.views.preview_page import preview_page
    from efsync.views.preview_text import preview_document, preview_text
    from efsync.workflows.preview import preview, write_preview

    output = session.output(format_name)
    printed = out is not None and str(out) == "-"
    if printed and output.json:
        raise click.UsageError(_("--format json needs a FILE: the page is no JSON"))
    with output.failing_as(lambda problems: preview_document(None, None, problems)):
        with output.progress() as progress:
            made = preview(session.settings, target, Selection(departments, users), progress=progress)
        page = preview_page(made)
        file = out or session.config.parent / ".efsync" / "preview.html"
        if not printed:
            write_preview(page, file)
    if printed:
        click.echo(page, nl=False)
    elif output.json:
        output.document(preview_document(made, str(file), made.problems))
    else:
        output.text(preview_text(made, str(file)))
    output.problems(made.problems)
