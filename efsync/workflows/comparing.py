"""Compares what is desired, live and applied, account by account."""

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace

from efsync.accounts.renames import renames, still_there
from efsync.accounts.resolve import ReadPassword
from efsync.erp.field_columns import unwritable
from efsync.model.accounts import AppliedAccount, AppliedPassword, LiveAccount
from efsync.model.language import message
from efsync.model.plans import AccountChange, Overrides, Selection, Summary
from efsync.model.problems import Refused, Severity, refuse_errors
from efsync.model.progress import Progress
from efsync.planning.brakes import brakes
from efsync.planning.build import Comparison, build_comparison
from efsync.planning.knowledge import KnownAccounts, new_passwords
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.workflows.brief import Brief, Rest, brief
from efsync.workflows.desired import Wanted, with_secrets, without_secrets
from efsync.workflows.found import Found
from efsync.workflows.known import Known
from efsync.workflows.seen import seen_file
from efsync.workflows.selection import check_selection
from efsync.workflows.shortcut import Shortcut
from efsync.workflows.sides import Sides, Whole, open_sides
from efsync.workflows.survey import survey
from efsync.workflows.wiring import accounts_of

log = logging.getLogger(__name__)


def compare_all(
    settings: Settings,
    target: str,
    store: SecretStore,
    shortcut: Shortcut | None,
    selection: Selection,
    overrides: Overrides,
    progress: Progress,
    *,
    secrets: bool,
) -> Found:
    """Read the department files and both sides of a target, and compare; a `shortcut` may remember what was seen.

    Raises `Refused` for any error.
    """
    log.info("reading the department files")
    folder = accounts_of(settings)
    wanted = Wanted(folder, selection)
    if secrets:
        store.read_ahead(reference for _, reference in wanted.passwords)
    with open_sides(settings, target, secrets=secrets, create_key=True) as sides:
        return compare_within(settings, wanted, sides, store, shortcut, selection, overrides, progress)


def compare_within(
    settings: Settings,
    wanted: Wanted,
    sides: Sides,
    store: SecretStore,
    shortcut: Shortcut | None,
    selection: Selection,
    overrides: Overrides,
    progress: Progress,
) -> Found:
    """The same of files that were read and sides that are open. Raises `Refused` for any error."""
    proving = shortcut is not None and sides.can_be_proven
    found = _compare(settings, wanted, sides, store, selection, overrides, progress, proving=proving)
    if shortcut is not None and found.proofs:
        files, digest_of = wanted.departments.files, wanted.folder.digest_of
        seen = {file.head.file: seen_file(file, digest_of(file.head.file)) for file in files}
        shortcut.remember(sides, seen, found)
    return found


def compare_rest(
    settings: Settings,
    target: str,
    store: SecretStore,
    shortcut: Shortcut,
    overrides: Overrides,
    progress: Progress,
    *,
    secrets: bool,
) -> Found | None:
    """What `compare_all` would find, where only that is looked at in full which is not as it is remembered.

    `None` where that can't be, or something unusual has to be said. Raises `Refused` where the sides can't be opened.
    """
    try:
        known = shortcut.known()
        if known is None:
            return None
        if secrets and store.takes_time:
            store.read_ahead(known.references)
    except Refused:
        return None
    with open_sides(settings, target, secrets=secrets, create_key=False) as sides:
        if sides.has_unfinished_runs():
            return None
        try:
            if known.files and not shortcut.holds(known, sides):
                known = Known(accounts_of(settings), None)
            log.info("reading the department files of which nothing is known")
            short = brief(known, sides, store)
            rest = short.rest(store, settings.inactive, progress) if short else None
            if short is None or rest is None:
                log.info("reading all department files")
                wanted = Wanted(accounts_of(settings))
                return compare_within(settings, wanted, sides, store, shortcut, Selection(), overrides, progress)
            return _compare_rest(settings, short, rest, sides, store, shortcut, overrides, progress)
        except Refused:
            return None


