"""A small company for a test: a folder with settings and department files, and an ERP on SQLite."""

import atexit
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, Update, create_engine, func, insert, select, table, update
from sqlalchemy import column as plain_column

from efsync.erp.demo.database import metadata, usuarios
from tests.processes import TIMEOUT, Forks, can_be_forked

THOROUGH = bool(os.environ.get("EFSYNC_TEST_THOROUGH"))
"""Whether laws are tried on many examples, however long that takes."""

EFSYNC = Path(sys.executable).with_name("efsync")

SETTINGS = """\
default_target = "erp"

[targets.erp]
url = "sqlite:///erp.db"
tenant = "ACME"

[secrets.env]
allow = ["MAIL_*"]

[secrets.file]
roots = ["secrets"]
"""

USER_COLUMNS = {
    "address": "Correo",
    "password": "Cla_Cor",
    "server": "Ser_Cor",
    "port": "Pue_Cor",
    "ssl": "Ssl_Cor",
    "domain": "Dom_Cor",
    "header": "Enc_Cor",
    "signature": "Fir_Cor",
    "footer": "Pie_Cor",
}


@dataclass(frozen=True)
class Result:
    """How one call of the console script ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as a JSON document."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of all problems in the document."""
        return [problem["code"] for problem in self.json["problems"]]

    def problem(self, code: str) -> Any:
        """The one problem of that code."""
        (found,) = (problem for problem in self.json["problems"] if problem["code"] == code)
        return found


