"""`efsync init`."""

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efsync.cli.asking import asked, at_terminal, chosen
from efsync.cli.options import format_option
from efsync.cli.session import Session
from efsync.model.language import _

if TYPE_CHECKING:
    from efsync.workflows.init import Answers

_LAYOUTS = ("efactory", "efactory-properties")
_PASSWORDS = ("env", "file", "age", "vault", "aws", "keyring")
_HOSTS = ("github", "gitlab", "none")


@click.command("init")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=Path(), metavar="[DIR]")
@click.option("-t", "--target", metavar="NAME", help="What the ERP database is called here; else erp.")
@click.option(
    "--url", metavar="URL", help="Where the database is: better env:NAME, the variable that holds it. No password."
)
@click.option("--layout", type=click.Choice(_LAYOUTS), help="Where the ERP keeps mail settings; else efactory.")
@click.option(
    "--tenant", metavar="CODE", help="The tenant whose users are meant (Cod_Cli), where the table has several."
)
@click.option("--passwords", type=click.Choice(_PASSWORDS), help="Where the passwords come from; else env.")
@click.option("--vault-address", metavar="URL", help="The server of --passwords vault.")
@click.option("--ci", type=click.Choice(_HOSTS), help="Whose pipeline is written; else none.")
@format_option()
@click.pass_obj
def command(
    session: Session,
    directory: Path,
    target: str | None,
    url: str | None,
    layout: str | None,
    tenant: str | None,
    passwords: str | None,
    vault_address: str | None,
    ci: str | None,
    format_name: str,
) -> None:
    """Begin a folder of settings and department files: DIR, or this one.

    Asks what no option says, where there is a terminal. Writes efsync.toml, .gitignore, an example, schemas and the
    pipeline of a host, and looks with the doctor at what comes of it. What is there already is left as it is.
    """
    from efsync.views.documents import failure_document, init_document
    from efsync.views.init_text import init_text
    from efsync.workflows.init import already_there, init, password_pattern

    output = session.output(format_name)
    settings = directory / session.config
    stated = {
        "--target": target, "--url": url, "--layout": layout, "--tenant": tenant, "--passwords": passwords,
        "--vault-address": vault_address,
    }  # fmt: skip
    step = "efsync doctor"
    with output.failing_as(partial(failure_document, "init")):
        if settings.exists() or settings.is_symlink():
            made = already_there(settings, ci or "none", [each for each, value in stated.items() if value is not None])
        else:
            answers = _answers(target, url, layout, tenant, passwords, vault_address, ci)
            made = init(settings, answers)
            if made.is_well:
                step = f"efsync import --password-ref '{password_pattern(answers.passwords)}'"
    if output.json:
        output.document(init_document(made))
    else:
        step = step if directory == Path() else f"cd {shlex.quote(str(directory))} && {step}"
        output.text(init_text(made, session.config.name, step))


def _answers(
    target: str | None,
    url: str | None,
    layout: str | None,
    tenant: str | None,
    passwords: str | None,
    vault_address: str | None,
    ci: str | None,
) -> "Answers":
    """The options, and what somebody at a terminal says instead of those that are missing.

    Raises `Refused` where an option can't be, before anything is asked.
    """
    from efsync.workflows.init import Answers, check_target, check_url, check_vault

    for option, check in ((target, check_target), (url, check_url)):
        if option is not None:
            check(option)
    if target is None:
        target = asked(_("What shall the ERP database be called?"), "erp", check_target)
    if url is None:
        where = _("Where is the database? A url without a password, or better the variable that holds it: env:NAME")
        url = _needed("--url", where, "env:ERP_URL", check_url)
    layout = layout or chosen(_("Where does the ERP keep mail settings?"), _LAYOUTS, "efactory")
    if tenant is None:
        tenant = asked(_("Which tenant's users (Cod_Cli)? Nothing where there is one only"), "")
    passwords = passwords or chosen(_("Where do passwords come from?"), _PASSWORDS, "env")
    if passwords == "vault" and vault_address is None:
        vault_address = _needed("--vault-address", _("The address of Vault"), None, check_vault)
    host = ci or chosen(_("Where does the repository live?"), _HOSTS, "none")
    return Answers(target, url, layout, tenant.strip() or None, passwords, vault_address, host)


def _needed(option: str, question: str, default: str | None, check: Callable[[str], None]) -> str:
    if not at_terminal():
        raise click.UsageError(_("{option} is needed: there is no terminal to ask at", option=option))
    return asked(question, default, check)
