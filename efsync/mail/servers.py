"""Which mail servers may be talked to: names in one spelling, and patterns that stand for nothing else.

What is matched against a pattern is what is connected to afterwards, letter by letter: there is no second spelling
that a resolver could understand in another way.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from efsync.model.fields import MAX_PORT
from efsync.model.language import message

MAX_LENGTH = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_STAR = "*."


def canonical(server: str) -> str | None:
    """The one spelling of a host name or an IP address: lower case, no dot at the end, no brackets.

    `None` for all else: names with letters beyond ASCII, which have a form `xn--…` that says the same to everybody,
    and numbers such as `127.1` and `2130706433`, which resolvers take for addresses.
    """
    if not server.isascii():
        return None
    if address := _address(server):
        return address
    name = server.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > MAX_LENGTH or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        return None
    return name


@dataclass(frozen=True, slots=True)
class ServerPattern:
    """`HOST`, `HOST:PORT`, or with `*.` before the host any name that has exactly one label more."""

    host: str
    port: int | None = None
    is_wildcard: bool = False

    @classmethod
    def parse(cls, text: str) -> "ServerPattern":
        """The pattern that `text` says. Raises `ValueError` with what is wrong with it."""
        host, port = _split(text)
        is_wildcard = host.startswith(_STAR)
        name = canonical(host.removeprefix(_STAR))
        if name is None or (is_wildcard and _address(name)):
            raise ValueError(message("is neither a host name, nor an IP address, nor *. before a name"))
        if is_wildcard and "." not in name:
            raise ValueError(message("lets too much through: *. needs a name with a dot after it"))
        return cls(name, port, is_wildcard)

    def matches(self, host: str, port: int) -> bool:
        """Whether the server `host`, in its canonical spelling, is meant."""
        name = host.partition(".")[2] if self.is_wildcard else host
        return name == self.host and self.port in (None, port)


@dataclass(frozen=True, slots=True)
class Servers:
    """A list of patterns; what none of them names is not in it."""

    patterns: tuple[ServerPattern, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Servers":
        """The list that the settings say. Raises `ValueError`."""
        return cls(tuple(map(ServerPattern.parse, texts)))

    def has(self, host: str, port: int) -> bool:
        """Whether a pattern names the server `host`, in its canonical spelling, with this port."""
        return any(pattern.matches(host, port) for pattern in self.patterns)


def _address(text: str) -> str | None:
    """An IP address in its shortest form; `None` where it is none, or one of a single network card."""
    is_bracketed = text.startswith("[") and text.endswith("]")
    try:
        address = ipaddress.ip_address(text[1:-1] if is_bracketed else text)
    except ValueError:
        return None
    is_scoped = isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None
    return None if is_scoped or (is_bracketed and address.version == 4) else str(address)


def _split(text: str) -> tuple[str, int | None]:
    """Host and port of a pattern; an IPv6 address needs brackets where a port follows."""
    if text.count(":") > 1 and "]:" not in text:
        return text, None
    host, colon, port = text.rpartition(":")
    if not colon:
        return text, None
    if not _PORT.fullmatch(port) or int(port) > MAX_PORT:
        raise ValueError(message("has no port from 1 to {most} after its colon", most=MAX_PORT))
    return host, int(port)
