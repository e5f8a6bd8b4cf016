"""The first tables: facts, runs, applied accounts, retired passwords, locks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql

revision = "0001"
down_revision = None


def _name(length: int) -> sa.types.TypeEngine[str]:
    """A name; SQL Server, on which no state was made before the next migration, compares it to the letter at once."""
    return sa.String(length).with_variant(mssql.NVARCHAR(length, collation="Latin1_General_100_BIN2"), "mssql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "facts",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("target", _name(100), nullable=False, index=True),
        sa.Column("tenant", _name(100), nullable=False),
        sa.Column("plan_id", sa.String(80), nullable=False, index=True),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("source", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
    )
    op.create_table(
        "applied_accounts",
        sa.Column("target", _name(100), primary_key=True),
        sa.Column("tenant", _name(100), primary_key=True),
        sa.Column("key", _name(60), primary_key=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("on_removal", sa.String(20), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("password_reference", sa.JSON),
        sa.Column("applied_at", sa.String(32), nullable=False),
        sa.Column("run", sa.String(40), sa.ForeignKey("runs.id"), nullable=False),
    )
    op.create_table(
        "retired_passwords",
        sa.Column("target", _name(100), primary_key=True),
        sa.Column("tenant", _name(100), primary_key=True),
        sa.Column("key", _name(60), primary_key=True),
        sa.Column("fingerprint", sa.String(80), primary_key=True),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("password_reference", sa.JSON),
        sa.Column("run", sa.String(40), sa.ForeignKey("runs.id"), nullable=False),
    )
    op.create_table(
        "locks",
        sa.Column("target", _name(100), primary_key=True),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
        sa.Column("machine", sa.String(200), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("beat", sa.String(32), nullable=False),
    )
