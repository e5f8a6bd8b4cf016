"""Logs in with a password, once: the first way that the server offers, and no second try that could lock it."""

import base64
import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from efsync.mail.probe.answers import Answer, Answers
from efsync.mail.probe.line import Line
from efsync.mail.probe.outcome import Ended
from efsync.model.language import message
from efsync.model.probe import ProbeStatus
from efsync.model.secrets import Secret

MECHANISMS = ("LOGIN", "PLAIN", "CRAM-MD5")
"""The ways to log in with a password that efsync knows, in the order of .NET's mail client, which has LOGIN."""

_REFUSED = (432, 525, 534, 535)
_REFUSED_ENHANCED = ("5.7.8", "5.7.9", "5.7.13", "5.7.139")
_WANTS_TLS = (530, 538)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody logs in with."""

    name: str
    password: Secret


def usable(offered: Collection[str], *, encrypted: bool) -> Iterator[str]:
    """The mechanisms that efsync would use, the first first; unencrypted the one that hides the password is first."""
    known = MECHANISMS if encrypted else ("CRAM-MD5", "LOGIN", "PLAIN")
    return (each for each in known if each in offered)


def log_in(line: Line, credentials: Credentials, mechanism: str, answers: Answers) -> None:
    """Log in with one of `MECHANISMS`. Raises `Ended` where the server does not let us."""
    answer = _exchange(line, credentials, mechanism)
    if answer.code == 235:
        return
    shown = answers.shown(answer)
    if answer.code in _REFUSED or answer.enhanced in _REFUSED_ENHANCED:
        refused = message("does not accept the password: {answer}", answer=shown)
        raise Ended(ProbeStatus.WRONG_PASSWORD, refused, of_server=False)
    if answer.code in _WANTS_TLS:
        raise Ended(ProbeStatus.NO_AUTH, message("wants encryption before a login: {answer}", answer=shown))
    if answer.puts_off:
        raise Ended(ProbeStatus.TOO_MANY_CONNECTIONS, message("puts us off at the login: {answer}", answer=shown))
    unexpected = message("answers AUTH {mechanism} with {answer}", mechanism=mechanism, answer=shown)
    raise Ended(ProbeStatus.UNEXPECTED_ANSWER, unexpected, of_server=False)


def _exchange(line: Line, credentials: Credentials, mechanism: str) -> Answer:
    name, password = credentials.name.encode(), credentials.password.reveal().encode()
    match mechanism:
        case "PLAIN":
            return line.ask("AUTH PLAIN", _base64(b"\0" + name + b"\0" + password))
        case "LOGIN":
            answer = line.ask("AUTH LOGIN")
            for said in (name, password):
                if answer.code == 334:
                    answer = line.ask(_base64(said))
            return answer
    answer = line.ask("AUTH CRAM-MD5")
    if answer.code != 334:
        return answer
    try:
        digest = hmac.new(password, base64.b64decode(answer.text), "md5").hexdigest()
    except ValueError:  # no base64; or a machine without MD5
        return answer
    return line.ask(_base64(name + b" " + digest.encode()))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
