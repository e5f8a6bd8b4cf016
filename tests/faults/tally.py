"""Counts what was done to efsync, what it did, and whether a row was lost by it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import NullPool, create_engine, inspect, select

from efsync.erp.demo.database import usuarios
from efsync.state.tables import runs
from tests.faults.databases import kind_of
from tests.world import USER_COLUMNS, World


@dataclass
class Tally:
    """One test's count; `database` is the kind that the fault struck."""

    database: str
    faults: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    rows: int = 0
    lost: int = 0

    def fault(self, what: str, times: int = 1) -> None:
        """Count a fault that was injected."""
        self.faults[what] += times


def untouchable(world: World) -> list[tuple[Any, ...]]:
    """Every row of the user table, but for the mail fields: what no apply may ever change or lose."""
    columns = [column for column in usuarios.c if column.name not in USER_COLUMNS.values()]
    with world.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(select(*columns)))


def history(world: World, state_url: str = "") -> list[str]:
    """How each run ended, oldest first."""
    if not state_url and not (world.folder / ".efsync" / "state.db").exists():
        return []
    engine = create_engine(state_url or f"sqlite:///{world.folder / '.efsync' / 'state.db'}", poolclass=NullPool)
    with engine.connect() as connection:
        if not inspect(connection).has_table(runs.name):
            return []
        return list(connection.execute(select(runs.c.status).order_by(runs.c.started_at, runs.c.id)).scalars())


def tally_of(world: World) -> Tally:
    """A new count for a world."""
    return Tally(kind_of(world.url))
