"""`efsync secrets`."""

import sys
from pathlib import Path

import click

from efsync.cli.names import Name
from efsync.cli.options import format_option, selection_options, target_option
from efsync.cli.session import Session
from efsync.model.language import _


@click.group("secrets")
def command() -> None:
    """Check where passwords come from; encrypt one to a file."""


@command.command("check")
@target_option
@selection_options
@format_option()
@click.pass_obj
def check_command(
    session: Session, target: str | None, departments: tuple[str, ...], users: tuple[str, ...], format_name: str
) -> int:
    """Read every password that the files refer to, and say since when each is in use, without showing any.

    Compares with what was applied to a target, and writes nothing. Exit status 1 where a password can't be had.
    """
    from efsync.model.plans import Selection
    from efsync.model.secret_checks import SecretReport, SecretStatus
    from efsync.views.documents import secrets_document
    from efsync.views.secrets_text import secrets_text
    from efsync.workflows.secrets import check_secrets

    output = session.output(format_name)
    with output.failing_as(
        lambda problems: secrets_document(SecretReport(session.target_name(target), problems=problems))
    ):
        found = check_secrets(session.settings, target, Selection(departments, users))
    if output.json:
        output.document(secrets_document(found))
    else:
        output.text(secrets_text(found))
    output.problems(found.problems)
    return 1 if found.count(SecretStatus.MISSING) else 0


@command.command("encrypt")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else standard output.")
@click.option(
    "-r", "--recipient", "recipients", multiple=True, type=Name(), metavar="RECIPIENT",
    help="Who can decrypt it, age1… or an SSH public key, in place of [secrets.age] recipients; may be repeated.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
def encrypt_command(session: Session, out: Path | None, recipients: tuple[str, ...], force: bool) -> None:
    """Encrypt a password with age, for a file that can be committed.

    Asks for it twice without showing it, or reads it from standard input where that is no terminal.
    """
    from functools import partial

    from efsync.model.secrets import Secret
    from efsync.views.documents import failure_document
    from efsync.views.secrets_text import encrypted_text
    from efsync.workflows.secrets import encrypt_secret, recipients_of

    output = session.output("text")
    with output.failing_as(partial(failure_document, "secrets")):
        settings = session.settings
        known = recipients_of(settings, recipients)  # before somebody types a password in vain
        made = encrypt_secret(settings, Secret(_asked()), known, out, force=force)
    if made.file is None:
        click.echo(made.text, nl=False)
    output.text(encrypted_text(made))
    output.problems(made.problems)


def _asked() -> str:
    """A password that nobody sees: typed twice, or what standard input holds, but for the line end at its end."""
    if sys.stdin.isatty():
        again = _("The same again")
        typed: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=again, err=True)
        return typed
    try:
        return sys.stdin.read().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise click.UsageError(_("standard input is not UTF-8 text")) from None
