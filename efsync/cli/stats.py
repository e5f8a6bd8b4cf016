"""`efsync stats`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from efsync.cli.options import department_option, format_option, target_option
from efsync.cli.session import Session
from efsync.model.language import _

if TYPE_CHECKING:
    from efsync.model.stats import Stats


@click.command("stats")
@target_option
@department_option
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write the counts to this file, in the form that --format names, and not to standard output.",
)  # fmt: skip
@format_option("markdown", "html")
@click.pass_obj
def command(
    session: Session, target: str | None, departments: tuple[str, ...], out: Path | None, format_name: str
) -> None:
    """Count the accounts of a target: by department, server, SSL and age of password, managed by the files and not.

    Reads the ERP, the state and the department files, no password, and writes to none of them.
    """
    from efsync.cli.failures import failed_page
    from efsync.model.plans import Selection
    from efsync.views.stats_document import failed_stats_document
    from efsync.views.stats_text import stats_text
    from efsync.views.visible import visible
    from efsync.workflows.stats import stats, write_stats

    output = session.output(format_name)
    # where the page goes to a file, a page of a failure goes nowhere
    failing = output if out is None or output.json else session.output("text")
    with failing.failing_as(
        lambda problems: failed_stats_document(session.target_name(target), problems),
        other=lambda problems: failed_page(format_name, "stats", session.target_name(target), problems),
    ):
        with output.progress() as progress:
            counted = stats(session.settings, target, Selection(departments), progress=progress)
        if out is not None:
            write_stats(_in_form(format_name, counted) + "\n", out, _mark(format_name))
    if out is not None:
        click.echo(_("Wrote {names}.", names=visible(str(out))), err=True)
    elif output.has_problems:
        output.page(_in_form(format_name, counted))
    else:
        output.text(stats_text(counted, output.width))
    output.problems(counted.problems)


def _in_form(format_name: str, counted: "Stats") -> str:
    """The counts as a text; what one form needs is imported for that one only."""
    match format_name:
        case "json":
            from efsync.views.documents import as_json
            from efsync.views.stats_document import stats_document

            return as_json(stats_document(counted))
        case "markdown":
            from efsync.views.stats_markdown import stats_markdown

            return stats_markdown(counted).removesuffix("\n")
        case "html":
            from efsync.views.stats_page import stats_page

            return stats_page(counted).removesuffix("\n")
    from efsync.views.stats_text import stats_text

    return "\n".join(line.plain for line in stats_text(counted))


def _mark(format_name: str) -> str:
    """What the beginning of such a file has, so that only an older one is written over."""
    match format_name:
        case "json":
            return '"kind": "stats"'
        case "html":
            return 'content="efsync stats"'
    return _("Mail accounts in {target}", target="")
