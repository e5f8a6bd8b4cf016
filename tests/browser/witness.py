"""A server on loopback that notes who connects: what a page that fetches nothing must not do."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Witness:
    """Listens on a free port of loopback and answers everybody with an empty page."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.seen: list[str] = []
        """What was asked for, in order; a connection without a request is an empty text."""

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:40123`."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        place = len(self.seen)
        self.seen.append("")  # noted at once: who only connects is seen too
        with connection, contextlib.suppress(OSError):
            connection.settimeout(0.3)
            request = connection.recv(4096).decode("latin-1")
            self.seen[place] = request.partition("\r\n")[0]
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
