"""`efsync script`: what apply would do, as SQL for whoever may write where efsync may not."""

import logging
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import efsync
from efsync.database.access import Access
from efsync.database.urls import read_url
from efsync.erp.connection import WHAT
from efsync.erp.field_columns import unwritable
from efsync.erp.script import (
    MARK,
    Client,
    Made,
    Place,
    Work,
    compose,
    find_client,
    header,
    needs_check_key,
    variables_of,
)
from efsync.erp.users import UserTable
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import Overrides, Plan
from efsync.model.problems import Problem, Refused, refuse_errors
from efsync.model.scripts import Script
from efsync.model.secrets import Secret
from efsync.planning.brakes import Limits, brakes
from efsync.planning.knowledge import KnownAccounts, new_passwords
from efsync.planning.staleness import moved
from efsync.settings.model import Settings, TargetSettings
from efsync.state.holder import now
from efsync.workflows.files import replace_file
from efsync.workflows.recovery import with_unfinished_runs
from efsync.workflows.saved_plan import check_new, check_plan, read_passwords, target_of
from efsync.workflows.wiring import erp_of, key_of, state_of

log = logging.getLogger(__name__)

FILE = "script.sql"
"""What a script is called in its own commands where it is in no file yet."""


def script(
    settings: Settings,
    plan: Plan,
    target: str | None = None,
    overrides: Overrides = Overrides(),
    file: str = FILE,
) -> Script:
    """The SQL that does what `plan` says to the ERP of `target`, for the client of its server; writes nothing.

    Raises `Refused` for all that apply would refuse, and `script-empty` where the ERP is as planned already.
    """
    named = target_of(settings, plan, target)
    check_plan(plan, named)
    if not any(change.writes for change in plan.changes):
        nothing, hint = message("the plan writes nothing to the ERP"), message("apply it: efsync remembers")
        raise Refused(Problem("script-empty", nothing, hint=hint))
    with state_of(settings, Access.READ) as state:
        check_new(plan, state)
        key = key_of(settings, state.key_id(), create=False)
        passwords = read_passwords(settings, plan, key)
        log.info("reading the users of %s", plan.target)
        with erp_of(settings, named).reading() as users:
            users.check_transactions()
            users.check_audit(by_others=_is_for_others(plan, named, users))
            _check_tenant(plan, users)
            being_written = users.being_written()
            live, stored = users.read_stored(key.fingerprint)
            applied = state.applied(plan.target, users.tenant)
            applied, retired, problems = with_unfinished_runs(state, plan.target, live, applied, being_written)
            retired += state.retired_passwords(plan.target, users.tenant, new_passwords(plan.changes))
            known = KnownAccounts.of(live, applied, retired)
            _check_changes(plan, users, known, settings.limits, overrides)
            works = _works(plan, live, stored, passwords)
            made = Made(plan, now(), efsync.__version__, _place(settings, named), file)
            return _composed(named, users, works, made, problems)


def write_script(made: Script, path: Path) -> None:
    """Write `made` to `path`, in place of another script that is there, or into a device or pipe.

    Raises `Refused` (`config`) where that can't be done.
    """
    replace_file(path, made.text, message("script"), MARK)


def _check_changes(plan: Plan, users: UserTable, known: KnownAccounts, limits: Limits, overrides: Overrides) -> None:
    """Raise `Refused` for what apply would refuse once it has read the rows."""
    refuse_errors((*moved(plan.changes, known.live), *unwritable(plan.changes, known.live, users.columns)))
    refuse_errors(brakes(plan.changes, known, limits, overrides))


def _works(
    plan: Plan,
    live: Mapping[str, LiveAccount],
    stored: Mapping[str, Mapping[str, Any]],
    passwords: Mapping[str, Secret],
) -> list[Work]:
    variables = variables_of(plan.changes)
    return [
        Work(each, live[each.key], stored[each.key], variables.get(each.key), passwords.get(each.key))
        for each in plan.changes
        if each.writes
    ]


def _composed(
    target: TargetSettings, users: UserTable, works: list[Work], made: Made, problems: tuple[Problem, ...]
) -> Script:
    client = find_client(users.dialect, target.timeouts.statement)
    check_key = secrets.token_hex(32)
    keyed = needs_check_key(works, users.columns)
    variables = tuple(work.variable for work in works if work.variable is not None)
    codec = users.columns.by_field[PASSWORD].place.codec if PASSWORD in users.columns.by_field else "plain"
    body = compose(client, target.layout, users.statements, users.columns, works, check_key)
    return Script(
        target=made.plan.target,
        plan_id=made.plan.plan_id,
        client=client.name,
        text=header(client, made, variables, keyed=keyed, codec=codec) + body,
        variables=variables,
        check_key=check_key if keyed else None,
        summary=made.plan.summary,
        problems=problems,
        commands=_commands(client, made, keyed),
    )


def _commands(client: Client, made: Made, keyed: bool) -> tuple[str, ...]:
    return tuple(client.commands(made.place, made.file, client.passwords_file if keyed else None))


def _is_for_others(plan: Plan, target: TargetSettings, users: UserTable) -> bool:
    """Whether who runs the script may do more than efsync, which then can't see whether an audit procedure is there."""
    audit = target.layout.audit
    fields = {field for change in plan.changes for field in change.after}
    return audit is not None and audit.through == "procedure" and not users.may_write(fields)


def _check_tenant(plan: Plan, users: UserTable) -> None:
    if comparable(users.tenant or "") != comparable(plan.tenant or ""):
        other = message("the plan is for tenant {tenant}, not {other}", tenant=plan.tenant, other=users.tenant)
        raise Refused(Problem("plan-target", other))


def _place(settings: Settings, target: TargetSettings) -> Place:
    """Where the target is, without who connects and how."""
    url = read_url(target.url, settings.folder, WHAT)
    return Place(url.database, url.host, url.port)
