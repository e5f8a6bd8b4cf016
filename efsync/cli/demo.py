"""`efsync demo`."""

from functools import partial

import click

from efsync.cli.options import format_option
from efsync.cli.session import Session


@click.command("demo")
@click.option(
    "--url", metavar="URL", help="Make it in an empty database of any server instead, or env:NAME, file:PATH."
)
@format_option()
@click.pass_obj
def command(session: Session, url: str | None, format_name: str) -> None:
    """Make or reset the demo ERP, .efsync/demo-erp.db, and the passwords of its accounts.

    In an empty folder it also writes efsync.toml, accounts and schemas. What was applied to the demo is forgotten.
    """
    from efsync.views.documents import demo_document, failure_document
    from efsync.views.state_text import demo_text
    from efsync.workflows.demo import demo

    output = session.output(format_name)
    with output.failing_as(partial(failure_document, "demo")):
        made = demo(session.config, url)
    if output.json:
        output.document(demo_document(made))
    else:
        output.text(demo_text(made))
