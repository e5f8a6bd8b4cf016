"""A company whose ERP and files are edited at random: its real things."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import NullPool, create_engine, delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from efsync.erp.demo.database import usuarios
from tests.world import SETTINGS, World

USERS = {"JPEREZ": "VENTAS", "MROJAS": "VENTAS", "0012": "COMPRAS", "PEÑA": "COMPRAS"}
"""The users that files may name, and the department of each."""

ROWS = {
    **{(code, "ACME"): department for code, department in USERS.items()},
    ("RSOTO", "ACME"): "VENTAS",
    ("BLUNA", "ACME"): "COMPRAS",
    ("JPEREZ", "OTRA"): "VENTAS",
}
"""Every row of the ERP by code and tenant: those that no file ever names too."""

KEY = "key-of-the-fingerprints"

SAFETY = "\n[safety]\nmax_changed_percent = 50\nmin_changed_accounts = 2\nmax_cleared_accounts = 1\n"

SESSIONS = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}
"""How many others are connected to a server's database."""

IMPATIENT = {"postgresql": "SET lock_timeout = 1", "mariadb": "SET innodb_lock_wait_timeout = 0"}
"""What lets an edit fail at once where it would have to wait for a row."""

Key = tuple[str, str]
Row = Mapping[str, Any]


class Busy(Exception):
    """An edit has to wait for a row that an apply holds."""


class Company:
    """The real things: the ERP's rows, the state's rows, and the files."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.environment["EFSYNC_KEY"] = KEY
        world.write("efsync.toml", SETTINGS + SAFETY)
        arguments = {"timeout": 0} if world.url.startswith("sqlite") else {}
        self._engine = create_engine(
            world.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments
        )
        self._kind = self._engine.dialect.name
        self._connection = self._engine.connect()
        if self._kind in IMPATIENT:
            self._connection.exec_driver_sql(IMPATIENT[self._kind])

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def reset(self) -> None:
        """Begin anew: users without mail settings, no files, no state."""
        self._connection.execute(delete(usuarios))
        self._connection.execute(insert(usuarios), [_new_row(*key) for key in ROWS])
        for folder in (".efsync", "accounts"):
            shutil.rmtree(self.world.folder / folder, ignore_errors=True)
        for plan in self.world.folder.glob("*.json"):
            plan.unlink()

    def rows(self) -> dict[Key, Row]:
        """Every user with every column, as it stands in the ERP."""
        found: list[Row] = [dict(row) for row in self._connection.execute(select(usuarios)).mappings()]
        rows = {(str(row["Cod_Usu"]).rstrip(), str(row["Cod_Cli"]).rstrip()): row for row in found}
        assert len(rows) == len(found), "a user is there twice"
        return rows

    def edit(self, key: Key, fields: Mapping[str, Any] | None) -> None:
        """Change a row as another program would, or remove it (`None`). Raises `Busy` where it would have to wait."""
        code, tenant = key
        is_row = (func.rtrim(usuarios.c.Cod_Usu) == code, func.rtrim(usuarios.c.Cod_Cli) == tenant)
        removing = delete(usuarios).where(*is_row)
        try:
            self._connection.execute(removing if fields is None else self.world.changing(code, tenant, **fields))
        except DBAPIError as error:
            if any(said in str(error.orig).lower() for said in ("lock", "timeout")):
                raise Busy from None
            raise

    def hire(self, key: Key) -> Row:
        """Add a row that is gone; what it then holds."""
        self._connection.execute(insert(usuarios).values(_new_row(*key)))
        return self.rows()[key]

    def wait_for_the_dead(self) -> None:
        """Until the server has seen that the process is gone, which takes a moment, its locks are held."""
        ends = time.monotonic() + 30
        while self._kind in SESSIONS and self._connection.exec_driver_sql(SESSIONS[self._kind]).scalar():
            assert time.monotonic() < ends, "the server still waits for a process that was killed"
            time.sleep(0.002)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table of the state."""
        path = self.world.folder / ".efsync" / "state.db"
        if not path.exists():
            return {}
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in tables}
        connection.close()
        return rows

    def written_files(self) -> Iterator[tuple[str, bytes]]:
        """The content of every file that efsync wrote."""
        for path in [*self.world.folder.glob(".efsync/**/*"), *self.world.folder.glob("*.json")]:
            if path.is_file():
                yield path.name, path.read_bytes()

    def write_files(self, desired: Mapping[str, Mapping[str, Any]], on_removal: str) -> None:
        """A file for each department that has accounts."""
        for department in set(USERS.values()):
            accounts = {code: fields for code, fields in desired.items() if USERS[code] == department}
            text = "".join(f"  {code}: {_yaml(fields)}\n" for code, fields in accounts.items())
            if accounts:
                self.world.department(text, name=department, more=f"on_removal: {on_removal}\n")
            else:
                (self.world.folder / "accounts" / f"{department.lower()}.yaml").unlink(missing_ok=True)
        (self.world.folder / "accounts").mkdir(exist_ok=True)


def _new_row(code: str, tenant: str) -> Row:
    row = dict.fromkeys(usuarios.c.keys())
    padded = {"Cod_Usu": code.ljust(10), "Cod_Cli": tenant.ljust(10)}
    return row | padded | {"Nom_Usu": code, "Departamento": ROWS[code, tenant], "Status": "A", "Correo2": "kept"}


def _yaml(fields: Mapping[str, Any]) -> str:
    """An account as a flow mapping, which JSON is; a password is the name of its variable."""
    password = fields.get("password")
    return json.dumps({**fields, **({"password": {"env": password}} if password else {})})
