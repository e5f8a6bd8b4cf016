"""`efsync accept`: takes over into the files what changed in the ERP, so that Git says what the ERP says."""

from collections.abc import Iterator
from dataclasses import replace

from efsync.accounts.department import Entry, FileAccount
from efsync.accounts.drafts.texts import settle
from efsync.accounts.resolve import Resolver
from efsync.model.drift import DriftedAccount
from efsync.model.edits import Accepted, Edits
from efsync.model.fields import FIELDS, PASSWORD, UNKNOWN, FieldKind, PlainValue
from efsync.model.language import message
from efsync.model.normal import comparable
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Severity, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.settings.model import Settings
from efsync.workflows.candidates import Candidate, candidate_of
from efsync.workflows.desired import Wanted
from efsync.workflows.drafting import Change, Drafting, file_edits, rewritings
from efsync.workflows.drift import Drifting, drifting
from efsync.workflows.proof import prove
from efsync.workflows.rewriting import rewrite, unfinished
from efsync.workflows.wiring import accounts_of


def accept(
    settings: Settings,
    target: str | None = None,
    selection: Selection = Selection(),
    *,
    write: bool = False,
    progress: Progress = unseen,
) -> Accepted:
    """Bring the values that drifted into the files, each at its own user; only with `write` they are written.

    Passwords are never taken over: what to do with them is among the problems.
    Raises `Refused` for errors in the files, and as `drift` does.
    """
    wanted = Wanted(accounts_of(settings), selection)
    refuse_errors(wanted.departments.problems)
    found = drifting(settings, target, selection, progress=progress)
    resolver = wanted.resolver(lambda _account, _reference: UNKNOWN, found.columns)
    drafting = Drafting(wanted)
    problems: list[Problem] = [*unfinished(settings.folder), *found.problems]
    for change in _changes(found, wanted, resolver, problems):
        drafting.changes[change.account.head.key].append(change)
    refuse_errors(resolver.problems)
    entries, included = _texts(drafting)
    files = drafting.files(entries) | {wanted.folder.path_of(name): text for name, text in included.items()}
    changes = tuple(drafting.everyone)
    accepted = {change.candidate.key: tuple(change.values) for change in changes}
    drafted = Wanted(accounts_of(settings, files), selection)
    prove(drafted, [change.candidate for change in changes], found.columns, accepted)
    written = rewritings(files)
    if write:
        rewrite(written, settings.folder)
    edits = Edits(file_edits(wanted.folder, written), len(wanted.departments.names), write, tuple(problems))
    return Accepted(found.target, edits, len(changes), sum(map(len, accepted.values())))


def _changes(found: Drifting, wanted: Wanted, resolver: Resolver, problems: list[Problem]) -> Iterator[Change]:
    """The values that the files shall have; why others do not come into them is added to the problems."""
    for drifted, live in found.accounts:
        if live is None:
            continue  # drift says so
        account = wanted.accounts.get(comparable(drifted.user))
        if account is None:
            what = message("{user} is in no file: what drifted there is not taken over", user=drifted.user)
            hint = message("the next apply clears or forgets the account, as its file said; write it again to keep it")
            problems.append(Problem("left-out", what, hint=hint, severity=Severity.WARNING))
            continue
        candidate = candidate_of(live, found.columns)
        problems += _not_taken_over(drifted, account, candidate)
        values = _values(drifted, account, candidate, resolver)
        if values:
            yield Change(candidate, account, values)


def _values(
    drifted: DriftedAccount, account: FileAccount, candidate: Candidate, resolver: Resolver
) -> dict[str, PlainValue]:
    """What the account's fields shall say; a text only where its template does not say it by then."""
    names = [each.field for each in drifted.fields if each.field in candidate.fields and each.field in account.entries]
    values: dict[str, PlainValue] = {}
    for html in (False, True):
        own: dict[str, Entry] = {**account.own, **values}
        desired = resolver.account(replace(account, own=own), candidate.live).fields
        for name in names:
            if (FIELDS[name] is FieldKind.HTML) is html and desired.get(name) != candidate.fields[name]:
                values[name] = candidate.fields[name]
    return values


def _not_taken_over(drifted: DriftedAccount, account: FileAccount, candidate: Candidate) -> Iterator[Problem]:
    for name in (each.field for each in drifted.fields):
        if name == PASSWORD:
            yield _password(account)
        elif name in candidate.left_out:
            what = message(
                "{field} of {user} is not taken over: {why}", field=name, user=account.code,
                why=candidate.left_out[name],
            )  # fmt: skip
            yield Problem("left-out", what, account.location, severity=Severity.WARNING)


def _password(account: FileAccount) -> Problem:
    """That somebody changed a password in the ERP, and the two ways on."""
    reference = account.reference
    what = message("the password of {user} was changed in the ERP, and is never taken over", user=account.code)
    if reference is not None:
        hint = message(
            "put the new one where {reference} is read from, or apply to bring back the old one, "
            "with --allow-redirect where it would go elsewhere now",
            reference=reference,
        )
    else:
        hint = message("the files do not manage it: write a reference for it, or null to clear it")
    return Problem("accept-password", what, account.location, hint, Severity.WARNING)


def _texts(drafting: Drafting) -> tuple[dict[tuple[str, str], Entry], dict[str, str]]:
    """Where each text goes: to its own user, or into a file for that user alone, and what those files hold."""
    entries: dict[tuple[str, str], Entry] = {}
    files: dict[str, str] = {}

    def standing(name: str) -> str | None:
        """The text of a file as it will stand there."""
        return files.get(name) or drafting.standing_text(name)

    for change in drafting.everyone:
        for use in change.uses():
            settled = settle([use], standing)
            entries |= settled.entries
            files |= settled.files
    return entries, files
