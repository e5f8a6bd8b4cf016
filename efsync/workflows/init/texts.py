"""The files that begin a repository: settings, an example, and what Git leaves out.

Comments are in the language of whoever asks.
"""

import json
import re

from efsync.model.language import _
from efsync.schema.shipped import schema_text
from efsync.workflows.init.advice import STATE_VARIABLE
from efsync.workflows.init.answers import PASSWORDS, VAULT, Answers
from efsync.workflows.init.pipeline import HOSTS, comment

EXAMPLE = "accounts/_example.yaml"
_SCHEMAS = ("configuration", "department")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def first_files(settings: str, answers: Answers) -> dict[str, str]:
    """The text of each file that is begun with, by its path; the settings are called `settings`."""
    schemas = {f"schemas/{name}.schema.json": schema_text(name) for name in _SCHEMAS}
    return {settings: _settings(answers), EXAMPLE: _example(answers), ".gitignore": ".efsync/\n"} | schemas


def _settings(answers: Answers) -> str:
    allowed, _pattern = PASSWORDS[answers.passwords]
    reference = f"{{{answers.passwords}:\N{NO-BREAK SPACE}{answers.reference}}}"
    lines = [
        "#:schema schemas/configuration.schema.json",
        *comment(_("Settings of efsync. Guard this file with CODEOWNERS: it decides which databases, variables and "
            "files a department file may reach. `efsync schema configuration` describes every key.")),
        "version = 1",
        'accounts = "accounts"',
        "",
        *comment(_("The database of the ERP. `efsync doctor` says what is missing.")),
        f"[targets.{answers.target if _BARE.fullmatch(answers.target) else _quoted(answers.target)}]",
        f"url = {_quoted(answers.url)}",
        f"layout = {_quoted(answers.layout)}",
        *([f"tenant = {_quoted(answers.tenant)}"] if answers.tenant else []),
        "",
        *_state(answers),
        "",
        *comment(_("References in department files reach nothing but what is listed here, such as {reference}.",
            reference=reference)),
        f"[secrets.{answers.passwords}]",
        *([f"address = {_quoted(answers.vault_address)}"] if answers.passwords == VAULT else []),
        allowed,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _state(answers: Answers) -> list[str]:
    """Where the state is; a pipeline has none of its own that would last."""
    lines = ["[state]", f'url = "env:{STATE_VARIABLE}"']
    if answers.host in HOSTS:
        shared = _(
            "What efsync applied is remembered in a database of its own. The pipeline and everybody who applies share "
            "it, and have its url in this variable, such as postgresql://user:password@host/efsync."
        )
        return [*comment(shared), *lines]
    alone = _("What efsync applied is remembered in .efsync/state.db. A team and its pipelines share one on a server:")
    return [*comment(alone), *(f"# {line}" for line in lines)]


def _example(answers: Answers) -> str:
    lines = [
        "# yaml-language-server: $schema=../schemas/department.schema.json",
        *comment(_("An example. Files whose names start with _ are not read: copy it to ventas.yaml, say, and change "
            "it, or let `efsync import` write the files of what the ERP holds.")),
        "version: 1",
        "department: VENTAS           # " + _("as the ERP spells it; one file for each department"),
        "on_removal: clear            # " + _("or forget: what happens to an account that leaves this file"),
        "defaults:                    # " + _("for all users below; what is not named stays as it is in the ERP"),
        "  server: smtp.acme.example",
        "  port: 587",
        "  ssl: true",
        "users:",
        "  JPEREZ:                    # " + _("the user's code in the ERP"),
        "    address: jperez@acme.example",
        f"    password: {{{answers.passwords}: {answers.reference}}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _quoted(text: str | None) -> str:
    """A text as TOML has it."""
    return json.dumps(text or "", ensure_ascii=False).replace("\x7f", "\\u007f")
