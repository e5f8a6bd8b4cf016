"""Since when each password is in use, as the runs of a target tell."""

from sqlalchemy import Connection, select

from efsync.model.accounts import PasswordInUse
from efsync.model.fields import PASSWORD, Value
from efsync.model.runs import RunStatus
from efsync.planning.document import changes_from_document
from efsync.state.accounts import passwords, tenant_key
from efsync.state.tables import runs

_ROWS = 20
"""Runs that are held at a time: each has all of its changes."""


def passwords_in_use(connection: Connection, target: str, tenant: str | None) -> dict[str, PasswordInUse]:
    """The password of each account as applied, by comparable code, and the end of the run that first had it so."""
    since: dict[str, tuple[Value, str]] = {}
    statement = (
        select(runs.c.finished_at, runs.c.changes)
        .where(runs.c.target == target, runs.c.tenant == tenant_key(tenant))
        .where(runs.c.status.in_([RunStatus.APPLIED, RunStatus.RECOVERED]))
        .order_by(runs.c.finished_at, runs.c.id)
    )
    for at, changes in connection.execute(statement, execution_options={"yield_per": _ROWS}):
        for change in changes_from_document(changes):
            fields = {**change.unchanged, **change.after}
            if change.leaves:
                since.pop(change.key, None)
            elif PASSWORD in fields and since.get(change.key, ("", ""))[0] != fields[PASSWORD]:
                since[change.key] = (fields[PASSWORD], at)
    found: dict[str, PasswordInUse] = {}
    for key, each in passwords(connection, target, tenant).items():
        if each.fingerprint is not None:
            first, at = since.get(key, (None, ""))
            found[key] = PasswordInUse(each.fingerprint, at if first == each.fingerprint else None)
    return found
