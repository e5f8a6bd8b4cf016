"""One cache of compiled statements for all engines of a process that speak to the same kind of database.

SQLAlchemy keeps one for each engine. Every command makes engines of its own, and compiling their statements anew was
a third of the time of a test.
"""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

STATEMENTS = 500
"""How many are kept of each kind of database, as SQLAlchemy does of each engine."""

WRITTEN_OTHERWISE = ("server_version_info", "is_mariadb", "paramstyle", "_backslash_escapes", "_server_ansiquotes")
"""What of a dialect makes another text of the same statement."""


class Statements(LRUCache[Any, Any]):
    """Compiled statements by SQLAlchemy's key, but for its first part, which is the engine's own dialect."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


@cache
def _statements(*kind: Any) -> Statements:
    return Statements(STATEMENTS)


def _share(connection: Connection) -> None:
    dialect = connection.dialect
    kind = (getattr(dialect, name, None) for name in WRITTEN_OTHERWISE)
    connection.execution_options(compiled_cache=_statements(type(dialect).__name__, *kind))


def share_statements() -> None:
    """Let engines use what another one has compiled."""
    event.listen(Engine, "engine_connect", _share)
