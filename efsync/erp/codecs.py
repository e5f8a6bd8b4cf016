"""How a password is written in its column, and read back to be compared.

A plug-in registers an object with the `Codec` protocol under the entry point group `efsync.codecs`. It is made once,
without arguments.
"""

from base64 import b64decode, b64encode
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

GROUP = "efsync.codecs"


class Codec(Protocol):
    """Turns a password into what the column holds, and back.

    What it writes may differ each time: passwords are compared after `decode`. A codec with a key has an
    `identity: str` too, which is another one for another key and does not give it away.
    """

    def encode(self, secret: Secret) -> str:
        """What to write. Raises `Refused` (`config`) where there is no key."""

    def decode(self, stored: str) -> Secret:
        """The password that `stored`, without padding, stands for.

        Raises `ValueError` where it stands for none: then it counts as a password that is like no other one.
        """


class PlainCodec:
    """The column holds the password as it is."""

    def encode(self, secret: Secret) -> str:
        """The password itself."""
        return secret.reveal()

    def decode(self, stored: str) -> Secret:
        """The stored text, without a char column's padding."""
        return Secret(stored.rstrip(" "))


class Base64Codec:
    """The column holds the password's UTF-8 bytes in Base64 (RFC 4648): an encoding, which hides it from nobody."""

    def encode(self, secret: Secret) -> str:
        """The same text each time."""
        return b64encode(secret.reveal().encode()).decode()

    def decode(self, stored: str) -> Secret:
        """Raises `ValueError` where it is no Base64, or not of a text."""
        return Secret(b64decode(stored, validate=True).decode())


@cache  # the packages of an environment are many to look through
def find_codec(name: str) -> Codec:
    """The codec registered under `name`. Raises `Refused` (`config`) where there is none, or it can't be loaded."""
    for entry_point in entry_points(group=GROUP, name=name):
        try:
            codec: Codec = entry_point.load()()
        except (ImportError, AttributeError):
            unloadable = message("the password codec {name} can't be loaded", name=name)
            raise Refused(Problem("config", unloadable, hint=message("install its plug-in again"))) from None
        return codec
    raise Refused(Problem("config", message("there is no password codec {name}", name=name)))


def identity_of(codec: Codec) -> str:
    """What tells a codec with one key from the same with another."""
    return f"{type(codec)!r} {getattr(codec, 'identity', '')}"


def steady(codec: Codec, secret: Secret) -> str | None:
    """What a codec writes for a password each time; `None` where that differs."""
    written = codec.encode(secret)
    return written if written == codec.encode(secret) else None
