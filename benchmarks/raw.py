"""The best raw way of each driver to update rows with a check of their old values, as a program.

SQLite: executemany. psycopg: executemany, which pipelines. MariaDB: a temporary table that is joined.
"""

import gc
import json
import pickle
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.floor import (
    COLUMNS,
    KEY,
    PASSWORD_COLUMN,
    Row,
    connection_to,
    differing,
    quote_of,
    read_desired,
    rows_of,
)
from benchmarks.parsers import PARSERS

_WRITTEN = (PASSWORD_COLUMN, *COLUMNS)
_AT_ONCE = 1_000


class Update(NamedTuple):
    """What is to be written into one row: the old values of the columns that differ, and the new ones."""

    key: Sequence[Any]
    old: Sequence[Any]
    new: Sequence[Any]


Batch = tuple[tuple[str, ...], list[Update]]
"""Columns, and updates of just these."""


def main() -> None:
    """`plan-and-write`, `prepare` or `write`, the parser, the folder of a company, its files, kind and connection.

    The first does it all as the floor would, `prepare` keeps what is to be written in a file of the company's
    folder, and `write` writes what is in there. Prints how many rows there were.
    """
    gc.disable()
    what, parser, folder, accounts, kind, connect = sys.argv[1:]
    prepared = Path(folder, "prepared")
    with connection_to(kind, json.loads(connect)) as connection:
        if what == "write":
            print(write(connection, kind, _read_back(prepared)))
            return
        desired = read_desired(Path(folder), accounts, PARSERS[parser](), passwords=True)
        batches = [*_batches(differing(desired, rows_of(connection, kind), passwords=True))]
        print(keep(prepared, batches) if what == "prepare" else write(connection, kind, batches))


def keep(prepared: Path, batches: Iterable[Batch]) -> int:
    """Keep the batches in a file; how many updates are in them."""
    kept = 0
    with prepared.open("wb") as file:
        for columns, updates in batches:
            pickle.dump((columns, [tuple(update) for update in updates]), file)
            kept += len(updates)
    return kept


def write(connection: Any, kind: str, batches: Iterable[Batch]) -> int:
    """Write everything in one transaction; how many rows. Exits with nothing written where a row is not as it was."""
    cursor = connection.cursor()
    written = 0
    for columns, updates in batches:
        if kind == "mariadb":
            reached = _through_temporary_table(cursor, columns, updates)
        else:
            reached = _with_executemany(cursor, kind, columns, updates)
        if reached != len(updates):
            sys.exit(f"{reached} rows were as expected, of {len(updates)}")
        written += reached
    connection.commit()
    return written


def _batches(rows: Iterable[tuple[Row, tuple[Any, ...]]]) -> Iterator[Batch]:
    waiting: defaultdict[tuple[str, ...], list[Update]] = defaultdict(list)
    for row, account in rows:
        live = row[-len(_WRITTEN) :]
        changed = [number for number, value in enumerate(account) if value != live[number]]
        columns = tuple(_WRITTEN[number] for number in changed)
        old, new = ([values[number] for number in changed] for values in (live, account))
        updates = waiting[columns]
        updates.append(Update(row[: len(KEY)], old, [int(each) if isinstance(each, bool) else each for each in new]))
        if len(updates) == _AT_ONCE:
            yield columns, waiting.pop(columns)
    yield from waiting.items()


def _read_back(prepared: Path) -> Iterator[Batch]:
    with prepared.open("rb") as file:
        while True:
            try:
                columns, updates = pickle.load(file)
            except EOFError:
                return
            yield columns, [Update(*update) for update in updates]


def _with_executemany(cursor: Any, kind: str, columns: tuple[str, ...], updates: list[Update]) -> int:
    quote = quote_of(kind)
    mark, same = ("?", "IS") if kind == "sqlite" else ("%s", "IS NOT DISTINCT FROM")
    changed = ", ".join(f"{quote(column)} = {mark}" for column in columns)
    found = [f"{quote(column)} = {mark}" for column in KEY] + [f"{quote(column)} {same} {mark}" for column in columns]
    statement = f"UPDATE {quote('Usuarios')} SET {changed} WHERE {' AND '.join(found)}"
    cursor.executemany(statement, [(*update.new, *update.key, *update.old) for update in updates])
    return int(cursor.rowcount)


def _through_temporary_table(cursor: Any, columns: tuple[str, ...], updates: list[Update]) -> int:
    key = ", ".join(KEY)
    old = [f"old_{column}" for column in columns]
    new = [f"new_{column}" for column in columns]
    renamed = ", ".join(
        [f"{c} AS {o}" for c, o in zip(columns, old, strict=True)]
        + [f"{c} AS {n}" for c, n in zip(columns, new, strict=True)]
    )
    cursor.execute(f"CREATE TEMPORARY TABLE updates AS SELECT {key}, {renamed} FROM Usuarios LIMIT 0")
    names = [*KEY, *old, *new]
    statement = f"INSERT INTO updates ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    cursor.executemany(statement, [(*update.key, *update.old, *update.new) for update in updates])
    on = [f"u.{column} = w.{column}" for column in KEY]
    on += [f"u.{c} <=> w.{o}" for c, o in zip(columns, old, strict=True)]
    changed = ", ".join(f"u.{c} = w.{n}" for c, n in zip(columns, new, strict=True))
    reached = cursor.execute(f"UPDATE Usuarios u JOIN updates w ON {' AND '.join(on)} SET {changed}")
    cursor.execute("DROP TEMPORARY TABLE updates")
    return int(reached)
