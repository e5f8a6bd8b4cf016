"""`efsync history`."""

from datetime import datetime
from functools import partial

import click

from efsync.cli.asking import confirmed
from efsync.cli.names import RunName, TargetName, UserCode
from efsync.cli.options import format_option
from efsync.cli.session import Output, Session


@click.command("history")
@click.argument("run", required=False, type=RunName())
@click.option(
    "-t", "--target", type=TargetName(), metavar="NAME", envvar="EFSYNC_TARGET",
    help="Only runs of this target; else of every one.",
)  # fmt: skip
@click.option(
    "-u", "--user", type=UserCode(), metavar="CODE", envvar="EFSYNC_USER", help="Only what changed in this account."
)
@click.option("-n", "--last", type=click.IntRange(min=1), metavar="NUMBER", help="Only so many, the newest.")
@click.option(
    "--prune-before", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Forget the values before and after of all runs that ended before this day; that there were such runs stays.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask before forgetting.")
@format_option("html")
@click.pass_obj
def command(
    session: Session,
    run: str | None,
    target: str | None,
    user: str | None,
    last: int | None,
    prune_before: datetime | None,
    yes: bool,
    format_name: str,
) -> None:
    """Show every apply: who, when, where, from which commit, what in short, and how it ended.

    With RUN, which may be the beginning of its name, every field before and after; of a password its fingerprint.
    With --user, the life of one account.
    """
    from efsync.cli.failures import failed_page
    from efsync.views.documents import history_document
    from efsync.views.history_text import history_text
    from efsync.workflows.history import history, run_in_history

    output = session.output(format_name)
    if prune_before is not None:
        _prune(session, output, prune_before, yes=yes)
        return
    with output.failing_as(partial(history_document, None), other=partial(failed_page, format_name, "history", None)):
        found = (
            history(session.settings, target, user=user, most=last)
            if run is None
            else run_in_history(session.settings, run, user)
        )
    if output.json:
        output.document(history_document(found))
    elif output.html:
        from efsync.views.history_report import history_report

        output.page(history_report(found))
    else:
        output.text(history_text(found))


def _prune(session: Session, output: Output, day: datetime, *, yes: bool) -> None:
    from efsync.model.language import _, _n
    from efsync.views.documents import pruned_document
    from efsync.workflows.history import prune_history

    if not yes:
        question = _(
            "Forget what was changed before {day}? It can't be shown or rolled back any more", day=f"{day:%Y-%m-%d}"
        )
        if not confirmed(question):
            raise click.Abort
    with output.failing_as(partial(pruned_document, 0)):
        count = prune_history(session.settings, day.astimezone())
    if output.json:
        output.document(pruned_document(count))
    else:
        click.echo(_n("Forgot what {count} run changed.", "Forgot what {count} runs changed.", count))
