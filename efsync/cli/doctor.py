"""`efsync doctor`."""

import click

from efsync.cli.names import TargetName
from efsync.cli.options import format_option
from efsync.cli.session import Session


@click.command("doctor")
@click.option(
    "-t", "--target", type=TargetName(), metavar="NAME", envvar="EFSYNC_TARGET",
    help="Only this target of efsync.toml; else all of them.",
)  # fmt: skip
@format_option()
@click.pass_obj
def command(session: Session, target: str | None, format_name: str) -> int:
    """Check settings, files, secrets, key, state and ERP databases, and say what to do where something is wrong.

    Writes nothing. Exit status 1 where there is an error; warnings do not count.
    """
    from efsync.model.checks import CheckStatus
    from efsync.views.doctor_text import doctor_text
    from efsync.views.documents import doctor_document
    from efsync.workflows.doctor import doctor

    output = session.output(format_name)
    found = doctor(session.config, target)
    if output.json:
        output.document(doctor_document(found))
    else:
        output.text(doctor_text(found))
    return 1 if found.status is CheckStatus.ERROR else 0
