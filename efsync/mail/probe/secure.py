"""TLS on a connection, and what is wrong with a certificate."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

from efsync.mail.probe.connect import connected
from efsync.mail.probe.deadline import Deadline
from efsync.mail.probe.outcome import Ended
from efsync.model.language import Message, joined, message
from efsync.model.probe import ProbeStatus

_TLS_RECORDS = (b"\x15", b"\x16")
"""How an answer begins that is TLS: an alert, or a handshake."""

_CA = message("a CA of one's own goes into [probe] ca_file")
_CHAIN = message(
    "its chain leads to no CA that is trusted here, or the server leaves a part of it out; {remedy}", remedy=_CA
)
_WRONG = {
    2: _CHAIN,
    9: message("it is not yet valid"),
    10: message("it has expired"),
    18: message("it is self-signed, and not trusted here; {remedy}", remedy=_CA),
    19: message("its chain ends in a CA that is not trusted here; {remedy}", remedy=_CA),
    20: _CHAIN,
    21: _CHAIN,
    23: message("it was revoked"),
    62: message("it is for another name"),
    64: message("it is for another address"),
}
"""OpenSSL's results of a verification (X509_V_ERR_…) in words."""


class NotTls(Exception):
    """What answered the handshake is not TLS."""


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """What checks certificates: name, dates, and a chain to a CA of this machine or of `ca_file`.

    Raises `OSError` (`ssl.SSLError` is one) where the file can't be read or holds no certificate.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def secured(connection: socket.socket, host: str, context: ssl.SSLContext, deadline: Deadline) -> ssl.SSLSocket:
    """`connection` with TLS, its certificate checked; closed where that fails.

    Raises `NotTls`, `TimeoutError`, or `Ended`: `bad-certificate`, `unexpected-answer`.
    """
    secure = context.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
    try:
        if not _begins(secure, deadline):
            raise NotTls
        secure.settimeout(deadline.left())
        secure.do_handshake()
    except ssl.SSLCertVerificationError as error:
        secure.close()
        bad = message("the certificate is not good: {reason}", reason=_why(error))
        raise Ended(ProbeStatus.BAD_CERTIFICATE, bad) from None
    except TimeoutError:
        secure.close()
        raise
    except OSError as error:
        secure.close()
        failed = with_reason(message("no TLS could be agreed upon"), error)
        raise Ended(ProbeStatus.UNEXPECTED_ANSWER, failed) from None
    except BaseException:
        secure.close()
        raise
    return secure


def speaks_tls(host: str, port: int, deadline: Deadline) -> bool:
    """Whether a server speaks TLS at once, to be seen in a connection of its own to which nothing else is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is said there, and nothing believed
    try:
        with (
            connected(host, port, deadline) as connection,
            context.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False) as secure,
        ):
            return _begins(secure, deadline)
    except (OSError, Ended):
        return False


def described(secure: ssl.SSLSocket) -> str:
    """The TLS version, and until when the certificate is good."""
    certificate = secure.getpeercert() or {}
    ends = certificate.get("notAfter")
    version = str(secure.version())
    if not isinstance(ends, str):
        return version
    return message("{version}, certificate good until {day}", version=version, day=_day(ends))


def with_reason(what: Message, error: OSError) -> Message:
    """`what`, and what OpenSSL or the system says of the error, where that is known."""
    reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
    if not isinstance(reason, str):
        return what
    return joined(": ", (what, reason if isinstance(reason, Message) else reason.lower().replace("_", " ")))


def _begins(secure: ssl.SSLSocket, deadline: Deadline) -> bool:
    """Say hello, and whether the answer begins as TLS does."""
    secure.settimeout(0)
    try:
        if _next_byte(secure):
            return False  # in TLS it is us who speak first
    except BlockingIOError:
        pass
    try:
        secure.do_handshake()
    except ssl.SSLWantReadError:
        secure.settimeout(deadline.left())
        return _next_byte(secure) in _TLS_RECORDS
    except ssl.SSLError as error:
        if error.reason == "WRONG_VERSION_NUMBER":  # it spoke at the same moment
            return False
        raise
    return True


def _next_byte(secure: ssl.SSLSocket) -> bytes:
    """What comes next below TLS; it stays there."""
    byte = socket.socket.recv(secure, 1, socket.MSG_PEEK)
    if not byte:
        raise ConnectionResetError(0, message("the connection was closed"))
    return byte


def _why(error: ssl.SSLCertVerificationError) -> str:
    return _WRONG.get(error.verify_code, error.verify_message)


def _day(moment: str) -> str:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(moment), UTC).date().isoformat()
