"""Names of targets, tenants and users are compared to the letter: on MariaDB PEÑA was PENA."""

from alembic import op

revision = "0002"
down_revision = "0001"

_NAMES = {
    "runs": {"target": 100, "tenant": 100},
    "applied_accounts": {"target": 100, "tenant": 100, "key": 60},
    "retired_passwords": {"target": 100, "tenant": 100, "key": 60},
    "locks": {"target": 100},
}


def upgrade() -> None:
    """Change the collations of MariaDB and MySQL; SQLite and PostgreSQL compare so already."""
    if op.get_bind().dialect.name not in ("mysql", "mariadb"):
        return
    for table, columns in _NAMES.items():
        changes = [
            f"MODIFY `{name}` VARCHAR({length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"
            for name, length in columns.items()
        ]
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
