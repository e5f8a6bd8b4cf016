"""`efsync plan`: what apply would do."""

import logging
from dataclasses import dataclass, replace

import efsync
from efsync.database import Access
from efsync.erp.field_columns import FieldColumns, unwritable
from efsync.model.accounts import AppliedAccount, LiveAccount, RetiredPassword
from efsync.model.plans import Plan, Selection
from efsync.model.problems import Problem, Severity, refuse_errors
from efsync.planning.brakes import KnownAccounts, Overrides, brakes
from efsync.planning.build import build_comparison
from efsync.planning.document import plan_to_document
from efsync.secrets.fingerprints import FingerprintKey
from efsync.settings.model import Settings
from efsync.state.holder import now
from efsync.workflows.desired import read_desired, with_secrets, without_secrets
from efsync.workflows.recovery import with_unfinished_runs
from efsync.workflows.selection import check_selection
from efsync.workflows.source import source_of
from efsync.workflows.wiring import accounts_of, erp_of, key_of, secrets_of, state_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sides:
    """What is live and what was applied, of one target."""

    tenant: str | None
    live: dict[str, LiveAccount]
    applied: dict[str, AppliedAccount]
    retired: tuple[RetiredPassword, ...]
    key: FingerprintKey | None
    columns: FieldColumns
    problems: tuple[Problem, ...]


def plan(
    settings: Settings,
    target: str | None = None,
    selection: Selection = Selection(),
    *,
    secrets: bool = True,
    overrides: Overrides = Overrides(),
) -> Plan:
    """Compare what is desired, live and applied; writes nothing, but makes the fingerprint key where there is none.

    Raises `Refused` with every error in files, secrets or databases. Brakes that no override lets pass are
    warnings in the plan's problems: apply refuses it.
    """
    name = settings.target(target).name
    sides = read_live_and_applied(settings, name, secrets=secrets, create_key=True)
    folder = accounts_of(settings)
    store = secrets_of(settings)
    read_password = (
        with_secrets(store, sides.key, sides.columns) if sides.key else without_secrets(store, sides.applied)
    )
    log.info("reading the department files")
    desired = read_desired(folder, read_password, sides.live, sides.columns, selection)
    refuse_errors(desired.problems)
    check_selection(selection, [*desired.accounts.values(), *sides.live.values(), *sides.applied.values()])
    kept = {key: replace(each, fields=sides.columns.as_kept(each.fields)) for key, each in desired.accounts.items()}
    comparison = build_comparison(kept, sides.live, sides.applied, selection)
    refuse_errors(unwritable(comparison.changes, sides.live, sides.columns))
    made = Plan(
        target=name,
        tenant=sides.tenant,
        efsync_version=efsync.__version__,
        created_at=now(),
        selection=selection,
        source=source_of(settings, folder),
        summary=comparison.summary,
        changes=comparison.changes,
        problems=(*sides.problems, *desired.problems, *comparison.problems),
        key_id=sides.key.identity if sides.key else None,
        without_secrets=not secrets,
    )
    known = KnownAccounts(sides.live, sides.applied, sides.retired)
    warnings = [
        replace(problem, severity=Severity.WARNING, message=f"apply will refuse this: {problem.message}")
        for problem in brakes(made.changes, known, settings.limits, overrides)
    ]
    made = replace(made, problems=(*made.problems, *warnings))
    return replace(made, plan_id=plan_to_document(made)["plan_id"])


def read_live_and_applied(settings: Settings, target: str, *, secrets: bool, create_key: bool) -> Sides:
    """The live accounts and those applied, unfinished runs taken into account; writes nothing to either side."""
    with state_of(settings, Access.READ) as state:
        key = key_of(settings, state.key_id(), create=create_key) if secrets else None
        log.info("reading the users of %s", target)
        with erp_of(settings, settings.target(target)).reading() as users:
            tenant, columns = users.tenant, users.columns
            live = users.read(key.fingerprint if key else None)
        applied, problems = with_unfinished_runs(state, target, live, state.applied(target, tenant))
        retired = state.retired_passwords(target, tenant)
    return Sides(tenant, live, applied, retired, key, columns, problems)
