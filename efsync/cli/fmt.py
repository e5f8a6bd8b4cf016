"""`efsync fmt`."""

from functools import partial
from pathlib import Path

import click

from efsync.cli.options import format_option
from efsync.cli.session import Session


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 2 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@format_option()
@click.pass_obj
def command(session: Session, paths: tuple[Path, ...], check: bool, diff: bool, format_name: str) -> int:
    """Bring department files, or those of each PATH, into canonical order and layout.

    Comments, anchors and texts stay, and so does what the file says. A file that is not valid is left alone.
    Exit status 1 for such a file, and with --check 2 where one would change.
    """
    from efsync.views.edits import edits_document, failed_edits_document, fmt_text
    from efsync.workflows.fmt import fmt

    output = session.output(format_name)
    with output.failing_as(partial(failed_edits_document, "fmt")), output.progress("files") as progress:
        edits = fmt(session.settings, paths, write=not (check or diff), progress=progress)
    if output.json:
        output.document(edits_document("fmt", edits))
    else:
        output.text(fmt_text(edits, difference=diff))
    output.problems(edits.problems)
    if edits.has_errors:
        return 1
    return 2 if check and edits.files else 0
