"""`efsync rollback`: a plan that restores what a run replaced."""

from collections.abc import Iterable
from dataclasses import replace

import efsync
from efsync.database.access import Access
from efsync.erp.field_columns import unwritable
from efsync.model.fields import Value
from efsync.model.history import PastRun
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import AccountChange, Overrides, Plan, Selection, Summary
from efsync.model.problems import Problem, Refused, Severity, refuse_errors
from efsync.model.runs import Run, RunStatus
from efsync.model.secrets import SecretReference
from efsync.planning.brakes import brakes
from efsync.planning.document import plan_id_of
from efsync.planning.knowledge import KnownAccounts, new_passwords
from efsync.planning.rollback import Earlier, references, roll_back
from efsync.secrets.fingerprints import FingerprintKey
from efsync.settings.model import Settings
from efsync.state.holder import now
from efsync.workflows.history import find_run
from efsync.workflows.sides import open_sides
from efsync.workflows.source import source_of
from efsync.workflows.wiring import accounts_of, secrets_of, state_of


def rollback(settings: Settings, run: str) -> Plan:
    """Plan to bring every field that the run whose name begins with `run` replaced back to its value before it.

    Passwords come back only from the references of the time, where these still give them. What moved since, and what
    can't be restored, are warnings, and so are brakes, as in a plan.

    Raises `Refused`: `selection` where there is no such run, `not-applied` where it changed nothing that is known,
    and what reading the state, the key or the ERP raises.
    """
    past, changes, earlier = _remembered(settings, run)
    name = settings.target(past.target).name
    with open_sides(settings, name, secrets=True, create_key=False) as sides:
        if comparable(sides.tenant or "") != comparable(past.tenant or ""):
            said = message("run {run} was for tenant {tenant}, not {other}", run=past.id, tenant=past.tenant,
                           other=sides.tenant)  # fmt: skip
            raise Refused(Problem("plan-target", said))
        assert sides.key is not None
        whole = sides.whole()
        behind = _now_behind(settings, sides.key, references(changes, earlier))
        found = roll_back(changes, whole.live, whole.applied, earlier, behind)
        refuse_errors(unwritable(found.changes, whole.live, sides.users.columns))
        retired = (*sides.retired(new_passwords(found.changes)), *whole.retired)
        known = KnownAccounts.of(whole.live, whole.applied, retired)
        warnings = (
            replace(
                problem,
                severity=Severity.WARNING,
                message=message("apply will refuse this: {problem}", problem=problem.message),
            )
            for problem in brakes(found.changes, known, settings.limits, Overrides())
        )
        made = Plan(
            target=name,
            tenant=sides.tenant,
            efsync_version=efsync.__version__,
            created_at=now(),
            selection=Selection(),
            source=source_of(settings, accounts_of(settings)),
            summary=Summary(changed=len(found.changes)),
            changes=found.changes,
            problems=(*whole.problems, *found.problems, *warnings),
            key_id=sides.key.identity,
        )
    return replace(made, plan_id=plan_id_of(made))


def _remembered(settings: Settings, name: str) -> tuple[Run, tuple[AccountChange, ...], dict[str, Earlier]]:
    """The run, what it changed, and what was applied to those accounts before it."""
    with state_of(settings, Access.READ) as state:
        run = find_run(state, name)
        if run.status not in (RunStatus.APPLIED, RunStatus.RECOVERED):
            said = message("run {run} wrote nothing that could be rolled back: it is {status}", run=run.id,
                           status=run.status.value)  # fmt: skip
            raise Refused(Problem("not-applied", said, hint=message("`efsync history` shows how each run ended")))
        changes = state.changes(run)
        if PastRun(run, changes).is_pruned:
            said = message("what run {run} changed was forgotten by `efsync history --prune-before`", run=run.id)
            raise Refused(Problem("not-applied", said))
        before = state.changes_before(run, {change.key for change in changes})
        return run, changes, {key: Earlier(change, earlier) for key, (earlier, change) in before.items()}


def _now_behind(
    settings: Settings, key: FingerprintKey, wanted: Iterable[SecretReference]
) -> dict[SecretReference, Value]:
    """The fingerprint of what each reference gives now, of those that can be read."""
    store = secrets_of(settings)
    found: dict[SecretReference, Value] = {}
    named = tuple(dict.fromkeys(wanted))
    store.read_ahead(named)
    for reference in named:
        try:
            found[reference] = key.fingerprint(store.read(reference))
        except Refused:
            continue
    return found
