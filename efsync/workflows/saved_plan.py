"""What has to hold of a saved plan before anything is done with it."""

from efsync.model.fields import PASSWORD
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
        names = ", ".join(settings.targets)
        message = f"the plan is for target {plan.target}, and {settings.file} has only {names}"
        raise Refused(Problem("plan-target", message, hint="make a plan with these settings"))
    return settings.target(target or plan.target)


def check_plan(plan: Plan, target: TargetSettings) -> None:
    """Raise `Refused` (`plan-target`) where the plan was made without secrets, or for another target."""
    if plan.without_secrets:
        message = "a plan without secrets is for reading"
        raise Refused(Problem("plan-target", message, hint="make one without --without-secrets"))
    if plan.target != target.name:
        message = f"the plan is for target {plan.target}, not {target.name}"
        raise Refused(Problem("plan-target", message, hint=f"make a plan with --target {target.name}"))


def check_new(plan: Plan, state: State) -> None:
    """Raise `Refused` (`plan-applied`) where the plan was applied already."""
    run = state.run_of_plan(plan.plan_id or "")
    if run is not None:
        message = f"this plan was applied already, by {run.who} at {run.finished_at} (run {run.id})"
        raise Refused(Problem("plan-applied", message, hint="a plan is good for one apply: make a new one"))


def read_passwords(
    settings: Settings, plan: Plan, key: FingerprintKey, store: SecretStore | None = None
) -> dict[str, Secret]:
    """The passwords that the plan writes, each still the one that the plan saw, by comparable code.

    `store` may have read them already.

    Raises `Refused`: `key-mismatch`, `plan-stale` for another password, and what reading a secret raises.
    """
    if plan.key_id != key.identity:
        message = f"the plan was made with fingerprint key {plan.key_id}, and this is key {key.identity}"
        raise Refused(Problem("key-mismatch", message, hint="make the plan with the key of the apply"))
    store = store or secrets_of(settings)
    writes = [change for change in plan.changes if change.after.get(PASSWORD) is not None]
    store.read_ahead(change.reference for change in writes if change.reference is not None)
    found: dict[str, Secret] = {}
    problems: list[Problem] = []
    for change in writes:
        if change.reference is None:
            problems.append(Problem("plan-edited", f"the plan does not say where the password of {change.user} is"))
            continue
        try:
            secret = store.read(change.reference)
        except Refused as refused:
            problems += (refused.at(change.location) if change.location else refused).problems
            continue
        if key.fingerprint(secret) != change.after[PASSWORD]:
            message = f"the password of {change.user} is another one since the plan was made"
            problems.append(Problem("plan-stale", message, change.location, "make a new plan"))
        found[change.key] = secret
    refuse_errors(problems)
    return found
