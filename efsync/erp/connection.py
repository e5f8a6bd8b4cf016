"""Opens an ERP database: to read it, or for the one transaction of an apply."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from efsync.database import Access, database_errors, open_engine
from efsync.erp.layout import PRESETS
from efsync.erp.users import UserTable

WHAT = "the ERP database"


class Erp:
    """One target's database. `url`, `layout` (a preset's name) and `tenant` are its settings."""

    def __init__(self, url: str, layout: str, tenant: str | None, folder: Path) -> None:
        self._url = url
        self._layout = PRESETS[layout]
        self._tenant = tenant
        self._folder = folder

    @contextmanager
    def reading(self) -> Iterator[UserTable]:
        """The user table, to read only."""
        with self._open(Access.READ) as users:
            yield users

    @contextmanager
    def writing(self) -> Iterator[UserTable]:
        """The user table in a transaction that holds the database's write lock, committed at the end.

        An exception inside rolls everything back.
        """
        with self._open(Access.WRITE) as users:
            yield users

    @contextmanager
    def _open(self, access: Access) -> Iterator[UserTable]:
        with database_errors(WHAT):
            engine = open_engine(self._url, self._folder, access, WHAT)
            try:
                with engine.begin() as connection:
                    yield UserTable(connection, self._layout, self._tenant)
            finally:
                engine.dispose()
