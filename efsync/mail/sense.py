"""Rules of sense for where a mail account sends: what can be set, and hardly is what somebody wants."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

from efsync.mail.hosts import HOSTS, OWN_NAMES
from efsync.model.fields import Values
from efsync.model.language import Message, message

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_IMPLICIT_TLS = 465
_BETWEEN_SERVERS = 25


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd: a code, a sentence, and the fields that it is about, the likeliest first."""

    code: str
    message: str
    fields: tuple[str, ...]


class Sense:
    """The rules; `mail_hosts` are patterns of servers that send for any domain, beside the known ones."""

    def __init__(self, mail_hosts: Sequence[str] = ()) -> None:
        self._hosts = (*(each.lower() for each in mail_hosts), *HOSTS)
        self._known: dict[tuple[object, ...], tuple[Oddity, ...]] = {}

    def oddities(self, fields: Values) -> tuple[Oddity, ...]:
        """What is odd about one account, whatever its user is called."""
        address = fields.get("address")
        address_domain = address.rpartition("@")[2].lower().rstrip(".") if isinstance(address, str) else ""
        key = (fields.get("server"), fields.get("port"), fields.get("ssl"), fields.get("domain"), address_domain)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._found(*key))
        return found

    def _found(self, server: object, port: object, ssl: object, domain: object, sender: str) -> Iterator[Oddity]:
        yield from _port_oddities(server, port, ssl)
        if isinstance(server, str):
            yield from self._server_oddities(server.lower().rstrip("."), sender)
        if isinstance(domain, str) and sender and not _are_akin(domain.lower().rstrip("."), sender):
            other = message("the domain {domain} is not that of the address, {sender}", domain=domain, sender=sender)
            yield Oddity("smtp-domain", other, ("domain", "address"))

    def _server_oddities(self, server: str, sender: str) -> Iterator[Oddity]:
        if _is_ip(server):
            bare = message("the server {server} is a bare IP address", server=server)
            yield Oddity("smtp-server-ip", bare, ("server",))
        elif "." not in server or (sender and _is_below(server, sender)):
            return
        elif _suffixes().is_public(server):
            suffix = message("{server} is a public suffix, below which others have their names", server=server)
            yield Oddity("smtp-server-suffix", suffix, ("server",))
        elif sender and not self._sends_for_all(server) and not _are_akin(server, sender):
            alien = message(
                "the server {server} is not of the address's domain, {sender}", server=server, sender=sender
            )
            yield Oddity("smtp-server-domain", alien, ("server", "address"))

    def _sends_for_all(self, server: str) -> bool:
        return any(fnmatchcase(server, pattern) for pattern in self._hosts) or server.endswith(OWN_NAMES)


def _port_oddities(server: object, port: object, ssl: object) -> Iterator[Oddity]:
    if port == _IMPLICIT_TLS and ssl is False:
        off = message("SSL is off on port 465, where servers speak nothing else")
        yield Oddity("smtp-ssl-off", off, ("ssl", "port"))
    elif port == _BETWEEN_SERVERS and ssl is True:
        yield Oddity("smtp-ssl-on", message("SSL is on on port 25"), ("port", "ssl"))
    elif port == _IMPLICIT_TLS and ssl is True:
        yield Oddity("smtp-implicit-tls", _implicit(server), ("port", "ssl", "server"))


def _implicit(server: object) -> Message:
    if not isinstance(server, str):
        return message(
            "port 465 wants TLS from the first byte, and many .NET programs (System.Net.Mail.SmtpClient) "
            "speak STARTTLS only"
        )
    return message(
        "port 465 of {server} wants TLS from the first byte, and many .NET programs (System.Net.Mail.SmtpClient) "
        "speak STARTTLS only",
        server=server,
    )


def _are_akin(one: str, other: str) -> bool:
    """Whether two names belong to one owner."""
    return one == other or _registrable(one) == _registrable(other)


def _is_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _registrable(name: str) -> str:
    """The part of a name that somebody registered; of a name that ends as no public one does, the last two words."""
    found = _suffixes().privatesuffix(name)
    return str(found) if found else ".".join(name.split(".")[-2:])


def _is_ip(server: str) -> bool:
    try:
        ipaddress.ip_address(server.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # reads a long list, and is seldom needed

    return PublicSuffixList(accept_unknown=False)
