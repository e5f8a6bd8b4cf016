"""What a database is opened for."""

from dataclasses import dataclass
from enum import Enum


class Access(Enum):
    """To read, to write, or to make what is missing."""

    READ = "read"
    WRITE = "write"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for a statement or a lock."""

    connect: int = 10
    statement: int = 60
