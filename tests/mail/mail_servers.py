"""Mail servers of a test's own on loopback: aiosmtpd's, and such as say what they are told to."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

ACCOUNT, PASSWORD = "jperez@acme.example", "clave-de-jperez"


@dataclass(frozen=True)
class Authority:
    """A CA, and the contexts of servers that it vouches for, or that are not as they should be."""

    ca: trustme.CA

    @property
    def client(self) -> ssl.SSLContext:
        """What a client has that trusts this CA and no other."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.ca.configure_trust(context)
        return context

    def server(
        self, *names: str, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> ssl.SSLContext:
        """A server's context with a certificate for `names`."""
        issued = self.ca.issue_cert(*(names or ("localhost", "127.0.0.1")), not_before=not_before, not_after=not_after)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        return context

    @property
    def expired(self) -> ssl.SSLContext:
        now = datetime.now(UTC)
        return self.server(not_before=now - timedelta(days=9), not_after=now - timedelta(days=2))

    @property
    def not_yet_valid(self) -> ssl.SSLContext:
        now = datetime.now(UTC)
        return self.server(not_before=now + timedelta(days=2), not_after=now + timedelta(days=9))

    @property
    def self_signed(self) -> ssl.SSLContext:
        """A certificate that nobody vouches for but itself."""
        other = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with other.cert_pem.tempfile() as certificate, other.private_key_pem.tempfile() as key:
            context.load_cert_chain(certificate, key)
        return context

    @property
    def without_its_middle(self) -> ssl.SSLContext:
        """A certificate of a CA below this one, which the server should send along and does not."""
        issued = self.ca.create_child_ca().issue_cert("localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with issued.cert_chain_pems[0].tempfile() as certificate, issued.private_key_pem.tempfile() as key:
            context.load_cert_chain(certificate, key)
        return context

    @property
    def with_a_strange_root(self) -> ssl.SSLContext:
        """A chain that ends in the server's own root, sent along."""
        other = trustme.CA()
        issued = other.issue_cert("localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain = trustme.Blob(issued.cert_chain_pems[0].bytes() + other.cert_pem.bytes())
        with chain.tempfile() as certificate, issued.private_key_pem.tempfile() as key:
            context.load_cert_chain(certificate, key)
        return context


@dataclass
class Seen:
    """What a server noticed."""

    port: int = 0
    connections: int = 0
    at_once: int = 0
    most_at_once: int = 0
    logins: list[tuple[str, str, str]] = field(default_factory=list)

    def came(self) -> None:
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)

    def went(self) -> None:
        self.at_once -= 1


class _Noticing(SMTP):
    """aiosmtpd, which also counts its connections."""

    def __init__(self, seen: Seen, **options: Any) -> None:
        self._seen = seen
        super().__init__(self, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:  # with STARTTLS it is called a second time
            self._seen.came()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._seen.went()
        super().connection_lost(error)


@contextmanager
def smtp_server(
    *, tls: ssl.SSLContext | None = None, implicit: ssl.SSLContext | None = None, auth: bool = True,
    passwords: dict[str, str] | None = None, host: str = "127.0.0.1", port: int = 0, **options: Any,
) -> Iterator[Seen]:  # fmt: skip
    """aiosmtpd, with STARTTLS where there is `tls`, in TLS from the first byte where there is `implicit`."""
    known = {ACCOUNT: PASSWORD} if passwords is None else passwords
    seen = Seen()

    def authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        login, password = data.login.decode(), data.password.decode()
        seen.logins.append((mechanism, login, password))
        return AuthResult(success=known.get(login) == password, handled=False)

    def made() -> SMTP:
        offered = {"authenticator": authenticate, "auth_require_tls": tls is not None} if auth else {}
        excluded = None if auth else ["LOGIN", "PLAIN"]
        given = {"hostname": "mail.test", "tls_context": tls, "auth_exclude_mechanism": excluded, **offered, **options}
        return _Noticing(seen, **given)

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(made, host, port, ssl=implicit))
    seen.port = server.sockets[0].getsockname()[1]
    loop.set_exception_handler(lambda _loop, _context: None)  # what clients break off is no news
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield seen
    finally:
        asyncio.run_coroutine_threadsafe(_stopped(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _stopped(server: asyncio.Server) -> None:
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)


Talk = Callable[["Caller"], object]


@dataclass
class Caller:
    """One connection to a server that does as it is told."""

    connection: socket.socket
    number: int

    def say(self, text: str | bytes) -> None:
        """Send something as it is."""
        self.connection.sendall(text.encode() if isinstance(text, str) else text)

    def hear(self) -> bytes:
        """The next line that the client says; nothing where it is gone."""
        line = self._file.readline()
        return bytes(line)

    @cached_property
    def _file(self) -> Any:
        return self.connection.makefile("rb")


@contextmanager
def told_server(talk: Talk, host: str = "127.0.0.1", port: int = 0) -> Iterator[Seen]:
    """A server that holds `talk` with each caller."""
    seen = Seen()
    listener = socket.create_server((host, port))
    seen.port = listener.getsockname()[1]
    open_ones: set[socket.socket] = set()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        caller = Caller(connection, seen.connections)
        with contextlib.suppress(OSError, ValueError):
            talk(caller)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        caller._file.close()
        connection.close()
        seen.went()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            seen.came()
            open_ones.add(connection)
            thread = threading.Thread(target=serve, args=(connection,))
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield seen
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for connection in open_ones:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def saying(*answers: str | bytes, greeting: str | bytes = "220 mail.test\r\n") -> Talk:
    """Greets, and gives each line that it hears the next of `answers`; after those it hangs up."""

    def talk(caller: Caller) -> None:
        caller.say(greeting)
        for answer in answers:
            if not caller.hear():
                return
            caller.say(answer)
        caller.hear()

    return talk


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
