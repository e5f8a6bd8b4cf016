"""What the accounts say of the servers that they send through, and of the passwords that they log in with."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from efsync.accounts.department import FileAccount
from efsync.model.accounts import DesiredAccount, LiveAccount
from efsync.model.fields import MAX_PORT, PASSWORD, Value
from efsync.model.language import message
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Severity
from efsync.model.secrets import SecretReference
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted, without_secrets
from efsync.workflows.survey import survey
from efsync.workflows.wiring import erp_of


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One account as a mail program has to know it; `reference` leads to the password where the files have one.

    `has_password` is false where the field is cleared: then nobody logs in.
    """

    user: str
    server: str
    port: int
    ssl: bool
    address: str | None
    reference: SecretReference | None
    has_password: bool
    password_location: Location


@dataclass(slots=True)
class Mailboxes:
    """All that was found; `left_out` counts accounts whose server, port or SSL is not known."""

    found: list[Mailbox] = field(default_factory=list)
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_mailboxes(
    settings: Settings, target: str | None, wanted: Wanted, selection: Selection, store: SecretStore
) -> Mailboxes:
    """The mailbox of every selected account; what the files do not manage is the live value of `target`, if given.

    Reads no secret. All that is wrong with the files is among the problems. Raises `Refused` where the database can't
    be read.
    """
    read_password = without_secrets(store, dict)
    read = Mailboxes()
    if target is None:
        resolver = wanted.resolver(read_password)
        desired: Iterable[DesiredAccount] = [resolver.account(account, None) for account in wanted.each()]
        live: dict[str, LiveAccount] = {}
        read.problems += wanted.problems(resolver)
    else:
        with erp_of(settings, settings.target(target)).reading() as users:
            resolver = wanted.resolver(read_password, users.columns)
            with closing(users.each(fingerprint=None)) as passing:
                seen = survey(passing, wanted, resolver, {}, selection)
            desired, live = seen.desired.values(), seen.live
            read.problems += wanted.problems(resolver, seen.named, seen.others, users.columns)
    for account in desired:
        if selection.covers(account.code, account.department):
            _add(read, wanted.accounts[account.key], account, live.get(account.key))
    return read


def _add(read: Mailboxes, written: FileAccount, desired: DesiredAccount, live: LiveAccount | None) -> None:
    known = {**(live.fields if live else {}), **desired.fields}
    if live is not None:
        read.problems += _unusable(written, known)
    server, port, ssl = known.get("server"), known.get("port"), known.get("ssl") or False
    is_known = "ssl" in known and isinstance(server, str) and _is_port(port) and isinstance(ssl, bool)
    if not is_known:
        read.left_out += 1
        return
    assert isinstance(server, str)
    assert isinstance(port, int)
    assert isinstance(ssl, bool)
    address = known.get("address")
    read.found.append(
        Mailbox(
            user=written.code,
            server=server,
            port=port,
            ssl=ssl,
            address=address if isinstance(address, str) else None,
            reference=desired.reference,
            has_password=PASSWORD not in known or known[PASSWORD] is not None,
            password_location=written.location_of(PASSWORD),
        )
    )


def _unusable(written: FileAccount, known: dict[str, Value]) -> Iterator[Problem]:
    """Warnings of live values that are no port, or neither yes nor no."""
    port, ssl = known.get("port"), known.get("ssl")
    hint = message("set it in the file; until then the account is left out")
    if port is not None and not _is_port(port):
        no_port = message("port of {user}: the ERP holds '{value}', which is none", user=written.code, value=port)
        yield Problem("live-value", no_port, written.location, hint, Severity.WARNING)
    if ssl is not None and not isinstance(ssl, bool):
        neither = message(
            "ssl of {user}: the ERP holds '{value}', which is neither yes nor no", user=written.code, value=ssl
        )
        yield Problem("live-value", neither, written.location, hint, Severity.WARNING)


def _is_port(value: Value) -> bool:
    return type(value) is int and 0 < value <= MAX_PORT
