"""A line to a server that a test can cut, mend, or make lose an answer."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType

_RESET = struct.pack("ii", 1, 0)
"""Closing sends a reset at once, as a line that breaks does."""


class Forwarder:
    """Listens on loopback and passes everything on to a server; used with `with`."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._lines: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._loses: tuple[bytes, bytes] | None = None
        self._as_soon_as: Callable[[], None] | None = None
        self.lost = threading.Event()
        self._listener = _listener(0)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> "Forwarder":
        self._accept_in_background()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()

    def cut(self) -> None:
        """Break all lines, and let nobody in until it is mended."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._guard:
            _break(*self._lines)
            self._lines.clear()

    def mend(self) -> None:
        """Let everybody in again."""
        self._listener = _listener(self.port)
        self._accept_in_background()

    def lose_answer_to(self, request: bytes, after: bytes = b"", as_soon_as: Callable[[], None] | None = None) -> None:
        """On the line that asks for `after` and then for `request`, break off instead of passing on its answer.

        The line breaks when the answer comes, or before that, as soon as a function returns.
        """
        self.lost.clear()
        self._as_soon_as = as_soon_as
        self._loses = (after, request)

    def _accept_in_background(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            with self._guard:
                self._lines |= {client, server}
            losing = threading.Event()
            for pump, arguments in ((self._ask, (client, server, losing)), (self._answer, (server, client, losing))):
                threading.Thread(target=pump, args=arguments, daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, losing: threading.Event) -> None:
        asked = b""
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                asked += data
                if self._loses is not None and _in_order(self._loses, asked):
                    self._loses = None
                    losing.set()
                server.sendall(data)
                if losing.is_set() and self._as_soon_as is not None:
                    self._as_soon_as()
                    self.lost.set()
                    break
        _break(client, server)

    def _answer(self, server: socket.socket, client: socket.socket, losing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if losing.is_set():
                    self.lost.set()
                    break
                client.sendall(data)
        _break(server, client)


def _in_order(wanted: tuple[bytes, bytes], asked: bytes) -> bool:
    """Whether the second was asked for after the first."""
    first, second = wanted
    return second in asked.partition(first)[2] if first else second in asked


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def _break(*lines: socket.socket) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            line.shutdown(socket.SHUT_RDWR)
        line.close()
