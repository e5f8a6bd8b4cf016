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
from efsync.mail.probe.secure import NotTls, described, reason_of, secured, speaks_tls
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
        message = _hold(conversation, context, answers, stage)
        outcome = Outcome(ProbeStatus.OK, message)
    except Ended as ended:
        outcome = Outcome(ended.status, ended.message, of_server=ended.of_server)
    except TimeoutError:
        outcome = Outcome(ProbeStatus.TIMEOUT, f"{stage.waits_for} did not come within {timeout:g} s")
    except Broken as broken:
        what = f"answers what no mail server does: {answers.words(broken.said)}" if broken.said else "hangs up"
        outcome = Outcome(ProbeStatus.UNEXPECTED_ANSWER, f"{what}, where {stage.waits_for} should come")
    except OSError as error:
        message = f"the connection broke where {stage.waits_for} should come{reason_of(error)}"
        outcome = Outcome(ProbeStatus.UNEXPECTED_ANSWER, message)
    of_server = outcome.of_server and not stage.sent_password
    of_server |= outcome.status in (ProbeStatus.TOO_MANY_CONNECTIONS, ProbeStatus.NO_AUTH)
    return Outcome(outcome.status, outcome.message, monotonic() - begun, of_server)


@dataclass(slots=True)
class _Stage:
    """How far a conversation has come, for whoever has to say where it ended."""

    timeout: float
    waits_for: str = "a connection"
    sent_password: bool = False


def _hold(conversation: Conversation, context: ssl.SSLContext, answers: Answers, stage: _Stage) -> str:
    """All of it; what to say of a server with which all is well."""
    endpoint = conversation.endpoint
    deadline = Deadline.after(stage.timeout)
    with _opened(endpoint, context, deadline, stage) as line:
        encryption = described(line.sock) if isinstance(line.sock, ssl.SSLSocket) else "no encryption"
        _greet(line, endpoint, deadline, answers, stage)
        _say_ehlo(line, answers, stage)
        if endpoint.ssl and not endpoint.is_implicit:
            secure = _start_tls(line, endpoint, context, deadline, answers, stage)
            encryption = f"STARTTLS, {described(secure)}"
            _say_ehlo(line, answers, stage)
        mechanisms = _mechanisms(line)
        known = list(usable(mechanisms, encrypted=endpoint.ssl))
        offered = f"AUTH {', '.join(mechanisms)}" if mechanisms else "no AUTH"
        if not known and conversation.needs_auth:
            raise Ended(ProbeStatus.NO_AUTH, _no_auth(line, endpoint, mechanisms))
        if conversation.credentials is None:
            return f"{encryption}; {offered}"
        stage.waits_for, stage.sent_password = "the answer to AUTH", True
        log_in(line, conversation.credentials, known[0], answers)
        return f"{encryption}; logged in with {known[0]}"


@contextmanager
def _opened(endpoint: Endpoint, context: ssl.SSLContext, deadline: Deadline, stage: _Stage) -> Iterator[Line]:
    """A line to the server, which is left politely however the conversation ends."""
    connection = connected(endpoint.host, endpoint.port, deadline)
    try:
        if endpoint.is_implicit:
            stage.waits_for = "the TLS handshake"
            connection = secured(connection, endpoint.host, context, deadline)
    except NotTls:
        message = "speaks without TLS, where TLS is expected from the first byte on"
        raise Ended(ProbeStatus.PLAIN_ON_TLS_PORT, message) from None
    except BaseException:
        connection.close()
        raise
    line = Line(connection, deadline)
    try:
        yield line
    finally:
        line.leave()


def _greet(line: Line, endpoint: Endpoint, deadline: Deadline, answers: Answers, stage: _Stage) -> None:
    stage.waits_for = "the greeting"
    is_silent = not endpoint.is_implicit and not line.wait(deadline.sooner(stage.timeout / 2))
    if is_silent and speaks_tls(endpoint.host, endpoint.port, deadline.sooner(stage.timeout / 4)):
        message = "speaks TLS from the first byte on, as port 465 does; the ERP would wait for a greeting without it"
        raise Ended(ProbeStatus.TLS_ON_PLAIN_PORT, message)
    _expect(220, line.greeting(), "greets", answers)


def _say_ehlo(line: Line, answers: Answers, stage: _Stage) -> None:
    stage.waits_for = "the answer to EHLO"
    _expect(250, line.offers(), "answers EHLO", answers)


def _start_tls(
    line: Line, endpoint: Endpoint, context: ssl.SSLContext, deadline: Deadline, answers: Answers, stage: _Stage
) -> ssl.SSLSocket:
    if not line.has_extn("starttls"):
        raise Ended(ProbeStatus.NO_STARTTLS, "does not offer STARTTLS, which SSL on this port needs")
    stage.waits_for = "the answer to STARTTLS"
    answer = line.ask("STARTTLS")
    if answer.code != 220:
        raise Ended(ProbeStatus.NO_STARTTLS, f"offers STARTTLS and refuses it: {answers.shown(answer)}")
    if line.has_more:  # said before there was encryption, to be taken for what is said after
        raise Ended(ProbeStatus.UNEXPECTED_ANSWER, "goes on without encryption after STARTTLS")
    stage.waits_for = "the TLS handshake"
    try:
        secure = secured(line.sock, endpoint.host, context, deadline)
    except NotTls:
        message = "goes on without encryption after STARTTLS"
        raise Ended(ProbeStatus.UNEXPECTED_ANSWER, message) from None
    line.secure(secure)
    return secure


def _expect(code: int, answer: Answer, does: str, answers: Answers) -> None:
    if answer.code == code:
        return
    status = ProbeStatus.TOO_MANY_CONNECTIONS if answer.puts_off else ProbeStatus.UNEXPECTED_ANSWER
    raise Ended(status, f"{does} with {answers.shown(answer)}")


def _mechanisms(line: Line) -> list[str]:
    """The ways to log in that the server offers, in its order."""
    offered = line.esmtp_features.get("auth", "").upper().split()
    return list(dict.fromkeys(each if each in _SHOWN else "something else" for each in offered))


def _no_auth(line: Line, endpoint: Endpoint, mechanisms: list[str]) -> str:
    known = f"{', '.join(MECHANISMS[:-1])} or {MECHANISMS[-1]}"
    if mechanisms:
        return f"offers AUTH {', '.join(mechanisms)} only, which take no password; the ERP would need {known}"
    if not endpoint.ssl and line.has_extn("starttls"):
        return "offers no AUTH without encryption; it does offer STARTTLS: switch SSL on"
    return "offers no AUTH"
