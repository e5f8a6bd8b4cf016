"""Since when each password is in use, as the runs of a target tell."""

from sqlalchemy import Connection, select

from efsync.model.accounts import PasswordInUse
from efsync.model.batches import BATCH
from efsync.model.fields import PASSWORD
from efsync.model.plans import Action
from efsync.model.runs import RunStatus
from efsync.state.accounts import passwords, tenant_key
from efsync.state.tables import run_changes, runs


def passwords_in_use(connection: Connection, target: str, tenant: str | None) -> dict[str, PasswordInUse]:
    """The password of each account as applied, by comparable code, and the end of the run that first had it so."""
    since: dict[str, tuple[object, str]] = {}
    statement = (
        select(runs.c.finished_at, run_changes.c.key, run_changes.c.change)
        .join(run_changes, run_changes.c.run == runs.c.id)
        .where(runs.c.target == target, runs.c.tenant == tenant_key(tenant))
        .where(runs.c.status.in_([RunStatus.APPLIED, RunStatus.RECOVERED]))
        .order_by(runs.c.finished_at, runs.c.id, run_changes.c.position)
    )
    for at, key, change in connection.execute(statement, execution_options={"yield_per": BATCH}):
        fields = {**change.get("unchanged", {}), **change.get("after", {})}
        if change["action"] in (Action.CLEAR, Action.FORGET):
            since.pop(key, None)
        elif PASSWORD in fields and since.get(key, ("", ""))[0] != fields[PASSWORD]:
            since[key] = (fields[PASSWORD], at)
    found: dict[str, PasswordInUse] = {}
    for key, each in passwords(connection, target, tenant).items():
        if each.fingerprint is not None:
            first, at = since.get(key, (None, ""))
            found[key] = PasswordInUse(each.fingerprint, at if first == each.fingerprint else None)
    return found
