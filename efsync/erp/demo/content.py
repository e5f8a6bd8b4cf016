"""The demo ERP's users, as `usuarios.csv` and `texts.json` beside this file hold them."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_NULL = "\\N"
TENANT = "ACME"
"""The tenant whose accounts the demo's files hold."""

_CHAR_10 = ("Cod_Usu", "Cod_Cli", "Cod_Idi")


def demo_password(code: str) -> str:
    """The made-up mail password of a demo account: always the same, and no two alike."""
    return f"Demo-{hashlib.sha256(code.encode()).hexdigest()[:12]}"


def demo_users() -> list[dict[str, Any]]:
    """The rows of Usuarios: codes padded as in a char column, some values dirty on purpose.

    In the file `\\N` is NULL, `@password` the password of the demo secret, `@NAME` a text of texts.json.
    """
    texts: dict[str, str] = json.loads((_FOLDER / "texts.json").read_text(encoding="utf-8"))
    with (_FOLDER / "usuarios.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{column: _cell(column, text, row["Cod_Usu"], texts) for column, text in row.items()} for row in rows]


def demo_codes(tenant: str = TENANT) -> tuple[str, ...]:
    """The codes of the demo tenant's users, in upper case as the account files write them."""
    return tuple(row["Cod_Usu"].strip().upper() for row in demo_users() if row["Cod_Cli"].strip() == tenant)


def _cell(column: str, text: str, code: str, texts: dict[str, str]) -> str | None:
    if text == _NULL:
        return None
    if text == "@password":
        return demo_password(code.upper())
    if text.startswith("@"):
        return texts[text[1:]]
    return text.ljust(10) if column in _CHAR_10 else text
