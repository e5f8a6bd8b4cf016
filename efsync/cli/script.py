"""`efsync script`."""

from pathlib import Path

import click

from efsync.cli.options import format_option, override_options, target_option
from efsync.cli.session import Session
from efsync.model.language import _


@click.command("script")
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))
@target_option
@click.option(
    "--out", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default=Path("-"), metavar="FILE",
    help="Where to write the script; else to standard output.",
)  # fmt: skip
@override_options
@format_option()
@click.pass_obj
def command(
    session: Session,
    plan: Path,
    target: str | None,
    out: Path,
    allow_changed: bool,
    allow_cleared: bool,
    allow_redirect: tuple[str, ...],
    format_name: str,
) -> None:
    """Write the saved PLAN as SQL, for a database administrator to read and run with the server's own client.

    It does what apply would, or nothing where the ERP changed since. Passwords are variables of the client and stand
    nowhere in it. Writes to no database; the next plan sees what the script did.
    """
    from efsync.model.plans import Overrides
    from efsync.views.scripts import check_key_text, script_document, script_text
    from efsync.workflows.plan_files import read_plan
    from efsync.workflows.script import script, write_script

    output = session.output(format_name)
    printed = str(out) == "-"
    if printed and output.json:
        raise click.UsageError(_("--format json needs --out FILE: the script is no JSON"))
    overrides = Overrides(allow_changed, allow_cleared, allow_redirect)
    with output.failing_as(lambda problems: script_document(None, None, problems)):
        saved = read_plan(plan)
        names = {} if printed else {"file": out.name}
        made = script(session.settings, saved, target, overrides, **names)
        if not printed:
            write_script(made, out)
    if output.json:
        output.document(script_document(made, str(out), made.problems))
    elif printed:
        click.echo(made.text, nl=False)
    else:
        output.text(script_text(made, str(out)))
    output.problems(made.problems)
    if made.check_key is not None and not output.json:
        click.echo(check_key_text(made), err=True)
