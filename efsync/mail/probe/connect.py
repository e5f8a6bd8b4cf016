"""Looks a name up and connects, within a deadline."""

import errno
import socket
import threading
from concurrent.futures import Future
from typing import Any

from efsync.mail.probe.deadline import Deadline
from efsync.mail.probe.outcome import Ended
from efsync.model.language import message
from efsync.model.probe import ProbeStatus

Address = tuple[Any, ...]

_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EACCES, errno.EPERM)


def connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connection to one of the addresses of `host`.

    Raises `Ended` where there is none: `no-such-host`, `refused`, or `timeout`.
    """
    addresses = _addresses(host, port, deadline)
    why = OSError()
    for number, (family, address) in enumerate(addresses):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(deadline.left() / (len(addresses) - number))
            connection.connect(address)
        except OSError as error:
            connection.close()
            why = error
        else:
            return connection
    if isinstance(why, TimeoutError):
        raise Ended(ProbeStatus.TIMEOUT, message("does not answer: no connection in time"))
    if why.errno in _NO_ROUTE:
        raise Ended(ProbeStatus.REFUSED, message("can't be reached: {reason}", reason=why.strerror))
    raise Ended(ProbeStatus.REFUSED, message("refuses connections to port {port}", port=port))


def _addresses(host: str, port: int, deadline: Deadline) -> list[tuple[int, Address]]:
    """All addresses of a name. A resolver knows no deadline, so it is asked in a thread that may be left behind."""
    found: Future[list[tuple[int, Address]]] = Future()

    def look_up() -> None:
        """Ask the resolver, in a thread of its own."""
        try:
            listed = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result([(family, address) for family, _, _, _, address in listed])
        except BaseException as error:
            found.set_exception(error)

    threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
    try:
        return found.result(deadline.left())
    except TimeoutError:
        late = message("the name is not looked up in time: no name server answers")
        raise Ended(ProbeStatus.TIMEOUT, late) from None
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            unknown = message("the name can't be looked up at the moment: no name server answers")
        else:
            unknown = message("there is no host of this name")
        raise Ended(ProbeStatus.NO_SUCH_HOST, unknown) from None
    except UnicodeError:
        raise Ended(ProbeStatus.NO_SUCH_HOST, message("the name is none that can be looked up")) from None
