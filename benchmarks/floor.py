"""The least that a plan could take, as a program: reads the files, validates them, selects the rows, compares tuples.

It uses the fastest parser and validator, and a stream of rows from the bare driver. It knows no places and no
state, normalises nothing but the padding of codes, renders no template.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.parsers import PARSERS, Parse

FIELDS = ("address", "server", "port", "ssl", "domain", "header", "signature", "footer")
COLUMNS = ("Correo", "Ser_Cor", "Pue_Cor", "Ssl_Cor", "Dom_Cor", "Enc_Cor", "Fir_Cor", "Pie_Cor")
"""The columns of `FIELDS`."""

KEY = ("Cod_Usu", "Cod_Cli")
PASSWORD_COLUMN = "Cla_Cor"
SCHEMA = Path(__file__).resolve().parents[1] / "schemas" / "department.schema.json"
_SELECTED = (*KEY, "Departamento", PASSWORD_COLUMN, *COLUMNS)
_FIRST_COMPARED = _SELECTED.index(PASSWORD_COLUMN)
_FETCHED = 1_000

Desired = dict[str, tuple[Any, ...]]
Row = tuple[Any, ...]


def main() -> None:
    """`files`, `plan` or `passwords`, the parser, the folder of a company, its department files, kind and connection.

    Prints how many accounts are valid (`files`), or differ with passwords (`passwords`) or without (`plan`).
    """
    gc.disable()
    what, parser, folder, accounts, kind, connect = sys.argv[1:]
    desired = read_desired(Path(folder), accounts, PARSERS[parser](), passwords=what == "passwords")
    if what == "files":
        print(len(desired))
        return
    with connection_to(kind, json.loads(connect)) as connection:
        print(sum(1 for _ in differing(desired, rows_of(connection, kind), passwords=what == "passwords")))


def read_desired(folder: Path, accounts: str, parse: Parse, *, passwords: bool) -> Desired:
    """Every account of valid files by code: its password, where `passwords` are read, and the other fields."""
    from jsonschema_rs import validator_for

    is_valid = validator_for(json.loads(SCHEMA.read_bytes())).is_valid
    texts: dict[str, str] = {}

    def value(written: Any) -> Any:
        if not isinstance(written, dict):
            return written
        name = written["file"]
        if name not in texts:
            texts[name] = _read(folder / accounts / name)
        return texts[name]

    found: Desired = {}
    for path in _department_files(folder / accounts):
        document = parse(_read(path))
        if not is_valid(document):
            sys.exit(f"{path} is not valid")
        defaults = {field: value(document["defaults"].get(field)) for field in FIELDS}
        for code, user in document["users"].items():
            password = _read(f"{folder}/{user['password']['file']}").rstrip("\n") if passwords else None
            found[code] = (
                password,
                *[value(user[field]) if field in user else default for field, default in defaults.items()],
            )
    return found


def differing(desired: Desired, rows: Iterator[Row], *, passwords: bool) -> Iterator[tuple[Row, tuple[Any, ...]]]:
    """The rows that are not as desired, each with what is desired of it."""
    compared = 0 if passwords else 1
    first = _FIRST_COMPARED + compared
    for row in rows:
        account = desired[row[0].rstrip()]
        if row[first:] != account[compared:]:
            yield row, account


@contextmanager
def connection_to(kind: str, connect: dict[str, Any]) -> Iterator[Any]:
    """A connection of the bare driver."""
    with closing(_driver(kind)(**connect)) as connection:
        yield connection


def rows_of(connection: Any, kind: str) -> Iterator[Row]:
    """All rows, as they come."""
    quote = quote_of(kind)
    statement = f"SELECT {', '.join(map(quote, _SELECTED))} FROM {quote('Usuarios')}"
    with closing(_streaming_cursor(connection, kind)) as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_FETCHED):
            yield from rows


def quote_of(kind: str) -> Callable[[str], str]:
    """How that kind of database wants names to be quoted."""
    mark = "`" if kind == "mariadb" else '"'
    return lambda name: f"{mark}{name}{mark}"


def _driver(kind: str) -> Callable[..., Any]:
    if kind == "sqlite":
        import sqlite3

        return sqlite3.connect
    if kind == "postgresql":
        import psycopg

        return psycopg.connect
    pymysql = import_module("pymysql")
    found_rows = import_module("pymysql.constants.CLIENT").FOUND_ROWS
    return lambda **connect: pymysql.connect(**connect, client_flag=found_rows)


def _streaming_cursor(connection: Any, kind: str) -> Any:
    if kind == "postgresql":
        return connection.cursor(name="floor")
    if kind == "mariadb":
        return connection.cursor(import_module("pymysql.cursors").SSCursor)
    return connection.cursor()


def _department_files(folder: Path) -> list[str]:
    return sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".yaml"))


def _read(path: str | Path) -> str:
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
