"""A small company for a test: a folder with settings and department files, and an ERP on SQLite."""

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from efsync.erp.demo.database import metadata

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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        (folder / "accounts").mkdir()
        (folder / "secrets").mkdir()
        self.write("efsync.toml", SETTINGS)
        engine = create_engine(f"sqlite:///{folder / 'erp.db'}")
        metadata.create_all(engine)
        engine.dispose()

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, its folders too."""
        path = self.folder / name
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
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self.sql(f"INSERT INTO Usuarios ({names}) VALUES ({marks})", *columns.values())

    def change(self, code: str, tenant: str = "ACME", **fields: Any) -> None:
        """Change a user behind efsync's back."""
        sets = ", ".join(f"{USER_COLUMNS[field]} = ?" for field in fields)
        self.sql(
            f"UPDATE Usuarios SET {sets} WHERE rtrim(Cod_Usu) = ? AND rtrim(Cod_Cli) = ?",
            *fields.values(),
            code,
            tenant,
        )

    def live(self, code: str, tenant: str = "ACME") -> dict[str, Any]:
        """What the ERP holds of a user, by mail field, as stored."""
        rows = self.sql(
            f"SELECT {', '.join(USER_COLUMNS.values())} FROM Usuarios WHERE rtrim(Cod_Usu) = ? AND rtrim(Cod_Cli) = ?",
            code,
            tenant,
        )
        (row,) = rows
        return dict(zip(USER_COLUMNS, row, strict=True))

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement on the ERP's database."""
        connection = sqlite3.connect(self.folder / "erp.db", timeout=30)
        try:
            with connection:
                return connection.execute(statement, parameters).fetchall()
        finally:
            connection.close()

    def dump(self) -> str:
        """Everything in the ERP's database, to see that nothing changed."""
        connection = sqlite3.connect(self.folder / "erp.db", timeout=30)
        try:
            return "\n".join(connection.iterdump())
        finally:
            connection.close()

    def run(self, *arguments: str, typed: str = "", **environment: str) -> Result:
        """Call the installed console script in the folder; `typed` is its standard input."""
        done = subprocess.run(
            [EFSYNC, *arguments],
            cwd=self.folder,
            env=self.clean_environment() | environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def clean_environment(self) -> dict[str, str]:
        """The environment without anything that would speak to efsync, and with what the test added."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("EFSYNC", "MAIL_", "NO_COLOR"))
        }
        return kept | {"PYTHONUTF8": "1", "COLUMNS": "120"} | self.environment

    def json(self, *arguments: str, **environment: str) -> Result:
        """Call a command with `--format json`."""
        return self.run(*arguments, "--format", "json", **environment)

    def apply(self) -> Result:
        """Plan and apply, and expect that to go well."""
        result = self.json("apply", "--yes")
        assert result.status == 0, (result.out, result.err)
        return result
