"""Opens an ERP database: to read it, or for the one transaction of an apply."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from efsync.database.access import Access, Timeouts
from efsync.database.engine import open_engine
from efsync.database.errors import database_errors
from efsync.erp.layout import Layout
from efsync.erp.locks import lock_for_apply
from efsync.erp.users import UserTable
from efsync.model.language import message

WHAT = message("the ERP database")


class Erp:
    """One target's database; a relative SQLite path in `url` starts at `folder`."""

    def __init__(
        self, url: str, layout: Layout, tenant: str | None, folder: Path, timeouts: Timeouts = Timeouts()
    ) -> None:
        self._url = url
        self._layout = layout
        self._tenant = tenant
        self._folder = folder
        self._timeouts = timeouts

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
            engine = open_engine(self._url, self._folder, access, WHAT, self._timeouts)
            try:
                if access is Access.WRITE and self._layout.property_fields() and engine.dialect.name == "mysql":
                    # or else it locks rows only, and others may add property rows beside ours
                    engine = engine.execution_options(isolation_level="SERIALIZABLE")
                with engine.connect() as connection, connection.begin() as transaction:
                    if access is Access.WRITE:
                        lock_for_apply(connection)
                    yield UserTable(connection, self._layout, self._tenant)
                    if access is not Access.WRITE:
                        transaction.rollback()  # SQL Server has no session that may only read
            finally:
                engine.dispose()
