"""`efsync probe`: what the mail servers of the accounts answer."""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from efsync.mail.probe.answers import Answers
from efsync.mail.probe.conversation import Conversation, Endpoint, converse
from efsync.mail.probe.login import Credentials
from efsync.mail.probe.outcome import Outcome
from efsync.mail.probe.schedule import hold_all
from efsync.mail.probe.secure import trust
from efsync.mail.servers import canonical
from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.plans import Selection
from efsync.model.probe import Probed, ProbeLimits, ProbeResult, ProbeStatus
from efsync.model.problems import Location, Problem, Refused, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.model.secrets import Secret
from efsync.secrets.store import SecretStore
from efsync.settings.model import ProbeSettings, Settings
from efsync.workflows.desired import Wanted
from efsync.workflows.mailboxes import Mailbox, read_mailboxes
from efsync.workflows.selection import check_selection
from efsync.workflows.wiring import accounts_of, secrets_of

_NOTHING_TO_LOG_IN_WITH = message("the account has no address, or no password in the files")


def probe(
    settings: Settings,
    target: str | None = None,
    selection: Selection = Selection(),
    *,
    login: bool = False,
    limits: ProbeLimits = ProbeLimits(),
    progress: Progress = unseen,
) -> Probed:
    """Talk to every server of the selected accounts that `[probe] servers` lists; with `login`, log in too.

    Sends no mail. Raises `Refused` with every error in files and secrets before any server is connected to.
    """
    wanted = Wanted(accounts_of(settings), selection)
    store = secrets_of(settings)
    mailboxes = read_mailboxes(settings, target, wanted, selection, store)
    denials = {mailbox.user: _denial(mailbox, settings.probe, login=login) for mailbox in mailboxes.found}
    allowed = [mailbox for mailbox in mailboxes.found if not denials[mailbox.user]]
    passwords, missing = _passwords(allowed, store) if login else ({}, [])
    refuse_errors([*mailboxes.problems, *missing])
    check_selection(selection, wanted.named)
    ledger = _Ledger()
    for mailbox in mailboxes.found:
        if why := denials[mailbox.user]:
            place = _Place(canonical(mailbox.server) or mailbox.server, mailbox.port, mailbox.ssl)
            ledger.enter(place, [mailbox.user], Outcome(ProbeStatus.NOT_ALLOWED, why))
    tasks = _tasks(allowed, passwords)
    answers = Answers.without(passwords.values())
    talk = partial(converse, context=_trust(settings), answers=answers, timeout=limits.timeout)
    done = 0
    for number, outcome in hold_all([task.conversation for task in tasks], talk, limits):
        conversation, users = tasks[number]
        endpoint = conversation.endpoint
        if login and conversation.credentials is None and outcome.status is ProbeStatus.OK:
            said = message("{answer}; not logged in: {reason}", answer=outcome.message, reason=_NOTHING_TO_LOG_IN_WITH)
            outcome = replace(outcome, message=said)
        ledger.enter(_Place(endpoint.host, endpoint.port, endpoint.ssl), users, outcome)
        done += len(users)
        progress(done, len(allowed))
    order = {mailbox.user: number for number, mailbox in enumerate(mailboxes.found)}
    return Probed(ledger.results(order), mailboxes.left_out, tuple(mailboxes.problems))


def _denial(mailbox: Mailbox, allowed: ProbeSettings, *, login: bool) -> str | None:
    """Why the settings do not let us talk to the server of a mailbox; nothing where they do."""
    host = canonical(mailbox.server)
    if host is None:
        return message(
            "is no host name that can be allowed: letters, digits, - and dots, or a whole IP address; ñ as xn--…"
        )
    if not allowed.servers.has(host, mailbox.port):
        return message("is not listed in efsync.toml, in [probe] servers")
    if login and not mailbox.ssl and _logs_in(mailbox) and not allowed.plain_login.has(host, mailbox.port):
        return message("would get the password without encryption; [probe] plain_login in efsync.toml does not list it")
    return None


def _logs_in(mailbox: Mailbox) -> bool:
    return mailbox.reference is not None and mailbox.address is not None


def _passwords(mailboxes: Iterable[Mailbox], store: SecretStore) -> tuple[dict[str, Secret], list[Problem]]:
    """The passwords by user, and what is wrong with those that can't be had."""
    references = {each.user: each.reference for each in mailboxes if each.reference and _logs_in(each)}
    places = {each.user: each.password_location for each in mailboxes}
    store.read_ahead(references.values())
    found: dict[str, Secret] = {}
    problems: list[Problem] = []
    for user, reference in references.items():
        try:
            found[user] = store.read(reference)
        except Refused as refused:
            problems += refused.at(places[user]).problems
    return found, problems


def _trust(settings: Settings) -> ssl.SSLContext:
    try:
        return trust(settings.probe.ca_file)
    except OSError as error:
        why = message("it holds no certificate as PEM") if isinstance(error, ssl.SSLError) else reason(error)
        unusable = message(
            "ca_file: {file} can't be used: {reason}, in [probe]", file=settings.probe.ca_file, reason=why
        )
        raise Refused(Problem("config", unusable, Location(settings.file))) from None


class _Task(NamedTuple):
    """A conversation, and the users whose accounts it is about."""

    conversation: Conversation
    users: list[str]


def _tasks(mailboxes: Iterable[Mailbox], passwords: Mapping[str, Secret]) -> list[_Task]:
    """One for each endpoint, ahead of those that log in, which are one for each account."""
    quiet: dict[Endpoint, list[Mailbox]] = {}
    logins: list[_Task] = []
    for mailbox in mailboxes:
        host = canonical(mailbox.server)
        assert host is not None
        endpoint = Endpoint(host, mailbox.port, mailbox.ssl)
        if password := passwords.get(mailbox.user):
            credentials = Credentials(mailbox.address or "", password)
            logins.append(_Task(Conversation(endpoint, credentials), [mailbox.user]))
        else:
            quiet.setdefault(endpoint, []).append(mailbox)
    return [
        *(
            _Task(
                Conversation(endpoint, needs_auth=any(each.has_password for each in them)), [each.user for each in them]
            )
            for endpoint, them in quiet.items()
        ),
        *logins,
    ]


class _Place(NamedTuple):
    """A server as results name it."""

    server: str
    port: int
    ssl: bool


class _Ledger:
    """Who shares a result: accounts of one server with the same outcome, where it is the server's or all is well."""

    def __init__(self) -> None:
        self._entries: dict[tuple[_Place, ProbeStatus, str, str | None], tuple[list[str], float]] = {}

    def enter(self, place: _Place, users: Iterable[str], outcome: Outcome) -> None:
        """Note how it went for some users."""
        users = list(users)
        is_shared = outcome.of_server or outcome.status is ProbeStatus.OK
        key = (place, outcome.status, outcome.message, None if is_shared else users[0])
        others, seconds = self._entries.get(key, ([], 0.0))
        self._entries[key] = ([*others, *users], max(seconds, outcome.seconds))

    def results(self, order: Mapping[str, int]) -> tuple[ProbeResult, ...]:
        """All results, by server; users, and results of one server, in the `order` of users."""
        results = []
        for (place, status, said, _), (users, seconds) in self._entries.items():
            ordered = tuple(sorted(users, key=order.__getitem__))
            results.append(ProbeResult(*place, ordered, status, said, round(seconds, 3)))
        return tuple(sorted(results, key=lambda each: (each.server, each.port, each.ssl, order[each.users[0]])))
