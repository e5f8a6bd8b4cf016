"""`efsync plan`: what apply would do."""

from dataclasses import replace

import efsync
from efsync.model.plans import Overrides, Plan, Selection
from efsync.model.progress import Progress, unseen
from efsync.planning.document import plan_id_of
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.state.holder import now
from efsync.workflows.asked import Asked
from efsync.workflows.comparing import compare_all, compare_rest
from efsync.workflows.shortcut import Shortcut
from efsync.workflows.source import source_of
from efsync.workflows.wiring import own_key, sealing_key, secrets_of


def plan(
    settings: Settings,
    target: str | None = None,
    selection: Selection = Selection(),
    *,
    secrets: bool = True,
    overrides: Overrides = Overrides(),
    progress: Progress = unseen,
    store: SecretStore | None = None,
) -> Plan:
    """Compare what is desired, live and applied; writes nothing, but makes the fingerprint key where there is none.

    Secrets are read from `store` where it has them already, since another target needed them.

    Raises `Refused` with every error in files, secrets or databases. Brakes that no override lets pass are
    warnings in the plan's problems: apply refuses it.
    """
    its = settings.target(target)
    name = its.name
    store = store or secrets_of(settings)
    shortcut = None
    # where a user's row does not say all, it stands for nothing
    if selection == Selection() and settings.revision is None and not its.layout.property_fields():
        key = own_key(settings) if secrets else sealing_key(settings)
        shortcut = Shortcut(settings, name, key, secrets=secrets)
    asked = Asked(settings, name, selection, overrides, store, shortcut, progress, secrets)
    found = compare_rest(asked) or compare_all(asked)
    made = Plan(
        target=name,
        tenant=found.tenant,
        efsync_version=efsync.__version__,
        created_at=now(),
        selection=selection,
        source=source_of(settings, found.folder),
        summary=found.summary,
        changes=found.changes,
        problems=(*found.problems, *found.brakes),
        key_id=found.key_id,
        without_secrets=not secrets,
    )
    return replace(made, plan_id=plan_id_of(made))
