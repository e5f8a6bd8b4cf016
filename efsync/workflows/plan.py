"""`efsync plan`: what apply would do."""

import logging
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import efsync
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.renames import renames, still_there
from efsync.accounts.resolve import ReadPassword
from efsync.erp.field_columns import unwritable
from efsync.model.accounts import AppliedAccount, LiveAccount
from efsync.model.language import message
from efsync.model.plans import Overrides, Plan, Selection
from efsync.model.problems import Problem, Severity, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.planning.brakes import brakes
from efsync.planning.build import Comparison, build_comparison
from efsync.planning.document import plan_id_of
from efsync.planning.knowledge import KnownAccounts, new_passwords
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.state.holder import now
from efsync.workflows.desired import Wanted, with_secrets, without_secrets
from efsync.workflows.selection import check_selection
from efsync.workflows.shortcut import Shortcut
from efsync.workflows.sides import Sides, Whole, open_sides
from efsync.workflows.source import source_of
from efsync.workflows.survey import survey
from efsync.workflows.wiring import accounts_of, own_key, secrets_of

log = logging.getLogger(__name__)


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
    name = settings.target(target).name
    folder = accounts_of(settings)
    store = store or secrets_of(settings)
    is_usual = secrets and selection == Selection() and settings.revision is None
    shortcut = Shortcut(settings, name, own_key(settings)) if is_usual else None
    found = _found_again(settings, name, folder, store, shortcut, progress) if shortcut else None
    if found is None:
        log.info("reading the department files")
        folder = accounts_of(settings)  # the other one has read what was included last time too
        wanted = Wanted(folder, selection)
        if secrets:
            store.read_ahead(reference for _, reference in wanted.passwords)
        with open_sides(settings, name, secrets=secrets, create_key=True) as sides:
            found = _compare(settings, wanted, sides, store, selection, overrides, progress)
            if shortcut and found.proofs and not found.comparison.changes and not found.problems:
                shortcut.remember(sides, folder, wanted, found.proofs)
    made = Plan(
        target=name,
        tenant=found.tenant,
        efsync_version=efsync.__version__,
        created_at=now(),
        selection=selection,
        source=source_of(settings, folder),
        summary=found.comparison.summary,
        changes=found.comparison.changes,
        problems=found.problems,
        key_id=found.key_id,
        without_secrets=not secrets,
    )
    return replace(made, plan_id=plan_id_of(made))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a comparison found, all that is to be said, and the accounts that are as they shall be."""

    tenant: str | None
    key_id: str | None
    comparison: Comparison
    problems: tuple[Problem, ...]
    proofs: Collection[bytes] = ()


def _compare(
    settings: Settings,
    wanted: Wanted,
    sides: Sides,
    store: SecretStore,
    selection: Selection,
    overrides: Overrides,
    progress: Progress,
) -> _Found:
    """Compare all accounts as they pass, or where a run did not end, all at once. Raises `Refused` for any error."""
    whole = sides.whole() if sides.has_unfinished_runs() else None
    recorded = sides.recorded() if whole is None else whole.recorded()
    columns = sides.users.columns
    renamed = renames(wanted.accounts, recorded)
    resolver = wanted.resolver(_password_reader(sides, store, whole, renamed), columns)
    prove = sides.proof if whole is None and sides.can_be_proven else None
    with closing(sides.each(witnessed=prove is not None) if whole is None else whole.each()) as passing:
        seen = survey(passing, wanted, resolver, recorded, selection, settings.inactive, prove, progress)
    problems = (
        *wanted.problems(resolver, seen.named, seen.others, columns),
        *(still_there(wanted.accounts[key]) for key, former in renamed.items() if former in seen.live),
    )
    refuse_errors(problems)
    keys = [*seen.desired, *(key for key in recorded if key not in wanted.accounts)]
    applied = whole.only(keys) if whole else sides.applied(keys)
    check_selection(selection, [*wanted.named, *seen.named.values(), *seen.others, *applied.values()])
    for key, former in renamed.items():  # an account that is not asked for keeps its old code for now
        if (remembered := applied.pop(former, None)) is not None and key in seen.desired:
            applied[key] = remembered
    comparison = build_comparison(
        seen.desired, seen.live, applied, selection, settled=seen.settled, unmanaged=seen.unmanaged
    )
    refuse_errors(unwritable(comparison.changes, seen.live, columns))
    known = _known(sides, whole, seen.live, applied, recorded, comparison)
    warnings = (
        replace(
            problem,
            severity=Severity.WARNING,
            message=message("apply will refuse this: {brake}", brake=problem.message),
        )
        for problem in brakes(comparison.changes, known, settings.limits, overrides)
    )
    found = _Found(
        tenant=sides.tenant,
        key_id=sides.key.identity if sides.key else None,
        comparison=comparison,
        problems=(
            *(whole.problems if whole else ()),
            *problems,
            *sides.undecodable({*seen.named, *recorded}),
            *comparison.problems,
            *warnings,
        ),
        proofs=seen.proofs,
    )
    return replace(found, comparison=_with_last_changes(comparison, sides))


def _with_last_changes(comparison: Comparison, sides: Sides) -> Comparison:
    """The same, with who changed the accounts that drifted; nothing can be read from the ERP after it."""
    drifted = [change.user for change in comparison.changes if change.drifted]
    last = sides.users.last_changes(drifted) if drifted else {}
    changes = (replace(change, last_change=last.get(change.key)) for change in comparison.changes)
    return replace(comparison, changes=tuple(changes)) if last else comparison


def _known(
    sides: Sides,
    whole: Whole | None,
    live: Mapping[str, LiveAccount],
    applied: Mapping[str, AppliedAccount],
    recorded: Mapping[str, int],
    comparison: Comparison,
) -> KnownAccounts:
    """What the brakes need to know."""
    new = new_passwords(comparison.changes)
    if whole is None:
        return sides.known(live, applied, recorded, new)
    return KnownAccounts.of(whole.live, whole.applied, (*sides.retired(new), *whole.retired))


def _found_again(
    settings: Settings,
    name: str,
    folder: AccountsFolder,
    store: SecretStore,
    shortcut: Shortcut,
    progress: Progress,
) -> _Found | None:
    """That nothing differs, where the shortcut knows it."""
    if not shortcut.applies_to(folder):
        return None
    store.read_ahead(shortcut.references)
    with open_sides(settings, name, secrets=True, create_key=False) as sides:
        summary = None if sides.has_unfinished_runs() else shortcut.summary(sides, folder, store, progress)
        if summary is None:
            return None
        key_id = sides.key.identity if sides.key else None
        return _Found(sides.tenant, key_id, Comparison((), summary, ()), ())


def _password_reader(sides: Sides, store: SecretStore, whole: Whole | None, renamed: Mapping[str, str]) -> ReadPassword:
    if sides.key is not None:
        return with_secrets(store, sides.key, sides.users.columns)
    passwords = whole.passwords() if whole else sides.passwords()
    former = {key: passwords[before] for key, before in renamed.items() if before in passwords}
    return without_secrets(store, {**passwords, **former})
