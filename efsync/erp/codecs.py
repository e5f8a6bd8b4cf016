"""How a password is written in its column, and read back to be compared.

A plug-in registers an object with the `Codec` protocol under the entry point group `efsync.codecs`.
"""

from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

GROUP = "efsync.codecs"


class Codec(Protocol):
    """Turns a password into what the column holds, and back."""

    def encode(self, secret: Secret) -> str:
        """What to write."""

    def decode(self, stored: str) -> Secret:
        """The password that `stored` stands for."""


class PlainCodec:
    """The column holds the password as it is."""

    def encode(self, secret: Secret) -> str:
        """The password itself."""
        return secret.reveal()

    def decode(self, stored: str) -> Secret:
        """The stored text, without a char column's padding."""
        return Secret(stored.rstrip(" "))


@cache  # the packages of an environment are many to look through
def find_codec(name: str) -> Codec:
    """The codec registered under `name`. Raises `Refused` (`config`) where there is none."""
    for entry_point in entry_points(group=GROUP, name=name):
        codec: Codec = entry_point.load()()
        return codec
    raise Refused(Problem("config", f"there is no password codec {name}"))
