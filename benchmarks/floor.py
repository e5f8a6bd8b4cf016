"""The least that comparing files with a database could take, as a program: `python -m benchmarks.floor FOLDER PARSER`.

It reads the department files with a YAML parser in C, selects the rows through the bare driver and compares
dicts. It knows no places, checks nothing, renders no template and reads no password. Prints how many accounts differ.
"""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

Parse = Callable[[str], Any]

_COLUMNS = {
    "code": "Cod_Usu",
    "tenant": "Cod_Cli",
    "department": "Departamento",
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
_NOT_COMPARED = ("password", "vars")


def _pyyaml() -> Parse:
    import yaml

    return lambda text: yaml.load(text, Loader=yaml.CSafeLoader)


def _ruamel() -> Parse:
    from ruamel.yaml import YAML, cyaml

    assert cyaml
    return YAML(typ="safe", pure=False).load


PARSERS: dict[str, Callable[[], Parse]] = {"PyYAML": _pyyaml, "ruamel.yaml": _ruamel}
"""What makes each parser; raises where its part in C is not installed."""


def compare(folder: Path, parse: Parse) -> int:
    """How many accounts of the company in `folder` have a field that is not as the files say."""
    desired = _desired(folder / "accounts", parse)
    live = _live(folder / "erp.db")
    return sum(any(live[code][field] != value for field, value in fields.items()) for code, fields in desired.items())


def _desired(accounts: Path, parse: Parse) -> dict[str, dict[str, Any]]:
    texts: dict[str, str] = {}

    def value(written: Any) -> Any:
        if not isinstance(written, dict):
            return written.rstrip(" ") if isinstance(written, str) else written
        name = written["file"]
        if name not in texts:
            texts[name] = (accounts / name).read_text(encoding="utf-8")
        return texts[name]

    found = {}
    for path in sorted(accounts.glob("*.yaml")):
        document = parse(path.read_text(encoding="utf-8"))
        for code, user in document["users"].items():
            found[code] = {
                field: value(written)
                for field, written in (document["defaults"] | user).items()
                if field not in _NOT_COMPARED and not (isinstance(written, dict) and "template" in written)
            }
    return found


def _live(database: Path) -> dict[str, dict[str, Any]]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(f"SELECT {', '.join(_COLUMNS.values())} FROM Usuarios")
        return {row[0].rstrip(): dict(zip(_COLUMNS, row, strict=True)) for row in rows}


if __name__ == "__main__":
    print(compare(Path(sys.argv[1]), PARSERS[sys.argv[2]]()))
