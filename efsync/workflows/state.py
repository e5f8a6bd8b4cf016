"""`efsync state`: what efsync remembers, and how to make it forget."""

from efsync.database.access import Access
from efsync.model.accounts import AppliedAccount
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Refused
from efsync.model.runs import Holder
from efsync.settings.model import Settings
from efsync.workflows.selection import check_selection
from efsync.workflows.wiring import erp_of, state_of


def list_state(
    settings: Settings, target: str | None = None, selection: Selection = Selection()
) -> tuple[AppliedAccount, ...]:
    """The accounts that were applied to a target, by code."""
    accounts = tuple(_applied(settings, target).values())
    check_selection(selection, accounts)
    return tuple(each for each in accounts if selection.covers(each.code, each.department))


def show_state(settings: Settings, user: str, target: str | None = None) -> AppliedAccount:
    """One account as applied. Raises `Refused` (`selection`) where efsync never applied it."""
    found = _applied(settings, target).get(comparable(user))
    if found is None:
        unknown = message("the state knows no user {user}", user=user)
        raise Refused(Problem("selection", unknown, hint=message("`efsync state list` shows them")))
    return found


def forget(settings: Settings, user: str, target: str | None = None) -> AppliedAccount:
    """Forget one account: the ERP stays as it is, and drift there is no longer seen.

    Raises `Refused`: `selection` where the account is not in the state, `locked` during an apply.
    """
    name = settings.target(target).name
    tenant = tenant_of(settings, name)
    with state_of(settings, Access.CREATE) as state:
        holder = state.lock(name)
        try:
            account = show_state(settings, user, name)
            state.forget(name, tenant, account.key)
            return account
        finally:
            state.release(name, holder.token)


def lock_holder(settings: Settings, target: str | None = None) -> Holder | None:
    """Who holds a target's lock."""
    with state_of(settings, Access.READ) as state:
        return state.holder(settings.target(target).name)


def break_lock(settings: Settings, target: str | None = None) -> Holder | None:
    """Take the lock away from its holder; who that was. An apply that still runs can do no harm, but fails."""
    with state_of(settings, Access.CREATE) as state:
        return state.break_lock(settings.target(target).name)


def upgrade_state(settings: Settings) -> None:
    """Bring a state of an older efsync up to date; where there is none, none is made.

    Raises `Refused` where it can't be read, or is of a newer efsync.
    """
    try:
        with state_of(settings, Access.READ):
            return
    except Refused as refused:
        if any(problem.code != "state-version" for problem in refused.problems):
            raise
    with state_of(settings, Access.CREATE):
        pass


def _applied(settings: Settings, target: str | None) -> dict[str, AppliedAccount]:
    name = settings.target(target).name
    tenant = tenant_of(settings, name)
    with state_of(settings, Access.READ) as state:
        return state.applied(name, tenant)


def tenant_of(settings: Settings, target: str) -> str | None:
    """The target's tenant: as its settings name it, or else the only one in the ERP."""
    named = settings.target(target).tenant
    if named is not None:
        return named
    with erp_of(settings, settings.target(target)).reading() as users:
        return users.tenant