class World:
    """A configuration folder and its ERP; what a test does to it, it does as people would."""

    url = "sqlite://"

    def __init__(self, folder: Path, url: str = "") -> None:
        """`url` is that of an empty database on a server; without it the ERP is a SQLite file."""
        self.folder = folder
        self.url = url or f"sqlite:///{folder / 'erp.db'}"
        self.environment: dict[str, str] = {}
        (folder / "accounts").mkdir()
        (folder / "secrets").mkdir()
        self.write("efsync.toml", SETTINGS)
        metadata.create_all(self.engine)

    @property
    def engine(self) -> Engine:
        """The ERP's database, as another program connects to it."""
        waiting = {"timeout": 30} if self.url.startswith("sqlite") else {}
        return create_engine(self.url, poolclass=NullPool, connect_args=waiting)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, its folders too; where settings name the ERP's file, its server takes that place."""
        path = self.folder / name
        if isinstance(content, str) and not self.url.startswith("sqlite"):
            content = content.replace("sqlite:///erp.db", self.url)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def department(self, users: str, name: str = "VENTAS", more: str = "", file: str | None = None) -> Path:
        """Write a department file; `users` is the YAML below `users:`, indented by two."""
        text = f"version: 1\ndepartment: {name}\n{more}users:\n{users}"
        return self.write(f"accounts/{file or name.lower() + '.yaml'}", text)

    def secret(self, name: str, value: str) -> None:
        """Write a secret that `{file: secrets/NAME}` reaches."""
        self.write(f"secrets/{name}", value)

    def user(
        self, code: str, department: str = "VENTAS", tenant: str = "ACME", name: str = "", title: str = "",
        status: str = "A", **fields: Any,
    ) -> None:  # fmt: skip
        """Add a user to the ERP, codes padded as in a char column."""
        columns = {
            "Cod_Usu": code.ljust(10),
            "Cod_Cli": tenant.ljust(10),
            "Nom_Usu": name or code,
            "Cargo": title,
            "Departamento": department,
            "Status": status,
        } | {USER_COLUMNS[field]: value for field, value in fields.items()}
        with self.engine.begin() as connection:
            connection.execute(insert(self._table).values(columns))

    def change(self, code: str, tenant: str = "ACME", **fields: Any) -> None:
        """Change a user behind efsync's back."""
        with self.engine.begin() as connection:
            connection.execute(self.changing(code, tenant, **fields))

    def changing(self, code: str, tenant: str = "ACME", **fields: Any) -> Update:
        """The statement that changes a user, to be run in a connection of one's own."""
        changed = {USER_COLUMNS[field]: value for field, value in fields.items()}
        return update(self._table).where(*self._is(code, tenant)).values(changed)

    def live(self, code: str, tenant: str = "ACME") -> dict[str, Any]:
        """What the ERP holds of a user, by mail field, as stored."""
        columns = [self._table.c[name].label(field) for field, name in USER_COLUMNS.items()]
        with self.engine.begin() as connection:
            return dict(connection.execute(select(*columns).where(*self._is(code, tenant))).mappings().one())

    @cached_property
    def _table(self) -> Any:
        """The user table; untyped on SQLite, where values may be as dirty as they like."""
        if self.url.startswith("sqlite"):
            return table("Usuarios", *(plain_column(each.name) for each in usuarios.c))
        return usuarios

    def _is(self, code: str, tenant: str) -> list[Any]:
        names = self._table.c
        return [func.rtrim(names.Cod_Usu) == code, func.rtrim(names.Cod_Cli) == tenant]

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for its parameters on the ERP's database."""
        if not self.url.startswith("sqlite"):
            statement = _as_server_sql(statement, quote="`" if self.url.startswith(("mariadb", "mysql")) else '"')
        with self.engine.begin() as connection:
            result = connection.exec_driver_sql(statement, parameters)
            return [tuple(row) for row in result] if result.returns_rows else []

    def dump(self) -> str:
        """Everything in the ERP's user table, to see that nothing changed."""
        with self.engine.begin() as connection:
            return "\n".join(sorted(map(repr, connection.execute(select(self._table)))))

    def run(self, *arguments: str, typed: str = "", **environment: str) -> Result:
        """Run `efsync ARGUMENTS` in the folder, in a process of its own; `typed` is its standard input."""
        variables = self.clean_environment() | environment
        forked = _forks().run(arguments, self.folder, variables, typed) if can_be_forked(variables) else None
        return self.run_script(*arguments, typed=typed, **environment) if forked is None else Result(*forked)

    def run_killed(self, moment: str, *arguments: str) -> Result:
        """The same with a `kill -9` at `moment`: status -9, or its own where that moment never came."""
        forked = _forks().run(arguments, self.folder, self.clean_environment(), moment=moment)
        assert forked is not None
        return Result(*forked)

    def run_script(self, *arguments: str, typed: str = "", **environment: str) -> Result:
        """The same by the installed console script, in an interpreter of its own."""
        done = subprocess.run(
            [EFSYNC, *arguments],
            cwd=self.folder,
            env=self.clean_environment() | environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def clean_environment(self) -> dict[str, str]:
        """The environment without anything that would speak to efsync, and with what the test added."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("EFSYNC", "MAIL_", "NO_COLOR"))
        }
        return kept | {"PYTHONUTF8": "1", "COLUMNS": "120", "EFSYNC_LANG": "en"} | self.environment

    def json(self, *arguments: str, **environment: str) -> Result:
        """Call a command with `--format json`."""
        return self.run(*arguments, "--format", "json", **environment)

    def apply(self) -> Result:
        """Plan and apply, and expect that to go well."""
        result = self.json("apply", "--yes")
        assert result.status == 0, (result.out, result.err)
        return result


@cache
def _forks() -> Forks:
    """One for each process that runs tests."""
    forks = Forks()
    atexit.register(forks.close)
    return forks


def _as_server_sql(statement: str, quote: str) -> str:
    """SQL of a test, written for SQLite, with names quoted and parameters marked as a server wants them."""
    names = sorted({name for each in metadata.tables.values() for name in (each.name, *each.c.keys())}, key=len)
    pattern = r"\b(" + "|".join(reversed(names)) + r")\b"
    return re.sub(pattern, rf"{quote}\1{quote}", statement.replace("%", "%%")).replace("?", "%s")