def _compare_rest(
    settings: Settings,
    short: Brief,
    rest: Rest,
    sides: Sides,
    store: SecretStore,
    shortcut: Shortcut,
    overrides: Overrides,
    progress: Progress,
) -> Found | None:
    """What there is to say of the `rest` of what is known in `short`; `None` where the files changed meanwhile.

    Raises `Refused` for any error.
    """
    known = short.known
    if known.was_all and not rest.live:
        key_id = sides.key.identity if sides.key else None
        return Found(known.folder, sides.tenant, key_id, Summary(unchanged=len(rest.proofs), unmanaged=rest.unmanaged))
    log.info("looking at the accounts that are not as it is remembered")
    wanted = Wanted(known.folder, only=rest.only, read=rest.read)
    found = _compare(settings, wanted, sides, store, Selection(), overrides, progress, rest, proving=True)
    if not known.folder.is_steady or (known.files and not known.names_all(short.files.values())):
        return None
    found = replace(found, proofs=[*rest.proofs, *found.proofs])
    shortcut.remember(sides, short.files, found)
    return found


def _compare(
    settings: Settings,
    wanted: Wanted,
    sides: Sides,
    store: SecretStore,
    selection: Selection,
    overrides: Overrides,
    progress: Progress,
    rest: Rest | None = None,
    *,
    proving: bool,
) -> Found:
    """Compare all accounts as they pass, or where a run did not end, all at once, or only a `rest` of them.

    Raises `Refused` for any error.
    """
    whole = sides.whole() if sides.has_unfinished_runs() else None
    all_recorded = sides.recorded if whole is None else whole.recorded
    settled = rest.settled if rest else ()
    recorded = {key: each for key, each in all_recorded.items() if key not in settled} if settled else all_recorded
    columns = sides.users.columns
    renamed = renames(wanted.accounts, recorded)
    resolver = wanted.resolver(_password_reader(sides, store, whole, renamed), columns)
    prove = sides.proof if whole is None and proving else None
    if rest is not None:
        seen = survey(rest.live, wanted, resolver, recorded, selection, settings.inactive, prove)
    else:
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
        seen.desired,
        seen.live,
        applied,
        selection,
        settled=seen.settled + len(settled),
        unmanaged=seen.unmanaged + (rest.unmanaged if rest else 0),
    )
    refuse_errors(unwritable(comparison.changes, seen.live, columns))
    known = _known(sides, whole, seen.live, applied, all_recorded, comparison)
    warnings = tuple(
        replace(
            problem,
            severity=Severity.WARNING,
            message=message("apply will refuse this: {brake}", brake=problem.message),
        )
        for problem in brakes(comparison.changes, known, settings.limits, overrides)
    )
    found = Found(
        folder=wanted.folder,
        tenant=sides.tenant,
        key_id=sides.key.identity if sides.key else None,
        summary=comparison.summary,
        changes=comparison.changes,
        problems=(
            *(whole.problems if whole else ()),
            *problems,
            *sides.undecodable({*seen.named, *recorded}),
            *comparison.problems,
        ),
        brakes=warnings,
        proofs=seen.proofs,
    )
    return replace(found, changes=_with_last_changes(found.changes, sides))


def _with_last_changes(changes: tuple[AccountChange, ...], sides: Sides) -> tuple[AccountChange, ...]:
    """The same, with who changed the accounts that drifted; nothing can be read from the ERP after it."""
    drifted = [change.user for change in changes if change.drifted]
    last = sides.users.last_changes(drifted) if drifted else {}
    return tuple(replace(change, last_change=last.get(change.key)) for change in changes) if last else changes


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


def _password_reader(sides: Sides, store: SecretStore, whole: Whole | None, renamed: Mapping[str, str]) -> ReadPassword:
    if sides.key is not None:
        return with_secrets(store, sides.key, sides.users.columns)

    def applied() -> Mapping[str, AppliedPassword]:
        passwords = whole.passwords() if whole else sides.passwords()
        former = {key: passwords[before] for key, before in renamed.items() if before in passwords}
        return passwords | former if former else passwords

    return without_secrets(store, applied)
