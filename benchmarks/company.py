"""Generates a company: department files, passwords, settings, and an ERP with other values in it."""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from efsync.erp.demo.database import metadata, usuarios

DEPARTMENT_SIZE = 100
_INSERTED_AT_ONCE = 1_000
_TEXTS = Path(__file__).parent / "texts"
_INCLUDED = ("header.html", "footer.html", "signature.html")
_FIRST_NAMES = ("José", "María", "Iñaki", "Ana", "Jesús", "Begoña", "Luis", "Carmen", "Raúl", "Sofía", "Andrés")
_LAST_NAMES = ("Pérez", "Núñez", "Rojas", "Muñoz", "Gómez", "Ibáñez", "Castillo", "Peña", "Zambrano", "Sáez")
_TITLES = ("Gerente", "Analista", "Coordinadora", "Vendedor", "Asistente", "Técnica", "Supervisor")

_SETTINGS = """\
default_target = "erp"

[targets.erp]
url = "sqlite:///erp.db"
tenant = "ACME"

[secrets.env]
allow = ["MAIL_*"]

[secrets.file]
roots = ["secrets"]
"""


@dataclass(frozen=True)
class Person:
    """One user; everything about it follows from its number."""

    number: int

    @property
    def code(self) -> str:
        return f"EMP{self.number:05}"

    @property
    def department(self) -> str:
        return f"DEPARTAMENTO {self.number // DEPARTMENT_SIZE:03}"

    @property
    def name(self) -> str:
        first = _FIRST_NAMES[self.number % len(_FIRST_NAMES)]
        return f"{first} {_LAST_NAMES[self.number // 7 % len(_LAST_NAMES)]}"

    @property
    def address(self) -> str:
        return f"{self.code.lower()}@acme.example"

    @property
    def password(self) -> str:
        return hashlib.sha256(self.code.encode()).hexdigest()[:16]

    @property
    def reference(self) -> tuple[str, str]:
        """Where the password is: for every tenth user a variable, else a file."""
        return ("env", f"MAIL_{self.code}") if self.number % 10 == 3 else ("file", f"secrets/{self.code}")

    @property
    def has_own_signature(self) -> bool:
        return self.number % 5 == 0

    @property
    def moves(self) -> bool:
        """Whether this user is of the one per cent whose domain changes."""
        return self.number % 100 == 0


class Company:
    """A company of `accounts` users in `folder`, which is empty or does not exist yet."""

    def __init__(self, folder: Path, accounts: int) -> None:
        self.folder = folder
        self.people = tuple(Person(number) for number in range(accounts))
        self._saved = folder.with_name(f"{folder.name}-saved")

    @property
    def moving(self) -> list[str]:
        """The codes of the users that `write_departments(moved=True)` changes."""
        return [person.code for person in self.people if person.moves]

    @cached_property
    def environment(self) -> dict[str, str]:
        """The variables of a process that may read the passwords, without any that would speak to efsync."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("EFSYNC", "MAIL_"))}
        references = ((person.reference, person.password) for person in self.people)
        return kept | {name: password for (kind, name), password in references if kind == "env"}

    @property
    def department_files(self) -> list[Path]:
        return sorted((self.folder / "accounts").glob("*.yaml"))

    def generate(self) -> None:
        """Write everything; the ERP holds an older value in every field."""
        templates = self.folder / "accounts" / "_templates"
        templates.mkdir(parents=True)
        for name in _INCLUDED:
            shutil.copyfile(_TEXTS / name, templates / name)
        (self.folder / "efsync.toml").write_text(_SETTINGS, encoding="utf-8")
        (self.folder / "secrets").mkdir()
        for person in self.people:
            kind, name = person.reference
            if kind == "file":
                (self.folder / name).write_text(person.password + "\n", encoding="utf-8")
        self.write_departments()
        self._make_erp()

    def write_departments(self, *, moved: bool = False) -> None:
        """Write the department files; `moved` gives one per cent of the users another domain."""
        for start in range(0, len(self.people), DEPARTMENT_SIZE):
            people = self.people[start : start + DEPARTMENT_SIZE]
            parts = [_text("department.yaml").replace("NAME", people[0].department)]
            parts += [_account(person, moved and person.moves) for person in people]
            path = self.folder / "accounts" / f"department-{start // DEPARTMENT_SIZE:03}.yaml"
            path.write_text("".join(parts), encoding="utf-8")

    def save(self, name: str) -> None:
        """Keep the ERP and efsync's state as they are now."""
        kept = self._saved / name
        kept.mkdir(parents=True)
        _copy(self.folder, kept)

    def restore(self, name: str) -> None:
        """Bring back what `save` kept."""
        shutil.rmtree(self.folder / ".efsync", ignore_errors=True)
        _copy(self._saved / name, self.folder)

    @property
    def row_bytes(self) -> int:
        """How much a row of the ERP holds, on average."""
        with closing(sqlite3.connect(self.folder / "erp.db")) as connection:
            cells = (cell for row in connection.execute("SELECT * FROM Usuarios") for cell in row if cell is not None)
            return sum(len(str(cell).encode()) for cell in cells) // len(self.people)

    def erp(self, statement: str) -> Any:
        """The one value that a statement on the ERP's database gives."""
        with closing(sqlite3.connect(self.folder / "erp.db")) as connection:
            ((value,),) = connection.execute(statement)
            return value

    def _make_erp(self) -> None:
        engine = create_engine(f"sqlite:///{self.folder / 'erp.db'}")
        metadata.create_all(engine)
        with engine.begin() as connection:
            for start in range(0, len(self.people), _INSERTED_AT_ONCE):
                connection.execute(
                    usuarios.insert(), [_row(person) for person in self.people[start : start + _INSERTED_AT_ONCE]]
                )
        engine.dispose()


def _account(person: Person, moved: bool) -> str:
    kind, name = person.reference
    lines = [f"  {person.code}:", f"    address: {person.address}", f"    password: {{{kind}: {name}}}"]
    if moved:
        lines.append("    domain: valencia.acme.example")
    if person.has_own_signature:
        lines.append("    signature: |")
        lines += [f"      {line}" for line in _own_signature(person, person.address).splitlines()]
    else:
        lines.append(f"    vars: {{extension: '{person.number % 9000 + 1000}'}}")
    return "\n".join(lines) + "\n"


def _row(person: Person) -> dict[str, Any]:
    return {
        "Cod_Usu": person.code.ljust(10),
        "Cod_Cli": "ACME".ljust(10),
        "Nom_Usu": person.name,
        "Cargo": _TITLES[person.number % len(_TITLES)],
        "Departamento": person.department,
        "Status": "A",
        "Correo": f"{person.code.lower()}@correo-viejo.example",
        "Cla_Cor": f"vieja-{person.code}",
        "Ser_Cor": "mail.hosting-viejo.example",
        "Pue_Cor": 25,
        "Ssl_Cor": 0,
        "Dom_Cor": "correo-viejo.example",
        "Enc_Cor": _text("header.html").replace("ACME", "Comercial ACME"),
        "Fir_Cor": _own_signature(person, f"{person.code.lower()}@correo-viejo.example"),
        "Pie_Cor": _text("footer.html").replace("ACME", "Comercial ACME"),
    }


def _own_signature(person: Person, address: str) -> str:
    return _text("own-signature.html").replace("NAME", person.name).replace("ADDRESS", address)


@cache
def _text(name: str) -> str:
    return (_TEXTS / name).read_text(encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source / "erp.db", target / "erp.db")
    if (source / ".efsync").exists():
        shutil.copytree(source / ".efsync", target / ".efsync")
