"""What somebody answers who begins with efsync, and which answers can't be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from efsync.database import holds_password, read_url
from efsync.erp.connection import WHAT
from efsync.model.language import message
from efsync.model.problems import Problem, Refused

LAYOUTS = ("efactory", "efactory-properties")
HOSTS = ("github", "gitlab", "none")
VAULT = "vault"

PASSWORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "env": ('allow = ["MAIL_*"]', "MAIL_JPEREZ"),
        "file": ('roots = ["/run/secrets"]', "/run/secrets/jperez"),
        "age": ('roots = ["secrets"]', "secrets/jperez.age"),
        VAULT: ('allow = ["secret/mail/*"]', "secret/mail/jperez"),
        "aws": ('allow = ["mail/*"]', "mail/jperez"),
        "keyring": ('allow = ["mail/*"]', "mail/jperez"),
    }
)
"""For each kind of reference what settings allow to begin with, and a reference that they do."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HIDDEN_PASSWORD = re.compile(r"(?:pwd|password)\s*(?:=|%3d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answers:
    """The ERP's database, how its passwords are referred to, and where pipelines run."""

    target: str
    url: str
    layout: str = LAYOUTS[0]
    tenant: str | None = None
    passwords: str = "env"
    vault_address: str | None = None
    host: str = "none"


def check_url(url: str) -> None:
    """Raise `Refused` (`config`) for a url that can't be one, or that has a password in it. It is never shown."""
    kind, _, name = url.partition(":")
    if kind == "file" and name.strip():
        return
    if kind == "env":
        if not _VARIABLE.fullmatch(name):
            hint = message("write env:NAME, where NAME is the variable that holds the url")
            raise Refused(Problem("config", message("url: env: names no variable"), hint=hint))
        return
    if _HIDDEN_PASSWORD.search(url) or holds_password(read_url(url, Path(), WHAT)):
        held = message("the url has a password in it, and is written to a file that is committed")
        hint = message("keep the url in a variable, such as ERP_URL, and answer env:ERP_URL; or in a file: file:PATH")
        raise Refused(Problem("config", held, hint=hint))
