"""What somebody answers who begins with efsync, and which answers can't be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from efsync.database.engine import server_of
from efsync.database.urls import holds_password, read_url
from efsync.erp.connection import WHAT
from efsync.model.language import message
from efsync.model.problems import Problem, Refused

LAYOUTS = ("efactory", "efactory-properties")
VAULT = "vault"

PASSWORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "env": ('allow = ["MAIL_*"]', "MAIL_{user}"),
        "file": ('roots = ["/run/secrets"]', "/run/secrets/{user}"),
        "age": ('roots = ["secrets"]', "secrets/{user}.age"),
        VAULT: ('allow = ["secret/mail/*"]', "secret/mail/{user}"),
        "aws": ('allow = ["mail/*"]', "mail/{user}"),
        "keyring": ('allow = ["mail/*"]', "mail/{user}"),
    }
)
"""For each kind of reference what settings allow to begin with, and where that has the password of a user."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TARGET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
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

    @property
    def reference(self) -> str:
        """The password of user JPEREZ, as an example."""
        return PASSWORDS[self.passwords][1].format(user="JPEREZ" if self.passwords == "env" else "jperez")


def password_pattern(kind: str) -> str:
    """What `import --password-ref` takes for references of a kind, such as `env:MAIL_{user}`."""
    return f"{kind}:{PASSWORDS[kind][1]}"


def check_target(name: str) -> None:
    """Raise `Refused` (`config`) for what can't be the name of a database."""
    if not _TARGET.fullmatch(name):
        said = message("'{name}' can't be the name of a database", name=name)
        hint = message("a name has the letters a to z without accents, digits, _, . and -, and no blank")
        raise Refused(Problem("config", said, hint=hint))


def check_url(url: str) -> None:
    """Raise `Refused` (`config`) for a url that can't be one, or that has a password in it. It is never shown."""
    kind, _, name = url.partition(":")
    if kind == "file" and name.strip():
        return
    if kind == "env":
        _check_variable(name)
        return
    if _HIDDEN_PASSWORD.search(url):
        raise _password_held()
    try:
        parsed = read_url(url, Path(), WHAT)
    except Refused as refused:
        hint = message(
            "write it without a password, like mssql://host/database or sqlite:///erp.db; or better env:NAME"
        )
        raise Refused(replace(each, hint=hint) for each in refused.problems) from None
    if holds_password(parsed):
        raise _password_held()
    server_of(parsed, WHAT)


def _check_variable(name: str) -> None:
    if _VARIABLE.fullmatch(name):
        return
    hint = message("write env:NAME, where NAME is the variable that holds the url")
    if not name.strip():
        raise Refused(Problem("config", message("url: env: names no variable"), hint=hint))
    said = message("url: what env: names can't be a variable: it has the letters a to z, digits and _, and no blank")
    raise Refused(Problem("config", said, hint=hint))


def _password_held() -> Refused:
    held = message("the url has a password in it, and is written to a file that is committed")
    hint = message("keep the url in a variable, such as ERP_URL, and answer env:ERP_URL; or in a file: file:PATH")
    return Refused(Problem("config", held, hint=hint))
