"""`efsync import`."""

import shlex
from pathlib import Path

import click

from efsync.cli.options import department_option, format_option, target_option
from efsync.cli.session import Session


@click.command("import")
@target_option
@department_option
@click.option(
    "--password-ref", metavar="PATTERN",
    help="The reference of each new user's password, such as env:MAIL_{user} or file:secrets/{department}/{user}.",
)  # fmt: skip
@click.option(
    "--export-passwords", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="With --write: the passwords themselves, a file for each reference, to be moved into a store.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write the files; else only show what would be written.")
@format_option()
@click.pass_obj
def command(
    session: Session,
    target: str | None,
    departments: tuple[str, ...],
    password_ref: str | None,
    export_passwords: Path | None,
    write: bool,
    format_name: str,
) -> None:
    """Write department files from the live database, and bring its values into files that are there.

    What most accounts of a department share becomes its defaults, HTML that several share one file, and where texts
    differ by name, title or address only, one template. A plan right after it changes no field. In standing files
    only the values of fields that they manage change, and users who are missing are added; comments and order stay.
    """
    from efsync.model.edits import Edits, Imported
    from efsync.model.plans import Selection
    from efsync.views.edits import import_document, import_next_text, import_text
    from efsync.workflows.import_ import import_accounts

    output = session.output(format_name)
    with (
        output.failing_as(
            lambda problems: import_document(Imported(session.target_name(target), Edits(problems=problems)))
        ),
        output.progress() as progress,
    ):
        made = import_accounts(
            session.settings, target, Selection(departments), password_ref=password_ref, export_to=export_passwords,
            write=write, progress=progress,
        )  # fmt: skip
    if output.json:
        output.document(import_document(made))
    else:
        output.text(import_text(made))
    output.problems(made.problems)
    if not output.json:
        output.text(import_next_text(made, f"efsync plan --target {shlex.quote(target)}" if target else "efsync plan"))
