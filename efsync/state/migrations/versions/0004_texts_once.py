"""What a run set out to change has a row for each account, and a long text is kept once, whoever has it."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql, mysql

from efsync.model.normal import comparable

revision = "0004"
down_revision = "0003"

_SHORT = 100
_BATCH = 500
_texts = sa.table("texts", sa.column("digest"), sa.column("text", sa.JSON))
_changes = sa.table(
    "run_changes", sa.column("run"), sa.column("position"), sa.column("key"), sa.column("change", sa.JSON)
)
_runs = sa.table("runs", sa.column("id"), sa.column("changes", sa.JSON))
_accounts = sa.table(
    "applied_accounts", *(sa.column(name) for name in ("target", "tenant", "key")), sa.column("fields", sa.JSON)
)


def upgrade() -> None:
    """Make the tables, and move into them what stood in the rows of runs and accounts."""
    key = sa.String(60).with_variant(mssql.NVARCHAR(60, collation="Latin1_General_100_BIN2"), "mssql")
    op.create_table(
        "run_changes",
        sa.Column("run", sa.String(40), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "key", key.with_variant(mysql.VARCHAR(60, collation="utf8mb4_bin"), "mysql", "mariadb"), nullable=False
        ),
        sa.Column("change", sa.JSON, nullable=False),
    )
    op.create_table(
        "texts",
        sa.Column("digest", sa.String(40), primary_key=True),
        sa.Column("text", sa.JSON, nullable=False),
    )
    connection = op.get_bind()
    moving = _Moving(connection)
    for run in connection.execute(sa.select(_runs.c.id)).scalars().all():
        moving.changes(run)
    moving.accounts()
    op.drop_column("runs", "changes")


class _Moving:
    """Takes long texts out of what is moved, and keeps each once."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._kept: set[str] = set()
        self._waiting: dict[str, str] = {}

    def changes(self, run: str) -> None:
        """The changes of a run, which stood in its row."""
        changes = self._connection.execute(sa.select(_runs.c.changes).where(_runs.c.id == run)).scalar_one()
        rows = (
            {"run": run, "position": number, "key": comparable(each["user"]), "change": self._change(each)}
            for number, each in enumerate(changes)
        )
        for some in _batches(rows):
            self._write_texts()
            self._connection.execute(sa.insert(_changes), some)

    def accounts(self) -> None:
        """The fields of the accounts, where a long text is among them."""
        key = [_accounts.c[name] == sa.bindparam(f"its_{name}") for name in ("target", "tenant", "key")]
        shortened = sa.update(_accounts).where(*key).values(fields=sa.bindparam("its_fields", type_=sa.JSON))
        names = self._connection.execute(sa.select(_accounts.c.target, _accounts.c.tenant, _accounts.c.key)).all()
        for some in _batches(names):
            rows = [self._account(*name) for name in some]
            self._write_texts()
            self._connection.execute(shortened, rows)

    def _account(self, target: str, tenant: str, key: str) -> dict[str, Any]:
        is_it = (_accounts.c.target == target, _accounts.c.tenant == tenant, _accounts.c.key == key)
        fields = self._connection.execute(sa.select(_accounts.c.fields).where(*is_it)).scalar_one()
        return {"its_target": target, "its_tenant": tenant, "its_key": key, "its_fields": self._values(fields)}

    def _change(self, change: Mapping[str, Any]) -> dict[str, Any]:
        fields, location = change["fields"], change["location"]
        moved = {
            "user": change["user"],
            "department": change["department"],
            "action": change["action"],
            "before": self._values({each["field"]: each["before"] for each in fields}),
            "after": self._values({each["field"]: each["after"] for each in fields}),
            "origins": [each["origin"] for each in fields],
            "unchanged": self._values(change.get("unchanged", {})),
            "on_removal": change.get("on_removal"),
            "password_reference": change.get("password_reference"),
            "location": [location["file"], location["line"], location["column"]] if location else None,
        }
        return {name: value for name, value in moved.items() if value}

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            field: self._named(value) if isinstance(value, str) and len(value) > _SHORT else value
            for field, value in values.items()
        }

    def _named(self, text: str) -> dict[str, str]:
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
        if digest not in self._kept:
            self._kept.add(digest)
            self._waiting[digest] = text
        return {"text": digest}

    def _write_texts(self) -> None:
        if self._waiting:
            rows = [{"digest": digest, "text": text} for digest, text in self._waiting.items()]
            self._connection.execute(sa.insert(_texts), rows)
            self._waiting = {}


def _batches(rows: Any) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
