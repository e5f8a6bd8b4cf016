"""An SMTP connection that is read within a deadline, however slowly or much the server sends."""

import re
import smtplib
import socket
import ssl

from efsync.mail.probe.answers import Answer
from efsync.mail.probe.deadline import Deadline
from efsync.mail.probe.outcome import Ended
from efsync.model.language import message
from efsync.model.probe import ProbeStatus

MAX_REPLY = 64 * 1024
"""The most bytes of one reply."""

_REPLY = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)


class Broken(Exception):
    """What was read is no reply of an SMTP server; `said` is what it was, or nothing where the connection closed."""

    def __init__(self, said: bytes = b"") -> None:
        super().__init__()
        self.said = said


class Line(smtplib.SMTP):
    """smtplib's commands and its reading of EHLO's answer, over a connection that is there already.

    Every step raises `TimeoutError` where the deadline has passed, `Broken`, or another `OSError`.
    """

    sock: socket.socket

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        # with a name given smtplib looks none up
        super().__init__(local_hostname=_own_name(connection))
        self.sock = connection
        self._deadline = deadline
        self._unread = bytearray()

    def ask(self, command: str, arguments: str = "") -> Answer:
        """Send a command; what the server answers."""
        return Answer(*self.docmd(command, arguments))

    def greeting(self) -> Answer:
        """What a server says first."""
        return Answer(*self.getreply())

    def offers(self) -> Answer:
        """Say EHLO; the answer, whose extensions `has_extn` and `esmtp_features` know then."""
        return Answer(*self.ehlo())

    def wait(self, deadline: Deadline) -> bool:
        """Whether the server says something before `deadline`; nothing is read. Not for a line with TLS."""
        try:
            self.sock.settimeout(deadline.left())
            return bool(self.sock.recv(1, socket.MSG_PEEK))
        except TimeoutError:
            return False

    def secure(self, connection: ssl.SSLSocket) -> None:
        """Go on over `connection`, and forget what was said before."""
        self.sock = connection
        self.esmtp_features = {}

    @property
    def has_more(self) -> bool:
        """Whether the server said more than it was asked for."""
        return bool(self._unread)

    def getreply(self) -> tuple[int, bytes]:
        """One reply: its code and its lines."""
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._read_line()
            size += len(line)
            found = _REPLY.fullmatch(line)
            if found is None:
                raise Broken(line)
            if size > MAX_REPLY:
                raise Ended(ProbeStatus.UNEXPECTED_ANSWER, message("answers without an end"))
            lines.append((found[3] or b"").strip())
            if found[2] != b"-":
                return int(found[1]), b"\n".join(lines)

    def send(self, s: object) -> None:
        """Send as much as smtplib asks for, within the deadline."""
        data = s.encode("ascii") if isinstance(s, str) else s
        assert isinstance(data, bytes)
        self.sock.settimeout(self._deadline.left())
        self.sock.sendall(data)

    def leave(self) -> None:
        """Say QUIT where there is time, and close."""
        try:
            self._deadline = self._deadline.sooner(1)
            self.ask("QUIT")
        except (OSError, Broken, Ended):
            pass
        finally:
            self.close()

    def _read_line(self) -> bytes:
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > MAX_REPLY:
                raise Ended(ProbeStatus.UNEXPECTED_ANSWER, message("answers without an end"))
            self.sock.settimeout(self._deadline.left())
            data = self.sock.recv(4096)
            if not data:
                raise Broken(bytes(self._unread))
            self._unread += data
        line = bytes(self._unread[:end]).removesuffix(b"\r")
        del self._unread[: end + 1]
        return line


def _own_name(connection: socket.socket) -> str:
    """The address of this end as SMTP writes it: no name has to be looked up for it."""
    address = connection.getsockname()[0]
    return f"[IPv6:{address}]" if connection.family is socket.AF_INET6 else f"[{address}]"
