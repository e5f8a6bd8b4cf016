"""One conversation with a mail server, as the ERP would begin it: greeting, EHLO, TLS, login, and QUIT."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from efsync.mail.probe.answers import Answer, Answers
from efsync.mail.probe.connect import connected
from efsync.mail.probe.deadline import Deadline
from efsync.mail.probe.line import Broken, Line
from efsync.mail.probe.login import MECHANISMS, Credentials, log_in, usable
from efsync.mail.probe.outcome import Ended, Outcome
from efsync.mail.probe.secure import NotTls, described, secured, speaks_tls, with_reason
from efsync.model.language import Message, joined, message
from efsync.model.probe import ProbeStatus

IMPLICIT_TLS_PORT = 465
"""With SSL on, this port is spoken to in TLS from the first byte; every other one with STARTTLS."""

_SHOWN = {
    *MECHANISMS, "ANONYMOUS", "DIGEST-MD5", "EXTERNAL", "GSSAPI", "GSS-SPNEGO", "KERBEROS_V4", "NTLM", "OAUTHBEARER",
    "OTP", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH", "XOAUTH2",
}  # fmt: skip
"""Ways to log in that are shown by name; a server could put any word there, a password that it was told too."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server, its name in the canonical spelling, and how it is spoken to."""

    host: str
    port: int
    ssl: bool

    @property
    def is_implicit(self) -> bool:
        """Whether TLS comes before anything else."""
        return self.ssl and self.port == IMPLICIT_TLS_PORT


@dataclass(frozen=True, slots=True)
class Conversation:
    """What to do with one server: `credentials` to log in with, or whether a login would be needed."""

    endpoint: Endpoint
    credentials: Credentials | None = None
    needs_auth: bool = True


def converse(conversation: Conversation, context: ssl.SSLContext, answers: Answers, timeout: float) -> Outcome:
    """Hold a conversation of at most `timeout` seconds; how it ended."""
    begun = monotonic()
    stage = _Stage(timeout)
    try:
        outcome = Outcome(ProbeStatus.OK, _hold(conversation, context, answers, stage))
    except Ended as ended:
        outcome = Outcome(ended.status, ended.message, of_server=ended.of_server)
    except TimeoutError:
        late = message("{what} did not come within {timeout:g} s", what=stage.waits_for, timeout=timeout)
        outcome = Outcome(ProbeStatus.TIMEOUT, late)
    except Broken as broken:
        outcome = Outcome(ProbeStatus.UNEXPECTED_ANSWER, _broken(broken, answers, stage))
    except OSError as error:
        cut_off = message("the connection broke where {what} should come", what=stage.waits_for)
        outcome = Outcome(ProbeStatus.UNEXPECTED_ANSWER, with_reason(cut_off, error))
    of_server = outcome.of_server and not stage.sent_password
    of_server |= outcome.status in (ProbeStatus.TOO_MANY_CONNECTIONS, ProbeStatus.NO_AUTH)
    return Outcome(outcome.status, outcome.message, monotonic() - begun, of_server)


@dataclass(slots=True)
class _Stage:
    """How far a conversation has come, for whoever has to say where it ended."""

    timeout: float
    waits_for: Message = message("a connection")
    sent_password: bool = False


def _broken(broken: Broken, answers: Answers, stage: _Stage) -> Message:
    if not broken.said:
        return message("hangs up, where {what} should come", what=stage.waits_for)
    return message(
        "answers what no mail server does: {words}, where {what} should come",
        words=answers.words(broken.said),
        what=stage.waits_for,
    )


def _hold(conversation: Conversation, context: ssl.SSLContext, answers: Answers, stage: _Stage) -> str:
    """All of it; what to say of a server with which all is well."""
    endpoint = conversation.endpoint
    deadline = Deadline.after(stage.timeout)
    with _opened(endpoint, context, deadline, stage) as line:
        encryption = described(line.sock) if isinstance(line.sock, ssl.SSLSocket) else message("no encryption")
        _greet(line, endpoint, deadline, answers, stage)
        _say_ehlo(line, answers, stage)
        if endpoint.ssl and not endpoint.is_implicit:
            secure = _start_tls(line, endpoint, context, deadline, answers, stage)
            encryption = joined(", ", ("STARTTLS", described(secure)))
            _say_ehlo(line, answers, stage)
        mechanisms = _mechanisms(line)
        known = list(usable(mechanisms, encrypted=endpoint.ssl))
        offered = joined(" ", ("AUTH", joined(", ", mechanisms))) if mechanisms else message("no AUTH")
        if not known and conversation.needs_auth:
            raise Ended(ProbeStatus.NO_AUTH, _no_auth(line, endpoint, mechanisms))
        if conversation.credentials is None:
            return joined("; ", (encryption, offered))
        stage.waits_for, stage.sent_password = message("the answer to AUTH"), True
        log_in(line, conversation.credentials, known[0], answers)
        return message("{encryption}; logged in with {mechanism}", encryption=encryption, mechanism=known[0])


