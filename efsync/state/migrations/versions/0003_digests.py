"""A digest and the password's fingerprint of each account as columns, so that a plan need not read it whole."""

import sqlalchemy as sa
from alembic import op

from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.digests import record_digest
from efsync.model.fields import PASSWORD
from efsync.planning.document import reference_from_document

revision = "0003"
down_revision = "0002"

_BATCH = 500
_accounts = sa.table(
    "applied_accounts",
    *(
        sa.column(name)
        for name in ("target", "tenant", "key", "code", "department", "on_removal", "digest", "fingerprint")
    ),
    sa.column("fields", sa.JSON),
    sa.column("password_reference", sa.JSON),
)


def upgrade() -> None:
    """Add the columns, and fill them for the accounts that are there."""
    op.add_column("applied_accounts", sa.Column("digest", sa.String(32)))
    op.add_column("applied_accounts", sa.Column("fingerprint", sa.String(80)))
    connection = op.get_bind()
    key = [_accounts.c[name] == sa.bindparam(f"its_{name}") for name in ("target", "tenant", "key")]
    filled = (
        sa.update(_accounts)
        .where(*key)
        .values(digest=sa.bindparam("its_digest"), fingerprint=sa.bindparam("its_password"))
    )
    rows = connection.execute(sa.select(_accounts)).mappings().all()
    for start in range(0, len(rows), _BATCH):
        connection.execute(filled, [_filled(row) for row in rows[start : start + _BATCH]])


def _filled(row: sa.RowMapping) -> dict[str, str | None]:
    account = AppliedAccount(
        row["code"],
        row["department"],
        OnRemoval(row["on_removal"]),
        row["fields"],
        reference_from_document(row["password_reference"]),
    )
    return {
        "its_target": row["target"],
        "its_tenant": row["tenant"],
        "its_key": row["key"],
        "its_digest": f"{record_digest(account):032x}",
        "its_password": row["fields"].get(PASSWORD),
    }
