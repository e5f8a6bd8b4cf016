"""Compares what is desired, live and applied, account by account."""

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial

from efsync.accounts.renames import renames, still_there
from efsync.accounts.resolve import ReadPassword
from efsync.erp.field_columns import unwritable
from efsync.model.accounts import AppliedAccount, AppliedPassword, LiveAccount
from efsync.model.language import message
from efsync.model.plans import AccountChange, Summary
from efsync.model.problems import Refused, Severity, refuse_errors
from efsync.planning.brakes import brakes
from efsync.planning.build import Comparison, build_comparison
from efsync.planning.knowledge import KnownAccounts, new_passwords
from efsync.secrets.store import SecretStore
from efsync.workflows.asked import Asked
from efsync.workflows.brief import Brief, Rest, brief
from efsync.workflows.desired import Wanted, with_secrets, without_secrets
from efsync.workflows.found import Found
from efsync.workflows.known import Known
from efsync.workflows.seen import seen_file
from efsync.workflows.selection import check_selection
from efsync.workflows.sides import Sides, Whole, open_sides
from efsync.workflows.survey import survey
from efsync.workflows.wiring import accounts_of

log = logging.getLogger(__name__)


def compare_all(asked: Asked) -> Found:
    """Read the department files and both sides of a target, and compare. Raises `Refused` for any error."""
    log.info("reading the department files")
    wanted = Wanted(accounts_of(asked.settings), asked.selection)
    if asked.secrets:
        asked.store.read_ahead(reference for _, reference in wanted.passwords)
    with open_sides(asked.settings, asked.target, secrets=asked.secrets, create_key=True) as sides:
        return compare_within(asked, wanted, sides)


def compare_within(asked: Asked, wanted: Wanted, sides: Sides) -> Found:
    """The same of files that were read and sides that are open. Raises `Refused` for any error."""
    found = _compare(asked, wanted, sides)
    if asked.shortcut is not None and found.proofs:
        files, digest_of = wanted.departments.files, wanted.folder.digest_of
        seen = {file.head.file: seen_file(file, digest_of(file.head.file)) for file in files}
        asked.shortcut.remember(sides, seen, found)
    return found


def compare_rest(asked: Asked) -> Found | None:
    """What `compare_all` would find, where only that is looked at in full which is not as it is remembered.

    `None` where that can't be, or something unusual has to be said. Raises `Refused` where the sides can't be opened.
    """
    settings, shortcut, store = asked.settings, asked.shortcut, asked.store
    try:
        known = shortcut.known() if shortcut is not None else None
        if known is not None and asked.secrets and store.takes_time:
            store.read_ahead(known.references)
    except Refused:
        return None
    if shortcut is None or known is None:
        return None
    with open_sides(settings, asked.target, secrets=asked.secrets, create_key=False) as sides:
        if sides.has_unfinished_runs():
            return None
        try:
            if known.files and not shortcut.holds(known, sides):
                known = Known(accounts_of(settings), None)
            log.info("reading the department files of which nothing is known")
            short = brief(known, sides, store)
            rest = short.rest(store, settings.inactive, asked.progress) if short else None
            if short is None or rest is None:
                log.info("reading all department files")
                return compare_within(asked, Wanted(accounts_of(settings)), sides)
            found = _found_of(asked, short, rest, sides)
            if found is not None:
                shortcut.remember(sides, short.files, found)
            return found
        except Refused:
            return None


def _found_of(asked: Asked, short: Brief, rest: Rest, sides: Sides) -> Found | None:
    """What there is to say of the `rest` of what is known in `short`; `None` where the files changed meanwhile.

    Raises `Refused` for any error.
    """
    known = short.known
    if known.was_all and not rest.live:
        key_id = sides.key.identity if sides.key else None
        summary = Summary(unchanged=len(rest.proofs), unmanaged=rest.unmanaged)
        return Found(known.folder, sides.tenant, key_id, summary)  # there is nothing new to remember
    log.info("looking at the accounts that are not as it is remembered")
    wanted = Wanted(known.folder, only=rest.only, read=rest.read)
    found = _compare(asked, wanted, sides, rest)
    if not known.folder.is_steady or (known.files and not known.names_all(short.files.values())):
        return None
    return replace(found, proofs=[*rest.proofs, *found.proofs])


def _compare(asked: Asked, wanted: Wanted, sides: Sides, rest: Rest | None = None) -> Found:
    """Compare all accounts as they pass, or where a run did not end, all at once, or only a `rest` of them.

    Raises `Refused` for any error.
    """
    settings, selection = asked.settings, asked.selection
    whole = sides.whole() if sides.has_unfinished_runs() else None
    all_recorded = sides.recorded if whole is None else whole.recorded
    settled = rest.settled if rest else ()
    recorded = {key: each for key, each in all_recorded.items() if key not in settled} if settled else all_recorded
    columns = sides.users.columns
    renamed = renames(wanted.accounts, recorded)
    resolver = wanted.resolver(_password_reader(asked.store, sides, whole, renamed), columns)
    prove = sides.proof if whole is None and asked.shortcut and sides.seals else None
    if rest is not None:
        seen = survey(rest.live, wanted, resolver, recorded, selection, settings.inactive, prove)
    else:
        with closing(sides.each(witnessed=prove is not None) if whole is None else whole.each()) as passing:
            seen = survey(passing, wanted, resolver, recorded, selection, settings.inactive, prove, asked.progress)
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
        for problem in brakes(comparison.changes, known, settings.limits, asked.overrides)
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


def _password_reader(store: SecretStore, sides: Sides, whole: Whole | None, renamed: Mapping[str, str]) -> ReadPassword:
    if sides.key is not None:
        return with_secrets(store, sides.key, sides.users.columns)
    return without_secrets(store, partial(_passwords_as_applied, sides, whole, renamed))


def _passwords_as_applied(
    sides: Sides, whole: Whole | None, renamed: Mapping[str, str]
) -> Mapping[str, AppliedPassword]:
    """The password of each account as applied, by comparable code, those of `renamed` ones by their new one too."""
    passwords = whole.passwords() if whole else sides.passwords()
    former = {key: passwords[before] for key, before in renamed.items() if before in passwords}
    return passwords | former if former else passwords
