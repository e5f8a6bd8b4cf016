"""`efsync probe`."""

import click

from efsync.cli.names import TargetName
from efsync.cli.options import format_option, selection_options
from efsync.cli.session import Session


@click.command("probe")
@click.option("--login", is_flag=True, help="Log in with the password of each account, too.")
@click.option(
    "-t", "--target", type=TargetName(), metavar="NAME", envvar="EFSYNC_TARGET",
    help="Take servers, ports and SSL that the files do not manage from this target of efsync.toml.",
)  # fmt: skip
@selection_options
@click.option(
    "--timeout", type=click.IntRange(1, 600), default=10, show_default=True, metavar="SECONDS",
    help="How long a conversation with a server may last.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(1, 500), default=16, show_default=True, metavar="N",
    help="How many conversations at once.",
)  # fmt: skip
@click.option(
    "--per-server", type=click.IntRange(1, 500), default=2, show_default=True, metavar="N",
    help="How many of them with one server.",
)  # fmt: skip
@format_option()
@click.pass_obj
def command(
    session: Session,
    login: bool,
    target: str | None,
    departments: tuple[str, ...],
    users: tuple[str, ...],
    timeout: int,
    jobs: int,
    per_server: int,
    format_name: str,
) -> int:
    """Try the mail servers of the accounts in the files, as the ERP would connect to them; sends no mail.

    Talks only to servers that [probe] in efsync.toml lists. Exit status 1 where one failed.
    """
    from efsync.model.plans import Selection
    from efsync.model.probe import Probed, ProbeLimits
    from efsync.views.documents import probe_document
    from efsync.workflows.probe import probe

    output = session.output(format_name)
    limits = ProbeLimits(timeout, jobs, per_server)
    with (
        output.failing_as(lambda problems: probe_document(Probed((), problems=problems))),
        output.progress() as progress,
    ):
        found = probe(
            session.settings, target, Selection(departments, users), login=login, limits=limits, progress=progress
        )
    if output.json:
        output.document(probe_document(found))
    else:
        from efsync.views.probe_text import probe_text  # slow to import, and of no use for a document

        output.text(probe_text(found))
    output.problems(found.problems)
    return 0 if found.ok else 1