@contextmanager
def _opened(endpoint: Endpoint, context: ssl.SSLContext, deadline: Deadline, stage: _Stage) -> Iterator[Line]:
    """A line to the server, which is left politely however the conversation ends."""
    connection = connected(endpoint.host, endpoint.port, deadline)
    try:
        if endpoint.is_implicit:
            stage.waits_for = message("the TLS handshake")
            connection = secured(connection, endpoint.host, context, deadline)
    except NotTls:
        plain = message("speaks without TLS, where TLS is expected from the first byte on")
        raise Ended(ProbeStatus.PLAIN_ON_TLS_PORT, plain) from None
    except BaseException:
        connection.close()
        raise
    line = Line(connection, deadline)
    try:
        yield line
    finally:
        line.leave()


def _greet(line: Line, endpoint: Endpoint, deadline: Deadline, answers: Answers, stage: _Stage) -> None:
    stage.waits_for = message("the greeting")
    is_silent = not endpoint.is_implicit and not line.wait(deadline.sooner(stage.timeout / 2))
    if is_silent and speaks_tls(endpoint.host, endpoint.port, deadline.sooner(stage.timeout / 4)):
        implicit = message(
            "speaks TLS from the first byte on, as port 465 does; the ERP would wait for a greeting without it"
        )
        raise Ended(ProbeStatus.TLS_ON_PLAIN_PORT, implicit)
    answer = line.greeting()
    if answer.code != 220:
        raise _unexpected(answer, message("greets with {answer}", answer=answers.shown(answer)))


def _say_ehlo(line: Line, answers: Answers, stage: _Stage) -> None:
    stage.waits_for = message("the answer to EHLO")
    answer = line.offers()
    if answer.code != 250:
        raise _unexpected(answer, message("answers EHLO with {answer}", answer=answers.shown(answer)))


def _start_tls(
    line: Line, endpoint: Endpoint, context: ssl.SSLContext, deadline: Deadline, answers: Answers, stage: _Stage
) -> ssl.SSLSocket:
    if not line.has_extn("starttls"):
        raise Ended(ProbeStatus.NO_STARTTLS, message("does not offer STARTTLS, which SSL on this port needs"))
    stage.waits_for = message("the answer to STARTTLS")
    answer = line.ask("STARTTLS")
    if answer.code != 220:
        refused = message("offers STARTTLS and refuses it: {answer}", answer=answers.shown(answer))
        raise Ended(ProbeStatus.NO_STARTTLS, refused)
    if line.has_more:  # said before there was encryption, to be taken for what is said after
        raise Ended(ProbeStatus.UNEXPECTED_ANSWER, message("goes on without encryption after STARTTLS"))
    stage.waits_for = message("the TLS handshake")
    try:
        secure = secured(line.sock, endpoint.host, context, deadline)
    except NotTls:
        plain = message("goes on without encryption after STARTTLS")
        raise Ended(ProbeStatus.UNEXPECTED_ANSWER, plain) from None
    line.secure(secure)
    return secure


def _unexpected(answer: Answer, what: Message) -> Ended:
    return Ended(ProbeStatus.TOO_MANY_CONNECTIONS if answer.puts_off else ProbeStatus.UNEXPECTED_ANSWER, what)


def _mechanisms(line: Line) -> list[str]:
    """The ways to log in that the server offers, in its order."""
    offered = line.esmtp_features.get("auth", "").upper().split()
    return list(dict.fromkeys(each if each in _SHOWN else message("something else") for each in offered))


def _no_auth(line: Line, endpoint: Endpoint, mechanisms: list[str]) -> Message:
    if mechanisms:
        return message(
            "offers AUTH {offered} only, which take no password; the ERP would need {known}",
            offered=joined(", ", mechanisms),
            known=message("{names} or {last}", names=", ".join(MECHANISMS[:-1]), last=MECHANISMS[-1]),
        )
    if not endpoint.ssl and line.has_extn("starttls"):
        return message("offers no AUTH without encryption; it does offer STARTTLS: switch SSL on")
    return message("offers no AUTH")
