"""`efsync init`."""

import shlex
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
@click.option("--tenant", metavar="CODE", help="The customer whose users are meant, where the table has several.")
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
    from efsync.workflows.init import Answers, already_there, init

    output = session.output(format_name)
    settings = directory / session.config
    with output.failing_as(partial(failure_document, "init")):
        if settings.exists() or settings.is_symlink():
            made = already_there(settings, Answers("erp", "env:ERP_URL", host=ci) if ci else None)
            step = "efsync doctor"
        else:
            made = init(settings, _answers(target, url, layout, tenant, passwords, vault_address, ci))
            step = "efsync import"
    if output.json:
        output.document(init_document(made))
    else:
        output.text(init_text(made, step if directory == Path() else f"cd {shlex.quote(str(directory))} && {step}"))


def _answers(
    target: str | None,
    url: str | None,
    layout: str | None,
    tenant: str | None,
    passwords: str | None,
    vault_address: str | None,
    ci: str | None,
) -> "Answers":
    """The options, and what somebody at a terminal says instead of those that are missing."""
    from efsync.workflows.init import Answers

    target = target or _asked(_("What shall the ERP database be called?"), "erp")
    url = url or _asked_url()
    layout = layout or _chosen(_("Where does the ERP keep mail settings?"), _LAYOUTS, "efactory")
    if tenant is None:
        tenant = _asked(_("Which customer's users (Cod_Cli)? Nothing where there is one only."), "")
    passwords = passwords or _chosen(_("Where do passwords come from?"), _PASSWORDS, "env")
    if passwords == "vault":
        vault_address = vault_address or _needed("--vault-address", _("The address of Vault?"))
    host = ci or _chosen(_("Where does the repository live?"), _HOSTS, "none")
    return Answers(target, url, layout, tenant.strip() or None, passwords, vault_address, host)


def _asked(question: str, default: str) -> str:
    if not _at_terminal():
        return default
    return str(click.prompt(question, default=default, show_default=bool(default), err=True))


def _chosen(question: str, choices: tuple[str, ...], default: str) -> str:
    if not _at_terminal():
        return default
    return str(click.prompt(question, type=click.Choice(choices), default=default, err=True))


def _needed(option: str, question: str, default: str | None = None, check: Callable[[str], str] = str) -> str:
    if not _at_terminal():
        raise click.UsageError(_("{option} is needed: there is no terminal to ask at", option=option))
    return str(click.prompt(question, default=default, value_proc=check, err=True))


def _asked_url() -> str:
    question = _("Where is the database? A url without a password, or better the variable that holds it: env:NAME")
    return _needed("--url", question, "env:ERP_URL", _checked_url)


def _checked_url(typed: str) -> str:
    from efsync.model.problems import Refused
    from efsync.views.visible import said
    from efsync.workflows.init import check_url

    try:
        check_url(typed.strip())
    except Refused as refused:
        (problem,) = refused.problems
        raise click.UsageError("\n".join(said(each) for each in (problem.message, problem.hint) if each)) from None
    return typed.strip()


def _at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
