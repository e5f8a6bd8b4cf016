"""Where a generated company's ERP is: a SQLite file, or a database of its own on a server, dropped at the end."""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Engine, NullPool, create_engine, func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.people import Person
from efsync.erp.demo.database import metadata, usuarios

SQLITE = "sqlite"
SERVERS = {
    "postgresql": ("EFSYNC_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("EFSYNC_TEST_MARIADB_URL", "mariadb+pymysql://root@127.0.0.1:3306/mysql"),
}
"""The variable that names each server, and where it is looked for without."""

_AT_ONCE = 1_000


class Database(Protocol):
    """The ERP of one company."""

    kind: str
    url: str
    """As efsync.toml has it."""

    connect: dict[str, Any]
    """What the bare driver is given to connect."""

    engine: Engine

    def save(self, name: str) -> None:
        """Keep the users as they are now."""

    def restore(self, name: str) -> None:
        """Bring back the users that `save` kept."""


class SqliteFile:
    """A SQLite file."""

    kind = SQLITE

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"
        self.connect: dict[str, Any] = {"database": str(path)}
        self.engine = create_engine(self.url, poolclass=NullPool)

    def save(self, name: str) -> None:
        _copy(self._path, self._saved(name))

    def restore(self, name: str) -> None:
        _copy(self._saved(name), self._path)

    def _saved(self, name: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{name}")


class ServerDatabase:
    """A database on a server; the users are kept in tables beside theirs."""

    def __init__(self, kind: str, engine: Engine) -> None:
        url = engine.url
        self.kind = kind
        self.url = url.render_as_string(hide_password=False)
        named = {"host": url.host, "port": url.port, "user": url.username, "password": url.password or ""}
        database = {"postgresql": "dbname", "mariadb": "database"}[kind]
        self.connect: dict[str, Any] = named | dict(url.query) | {database: url.database}
        self.engine = engine

    def save(self, name: str) -> None:
        self._run(f"CREATE TABLE saved_{name} AS SELECT * FROM {self._users}")

    def restore(self, name: str) -> None:
        self._run(f"TRUNCATE TABLE {self._users}", f"INSERT INTO {self._users} SELECT * FROM saved_{name}")
        self._run({"postgresql": "VACUUM ANALYZE", "mariadb": "ANALYZE TABLE"}[self.kind] + f" {self._users}")

    @property
    def _users(self) -> str:
        return self.engine.dialect.identifier_preparer.format_table(usuarios)

    def _run(self, *statements: str) -> None:
        with self.engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


def available() -> list[str]:
    """The kinds of databases that answer here."""
    return [SQLITE, *(kind for kind in SERVERS if _answers(kind))]


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Database]:
    """An empty database of that kind; `folder` is where a file of it stands."""
    if kind == SQLITE:
        yield SqliteFile(folder / "erp.db")
        return
    server = _server(kind)
    name = f"efsync_bench_{secrets.token_hex(6)}"
    _run_alone(server, f"CREATE DATABASE {name}")
    try:
        url = make_url(server.url).set(database=name)
        yield ServerDatabase(kind, create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool))
    finally:
        _run_alone(server, f"DROP DATABASE {name}{' WITH (FORCE)' if kind == 'postgresql' else ''}")


def fill(database: Database, people: Sequence[Person]) -> None:
    """Make the ERP's tables, with the rows of `people`."""
    metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        for start in range(0, len(people), _AT_ONCE):
            connection.execute(usuarios.insert(), [person.row() for person in people[start : start + _AT_ONCE]])
            connection.commit()


def count(database: Database, *conditions: ColumnElement[bool]) -> int:
    """How many users of the ERP meet all the conditions."""
    with database.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(usuarios).where(*conditions)).scalar_one()


def row_bytes(database: Database) -> int:
    """How much a row of the ERP holds, on average."""
    with database.engine.connect() as connection:
        rows = connection.execute(select(usuarios).limit(_AT_ONCE)).all()
    return sum(len(str(cell).encode()) for row in rows for cell in row if cell is not None) // len(rows)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as copied:
        os.fsync(copied)  # or the next commit, which is measured, would have to wait for it


def _answers(kind: str) -> bool:
    try:
        _server(kind).connect().close()
    except (SQLAlchemyError, ImportError):
        return False
    return True


def _server(kind: str) -> Engine:
    variable, url = SERVERS[kind]
    return create_engine(os.environ.get(variable, url), isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _run_alone(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
