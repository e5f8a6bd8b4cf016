"""What has to hold of a saved plan before anything is done with it."""

from efsync.model.fields import PASSWORD
from efsync.model.language import message
from efsync.model.plans import Plan
from efsync.model.problems import Problem, Refused, refuse_errors
from efsync.model.secrets import Secret
from efsync.secrets.fingerprints import FingerprintKey
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings, TargetSettings
from efsync.state.store import State
from efsync.workflows.wiring import secrets_of


def target_of(settings: Settings, plan: Plan, target: str | None) -> TargetSettings:
    """The target called `target`, or the plan's own where none is named. Raises `Refused` (`plan-target`)."""
    if target is None and plan.target not in settings.targets:
        unknown = message(
            "the plan is for target {target}, and {file} has only {names}",
            target=plan.target,
            file=settings.file,
            names=", ".join(settings.targets),
        )
        raise Refused(Problem("plan-target", unknown, hint=message("make a plan with these settings")))
    return settings.target(target or plan.target)


def check_plan(plan: Plan, target: TargetSettings) -> None:
    """Raise `Refused` (`plan-target`) where the plan was made without secrets, or for another target."""
    if plan.without_secrets:
        for_reading = message("a plan without secrets is for reading")
        raise Refused(Problem("plan-target", for_reading, hint=message("make one without --without-secrets")))
    if plan.target != target.name:
        other = message("the plan is for target {target}, not {other}", target=plan.target, other=target.name)
        hint = message("make a plan with --target {target}", target=target.name)
        raise Refused(Problem("plan-target", other, hint=hint))


def check_new(plan: Plan, state: State) -> None:
    """Raise `Refused` (`plan-applied`) where the plan was applied already."""
    run = state.run_of_plan(plan.plan_id or "")
    if run is not None:
        before = message(
            "this plan was applied already, by {who} at {time} (run {run})",
            who=run.who,
            time=run.finished_at,
            run=run.id,
        )
        hint = message("a plan is good for one apply: make a new one")
        raise Refused(Problem("plan-applied", before, hint=hint))


def read_passwords(
    settings: Settings, plan: Plan, key: FingerprintKey, store: SecretStore | None = None
) -> dict[str, Secret]:
    """The passwords that the plan writes, each still the one that the plan saw, by comparable code.

    `store` may have read them already.

    Raises `Refused`: `key-mismatch`, `plan-stale` for another password, and what reading a secret raises.
    """
    if plan.key_id != key.identity:
        other = message(
            "the plan was made with fingerprint key {key}, and this is key {own}", key=plan.key_id, own=key.identity
        )
        raise Refused(Problem("key-mismatch", other, hint=message("make the plan with the key of the apply")))
    store = store or secrets_of(settings)
    writes = [change for change in plan.changes if change.after.get(PASSWORD) is not None]
    store.read_ahead(change.reference for change in writes if change.reference is not None)
    found: dict[str, Secret] = {}
    problems: list[Problem] = []
    for change in writes:
        if change.reference is None:
            nowhere = message("the plan does not say where the password of {user} is", user=change.user)
            problems.append(Problem("plan-edited", nowhere))
            continue
        try:
            secret = store.read(change.reference)
        except Refused as refused:
            problems += (refused.at(change.location) if change.location else refused).problems
            continue
        if key.fingerprint(secret) != change.after[PASSWORD]:
            renewed = message("the password of {user} is another one since the plan was made", user=change.user)
            problems.append(Problem("plan-stale", renewed, change.location, message("make a new plan")))
        found[change.key] = secret
    refuse_errors(problems)
    return found
