"""`efsync state`."""

from functools import partial

import click

from efsync.cli.asking import confirmed
from efsync.cli.names import UserCode
from efsync.cli.options import format_option, selection_options, target_option
from efsync.cli.session import Session
from efsync.model.language import _


@click.group("state")
def command() -> None:
    """List, show and forget what efsync remembers; break a lock."""


@command.command("list")
@target_option
@selection_options
@format_option()
@click.pass_obj
def list_command(
    session: Session, target: str | None, departments: tuple[str, ...], users: tuple[str, ...], format_name: str
) -> None:
    """List the accounts that efsync applied."""
    from efsync.model.plans import Selection
    from efsync.views.documents import state_document
    from efsync.views.state_text import applied_accounts_text
    from efsync.workflows.state import list_state

    output = session.output(format_name)
    with output.failing_as(partial(state_document, ())):
        accounts = list_state(session.settings, target, Selection(departments, users))
    if output.json:
        output.document(state_document(accounts))
    else:
        output.text(applied_accounts_text(accounts))


@command.command("show")
@click.argument("user", type=UserCode(in_files=False))
@target_option
@format_option()
@click.pass_obj
def show_command(session: Session, user: str, target: str | None, format_name: str) -> None:
    """Show every field of USER as efsync applied it; of the password, where it comes from."""
    from efsync.views.documents import account_document, failure_document
    from efsync.views.state_text import account_text
    from efsync.workflows.state import show_state

    output = session.output(format_name)
    with output.failing_as(partial(failure_document, "state-account")):
        account = show_state(session.settings, user, target)
    if output.json:
        output.document(account_document(account))
    else:
        output.text(account_text(account))


@command.command("forget")
@click.argument("user", type=UserCode(in_files=False))
@target_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget_command(session: Session, user: str, target: str | None, yes: bool) -> None:
    """Forget USER: the ERP stays as it is. An account that is still in a file is adopted by the next apply."""
    from efsync.views.documents import failure_document
    from efsync.workflows.state import forget, show_state

    output = session.output("text")
    with output.failing_as(partial(failure_document, "state")):
        account = show_state(session.settings, user, target)
        if not (yes or confirmed(_("Forget what was applied to {user}?", user=account.code))):
            raise click.Abort
        forget(session.settings, user, target)
    click.echo(_("Forgot {user}.", user=account.code))


@command.command("unlock")
@target_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def unlock_command(session: Session, target: str | None, yes: bool) -> None:
    """Break the lock of a target whose apply died."""
    from efsync.views.documents import failure_document
    from efsync.workflows.state import break_lock, lock_holder

    output = session.output("text")
    with output.failing_as(partial(failure_document, "state")):
        holder = lock_holder(session.settings, target)
        if holder is None:
            click.echo(_("Nobody holds the lock."))
            return
        who = {"who": holder.who, "host": holder.host, "process": holder.process}
        asked = _(
            "Break the lock of {who} on {host} (process {process}), held since {since}?", **who, since=holder.since
        )
        if not (yes or confirmed(asked)):
            raise click.Abort
        break_lock(session.settings, target)
    click.echo(_("Broke the lock of {who} on {host} (process {process}).", **who))
