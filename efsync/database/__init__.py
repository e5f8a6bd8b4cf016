"""Opens databases through SQLAlchemy, the same way for the ERP and for the state.

No parameter ever stands in an error, no password in a URL that is shown, and what is missing is not made by
looking at it.
"""

from efsync.database.access import Access, Timeouts
from efsync.database.engine import open_engine, server_of
from efsync.database.errors import BUSY, database_errors, describe
from efsync.database.retry import while_busy
from efsync.database.sqlite import is_sqlite, sqlite_file
from efsync.database.urls import holds_password, read_url, shown_url

__all__ = [
    "BUSY",
    "Access",
    "Timeouts",
    "database_errors",
    "describe",
    "holds_password",
    "is_sqlite",
    "open_engine",
    "read_url",
    "server_of",
    "shown_url",
    "sqlite_file",
    "while_busy",
]
