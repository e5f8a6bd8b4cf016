"""What the pipeline of a host has to have, so that efsync reaches there what its settings name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from efsync.database.engine import EXTRAS, server_of
from efsync.database.urls import read_url
from efsync.erp.fernet import VARIABLE as FERNET_KEY
from efsync.model.language import Message, message
from efsync.model.problems import Refused
from efsync.secrets.age import VARIABLE as AGE_KEY
from efsync.secrets.fingerprints import VARIABLE as FINGERPRINT_KEY
from efsync.settings.model import Settings

_LIKELY_DRIVER = EXTRAS["mssql"][1]
"""That of the server which eFactory runs on, where nothing is known."""

_FERNET = "fernet"
_TOKENS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "age": (AGE_KEY,),
        "vault": ("VAULT_TOKEN",),
        "aws": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        _FERNET: (FERNET_KEY,),
    }
)
"""For what needs an extra beside the drivers, and is called as that, the variables that it asks for."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """Something that is on this machine alone, and what to do about it."""

    what: Message
    remedy: Message


@dataclass(frozen=True, slots=True)
class Needs:
    """What a pipeline needs to reach all targets of the settings, the state and the passwords.

    `variables` hold urls, keys and tokens, and those that `passwords` is the pattern of are passwords themselves;
    `extras` are installed with efsync. The servers of the urls named `unknown` can't be known here; what is
    `unreached` is on this machine alone.
    """

    variables: tuple[str, ...]
    passwords: str | None
    extras: tuple[str, ...]
    unknown: tuple[str, ...]
    unreached: tuple[Unreached, ...]


def needs_of(settings: Settings) -> Needs:
    """What the pipeline for `settings` needs."""
    targets = dict.fromkeys(target.url for target in settings.targets.values())
    drivers = {url: _driver(url, settings.folder) for url in (*targets, settings.state_url)}
    likely = [_LIKELY_DRIVER for url in targets if drivers[url] is None]
    tokens = {kind: variables for kind, variables in _TOKENS.items() if kind in _kinds(settings)}
    allowed = settings.secrets.get("env", {}).get("allow", ())
    variables = [url.removeprefix("env:") for url in drivers if url.startswith("env:")]
    return Needs(
        variables=_once(*variables, FINGERPRINT_KEY, *(each for names in tokens.values() for each in names)),
        passwords=allowed[0] if allowed else None,
        extras=_once(*likely, *(each for each in drivers.values() if each), *tokens),
        unknown=tuple(url.partition(":")[2] for url, driver in drivers.items() if driver is None),
        unreached=tuple(_unreached(settings)),
    )


def _kinds(settings: Settings) -> set[str]:
    """What reads passwords: kinds of references, and the codec of the ERP's column."""
    places = (place for target in settings.targets.values() for place in target.layout.fields.values())
    return {*settings.secrets, *(place.codec for place in places)}


def _driver(url: str, folder: Path) -> str | None:
    """The extra that the server of `url` needs, "" where it is SQLite; `None` where that can't be known here."""
    try:
        server = server_of(read_url(url, folder, ""), "")
    except Refused:
        return None
    return EXTRAS[server][1] if server in EXTRAS else ""


def _unreached(settings: Settings) -> Iterator[Unreached]:
    elsewhere = message("write env:NAME for the url, and let the variable lead to a server")
    held = message("write env:NAME for the url, where NAME is a variable that the runner has")
    for target in settings.targets.values():
        if target.url.startswith("sqlite"):
            yield Unreached(message("the database of {target} is a file", target=target.name), elsewhere)
        elif target.url.startswith("file:"):
            yield Unreached(message("the url of {target} stands in a file", target=target.name), held)
    if settings.state_url.startswith("file:"):
        yield Unreached(message("the url of the state stands in a file"), held)
    hint = message("bring them there, use a runner of your own, or keep them in age files or a vault")
    if "file" in settings.secrets:
        yield Unreached(message("passwords stand in files"), hint)
    if "keyring" in settings.secrets:
        yield Unreached(message("passwords stand in a keyring"), hint)


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
