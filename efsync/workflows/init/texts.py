"""The files that begin a repository: settings, an example, what Git leaves out, and the pipeline of a host.

Comments are in the language of whoever asks.
"""

import json
import os
import re
import textwrap
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from efsync.database.engine import EXTRAS
from efsync.model.language import _
from efsync.schema.shipped import schema_text, shipped
from efsync.workflows.init.answers import PASSWORDS, VAULT, Answers

EXAMPLE = "accounts/_example.yaml"
_SCHEMAS = ("configuration", "department")
_EXTRAS_OF_PASSWORDS = ("age", VAULT, "aws")
_EXTRAS_LINE = re.compile(r"(?<=EFSYNC_EXTRAS: )\w+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_OWN_VARIABLE = "ERP_URL"

_HOSTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "github": ("pipelines/github/efsync.yml", ".github/workflows/efsync.yml", ".github/CODEOWNERS"),
        "gitlab": ("pipelines/gitlab/efsync.gitlab-ci.yml", ".gitlab-ci.yml", "CODEOWNERS"),
    }
)
"""For each host the pipeline that ships with efsync, where the host looks for it, and for who owns files."""


def first_files(settings: str, answers: Answers) -> dict[str, str]:
    """The text of each file that is begun with, by its path; the settings are called `settings`."""
    schemas = {f"schemas/{name}.schema.json": schema_text(name) for name in _SCHEMAS}
    return {settings: _settings(answers), EXAMPLE: _example(answers), ".gitignore": ".efsync/\n"} | schemas


def host_files(answers: Answers) -> dict[str, str]:
    """The pipeline of the host, and who owns what in the repository; nothing where there is no host."""
    if answers.host not in _HOSTS:
        return {}
    source, pipeline, owners = _HOSTS[answers.host]
    text = shipped(source).read_text(encoding="utf-8")
    text = _EXTRAS_LINE.sub(lambda found: _extras(answers, found[0]), text)
    kind, _colon, variable = answers.url.partition(":")
    if kind == "env" and variable != _OWN_VARIABLE:
        text = re.sub(rf"(?<![A-Z_]){_OWN_VARIABLE}(?![A-Z_])", variable, text)
    return {pipeline: text, owners: _owners()}


def _settings(answers: Answers) -> str:
    allowed, reference = PASSWORDS[answers.passwords]
    lines = [
        "#:schema schemas/configuration.schema.json",
        *_comment(_("Settings of efsync. Guard this file with CODEOWNERS: it decides which databases, variables and "
            "files a department file may reach. `efsync schema configuration` describes every key.")),
        "version = 1",
        'accounts = "accounts"',
        "",
        *_comment(_("The database of the ERP. `efsync doctor` says what is missing.")),
        f"[targets.{answers.target if _BARE.fullmatch(answers.target) else _quoted(answers.target)}]",
        f"url = {_quoted(answers.url)}",
        f"layout = {_quoted(answers.layout)}",
        *([f"tenant = {_quoted(answers.tenant)}"] if answers.tenant else []),
        "",
        *_comment(
            _("What efsync applied is remembered in .efsync/state.db. A team and its pipelines share one on a server:")
        ),
        "# [state]",
        '# url = "env:EFSYNC_STATE_URL"',
        "",
        *_comment(_("References in department files reach nothing but what is listed here, such as {reference}.",
            reference=f"{{{answers.passwords}: {reference}}}")),
        f"[secrets.{answers.passwords}]",
        *([f"address = {_quoted(answers.vault_address)}"] if answers.passwords == VAULT else []),
        allowed,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _example(answers: Answers) -> str:
    reference = PASSWORDS[answers.passwords][1]
    lines = [
        "# yaml-language-server: $schema=../schemas/department.schema.json",
        *_comment(_("An example. Files whose names start with _ are not read: copy it to ventas.yaml, say, and change "
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
        f"    password: {{{answers.passwords}: {reference}}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _owners() -> str:
    lines = [
        *_comment(_("Who has to approve what. CHANGE the names to yours, and take the # away before the lines. What is "
            "not below accounts decides what department files may reach: let administrators own it.")),
        "# *             @acme/administrators",
        "# /accounts     @acme/administrators",
        "# /accounts/    @acme/ventas @acme/administrators",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 110, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _extras(answers: Answers, standard: str) -> str:
    """What the pipeline installs beside efsync; the driver is that of the url, as far as it is known here."""
    driver = _driver(answers.url, standard)
    return ",".join((driver, *([answers.passwords] if answers.passwords in _EXTRAS_OF_PASSWORDS else [])))


def _driver(url: str, standard: str) -> str:
    kind, _colon, name = url.partition(":")
    try:
        backend = make_url(os.environ.get(name, "") if kind == "env" else url).get_backend_name()
    except (ArgumentError, ValueError):
        return standard
    return EXTRAS[backend][1] if backend in EXTRAS else standard


def _quoted(text: str | None) -> str:
    """A text as TOML has it."""
    return json.dumps(text or "", ensure_ascii=False).replace("\x7f", "\\u007f")
