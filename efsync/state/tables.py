"""The tables of the state. A change here needs a migration and a new `REVISION`."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, MetaData, String, Table, Unicode
from sqlalchemy.types import TypeEngine

REVISION = "0004"
"""The newest migration, which this version of efsync reads and writes."""

metadata = MetaData()


def exact(length: int) -> TypeEngine[str]:
    """A text that is compared to the letter: PEÑA is not PENA, which is what some servers would say."""
    server = Unicode(length, collation="Latin1_General_100_BIN2")
    letters = String(length, collation="utf8mb4_bin")  # which is of utf8mb4
    return String(length).with_variant(server, "mssql").with_variant(letters, "mysql", "mariadb")


facts = Table(
    "facts",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", String(200), nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("target", exact(100), nullable=False, index=True),
    Column("tenant", exact(100), nullable=False),
    Column("plan_id", String(80), nullable=False, index=True),
    Column("status", String(20), nullable=False, index=True),
    Column("who", String(200), nullable=False),
    Column("host", String(200), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32)),
    Column("source", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
)

run_changes = Table(
    "run_changes",
    metadata,
    Column("run", String(40), ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", exact(60), nullable=False),
    Column("change", JSON, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("digest", String(40), primary_key=True),
    Column("text", JSON, nullable=False),
)

applied_accounts = Table(
    "applied_accounts",
    metadata,
    Column("target", exact(100), primary_key=True),
    Column("tenant", exact(100), primary_key=True),
    Column("key", exact(60), primary_key=True),
    Column("code", String(60), nullable=False),
    Column("department", String(100), nullable=False),
    Column("on_removal", String(20), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("password_reference", JSON),
    Column("digest", String(32)),
    Column("fingerprint", String(80)),
    Column("applied_at", String(32), nullable=False),
    Column("run", String(40), ForeignKey("runs.id"), nullable=False),
)

retired_passwords = Table(
    "retired_passwords",
    metadata,
    Column("target", exact(100), primary_key=True),
    Column("tenant", exact(100), primary_key=True),
    Column("key", exact(60), primary_key=True),
    Column("fingerprint", String(80), primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("password_reference", JSON),
    Column("run", String(40), ForeignKey("runs.id"), nullable=False),
)

locks = Table(
    "locks",
    metadata,
    Column("target", exact(100), primary_key=True),
    Column("token", String(40), nullable=False),
    Column("who", String(200), nullable=False),
    Column("host", String(200), nullable=False),
    Column("process", Integer, nullable=False),
    Column("machine", String(200), nullable=False),
    Column("since", String(32), nullable=False),
    Column("beat", String(32), nullable=False),
)
