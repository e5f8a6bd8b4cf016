"""The users of a generated company: what their department file says of them, and what the ERP holds before."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

DEPARTMENT_SIZE = 100
MOVED_DOMAIN = "valencia.acme.example"
INCLUDED = ("header.html", "footer.html", "signature.html", "signature-of-all.html")
_TEXTS = Path(__file__).parent / "texts"
_FIRST_NAMES = ("José", "María", "Iñaki", "Ana", "Jesús", "Begoña", "Luis", "Carmen", "Raúl", "Sofía", "Andrés")
_LAST_NAMES = ("Pérez", "Núñez", "Rojas", "Muñoz", "Gómez", "Ibáñez", "Castillo", "Peña", "Zambrano", "Sáez")
_TITLES = ("Gerente", "Analista", "Coordinadora", "Vendedor", "Asistente", "Técnica", "Supervisor")


class Way(StrEnum):
    """What the department files make use of."""

    PLAIN = "plain"
    """Every text is written in the file or included as it is."""

    WHOLE = "whole"
    """Signatures are rendered from a template, and some passwords come from the environment."""


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
    def has_own_signature(self) -> bool:
        return self.number % 5 == 0

    @property
    def has_own_server(self) -> bool:
        return self.number % 10 == 7

    @property
    def moves(self) -> bool:
        """Whether this user is of the one per cent whose domain changes."""
        return self.number % 100 == 0

    def reference(self, way: Way) -> tuple[str, str]:
        """Where the password is: a file; in the whole way a variable for every tenth user."""
        by_variable = way is Way.WHOLE and self.number % 10 == 3
        return ("env", f"MAIL_{self.code}") if by_variable else ("file", f"secrets/{self.code}")

    def account(self, way: Way, *, moved: bool) -> str:
        """The account as its department file has it; `moved` gives those who move their other domain."""
        kind, name = self.reference(way)
        lines = [f"  {self.code}:", f"    address: {self.address}", f"    password: {{{kind}: {name}}}"]
        if way is Way.PLAIN:
            lines += ["    server: correo.acme.example", "    port: 465"] if self.has_own_server else ["    port: 587"]
        if moved and self.moves:
            lines.append(f"    domain: {MOVED_DOMAIN}")
        if self.has_own_signature:
            lines.append("    signature: |")
            lines += [f"      {line}" for line in self._own_signature(self.address).splitlines()]
        elif way is Way.WHOLE:
            lines.append(f"    vars: {{extension: '{self.number % 9000 + 1000}'}}")
        return "\n".join(lines) + "\n"

    def row(self) -> dict[str, Any]:
        """The ERP's row, with an older value in every mail field."""
        old_address = f"{self.code.lower()}@correo-viejo.example"
        return {
            "Cod_Usu": self.code.ljust(10),
            "Cod_Cli": "ACME".ljust(10),
            "Nom_Usu": self.name,
            "Cargo": _TITLES[self.number % len(_TITLES)],
            "Departamento": self.department,
            "Status": "A",
            "Correo": old_address,
            "Cla_Cor": f"vieja-{self.code}",
            "Ser_Cor": "mail.hosting-viejo.example",
            "Pue_Cor": 25,
            "Ssl_Cor": 0,
            "Dom_Cor": "correo-viejo.example",
            "Enc_Cor": text("header.html").replace("ACME", "Comercial ACME"),
            "Fir_Cor": self._own_signature(old_address),
            "Pie_Cor": text("footer.html").replace("ACME", "Comercial ACME"),
        }

    def _own_signature(self, address: str) -> str:
        return text("own-signature.html").replace("NAME", self.name).replace("ADDRESS", address)


def department(people: tuple[Person, ...], way: Way, *, moved: bool) -> str:
    """The department file of `people`."""
    signature = {
        Way.PLAIN: "{file: _templates/signature-of-all.html}",
        Way.WHOLE: "{template: _templates/signature.html}",
    }[way]
    head = text("department.yaml").replace("NAME", people[0].department).replace("SIGNATURE", signature)
    return head + "".join(person.account(way, moved=moved) for person in people)


@cache
def text(name: str) -> str:
    """One of the texts that lie beside this program."""
    return (_TEXTS / name).read_text(encoding="utf-8")
