"""The story of `efsync import`."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from os.path import relpath
from pathlib import Path

from efsync.accounts.department import FileAccount
from efsync.accounts.drafts.texts import settle
from efsync.accounts.resolve import Resolver
from efsync.model.edits import Edits, Imported
from efsync.model.fields import UNKNOWN, PlainValue
from efsync.model.language import message, plural
from efsync.model.plans import Selection
from efsync.model.problems import Problem, Severity, named, refuse_errors
from efsync.model.progress import Progress, unseen
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.workflows.candidates import Candidate
from efsync.workflows.desired import Wanted
from efsync.workflows.drafting import Change, Drafting, differing, file_edits, new_head, newcomer, rewritings
from efsync.workflows.import_ import suggested
from efsync.workflows.import_.export import Export
from efsync.workflows.import_.look import Seen, look
from efsync.workflows.import_.people import departments_of
from efsync.workflows.import_.references import Pattern, reference_problems
from efsync.workflows.proof import prove
from efsync.workflows.rewriting import Rewriting, rewrite, unfinished
from efsync.workflows.selection import check_selection
from efsync.workflows.wiring import accounts_of, erp_of, secrets_of

log = logging.getLogger(__name__)

SCHEMA = Path("schemas") / "department.schema.json"


def import_accounts(
    settings: Settings,
    target: str | None = None,
    selection: Selection = Selection(),
    *,
    password_ref: str | None = None,
    export_to: Path | None = None,
    write: bool = False,
    progress: Progress = unseen,
) -> Imported:
    """Draft department files from what `target` holds, and bring its values into those that are there already.

    Only with `write` anything is written: the files, and the passwords to new files in `export_to`.
    Raises `Refused` for errors in the files, in references, and where a file can't be changed in place.
    """
    name = settings.target(target).name
    pattern = Pattern.read(password_ref) if password_ref else None
    export = Export.to(export_to, settings) if export_to else None
    wanted = Wanted(accounts_of(settings, None if settings.accounts.exists() else {}), selection)
    refuse_errors(wanted.departments.problems)
    log.info("reading the users of %s", name)
    with erp_of(settings, settings.target(name)).reading() as users:
        columns = users.columns
        seen = look(users.with_passwords(), wanted, selection, columns, keep=export is not None)
        undecodable = dict(users.undecodable)
    check_selection(selection, (*seen.users, *wanted.named))
    resolver = wanted.resolver(lambda _account, _reference: UNKNOWN, columns)
    drafting = _draft(wanted, seen, resolver, pattern)
    refuse_errors(wanted.problems(resolver, seen.named, seen.others, columns))
    references = {change.account.code: change.reference for change in drafting.everyone if change.reference}
    store = secrets_of(settings)
    refuse_errors(reference_problems(references, wanted.departments.passwords, store))
    files = _files(settings, drafting)
    drafted = Wanted(accounts_of(settings, files), selection)
    prove(drafted, seen.people.candidates.values(), columns, progress=progress)
    if export is not None:
        export.add(drafted, seen.secrets, undecodable)
    found = rewritings(files)
    problems = (
        *unfinished(settings.folder),
        *seen.people.problems,
        *(export.problems if export else ()),
        *_unmanaged_passwords(settings, drafting, store),
    )
    if write:
        _write(found, settings, export)
    edits = Edits(file_edits(wanted.folder, found), len(drafted.departments.names), write, problems)
    made = _imported(name, edits, drafting, seen)
    return replace(made, exported=len(export.references), folder=str(export_to)) if export else made


def _files(settings: Settings, drafting: Drafting) -> dict[Path, str]:
    """Every file that changes or is new, those that are included too."""
    texts = settle((use for change in drafting.everyone for use in change.uses()), drafting.standing_text)
    included = {drafting.wanted.folder.path_of(each): text for each, text in texts.files.items()}
    return drafting.files(texts.entries, _schema(settings)) | included


def _write(files: list[Rewriting], settings: Settings, export: Export | None) -> None:
    """Write all of it, or nothing."""
    take_away = export.write() if export else None
    try:
        rewrite(files, settings.folder)
    except BaseException:
        if take_away is not None:
            take_away()
        raise


def _imported(target: str, edits: Edits, drafting: Drafting, seen: Seen) -> Imported:
    changed = sum(map(len, drafting.changes.values()))
    new = sum(len(changes) for kind in (drafting.additions, drafting.new) for changes in kind.values())
    return Imported(
        target=target,
        edits=edits,
        new=new,
        changed=changed,
        same=len(seen.people.candidates) - new - changed,
        without_mail=seen.people.without_mail,
        references=sum(change.reference is not None for change in drafting.everyone),
    )


def _draft(wanted: Wanted, seen: Seen, resolver: Resolver, pattern: Pattern | None) -> Drafting:
    """What changes in standing files, who comes into them, and who makes up new ones."""
    drafting = Drafting(wanted)
    for key, candidates in departments_of(seen.people.candidates.values()).items():
        file = wanted.by_department.get(key)
        head = file.head if file else new_head(_spelled(candidates))
        for candidate in candidates:
            account = wanted.accounts.get(candidate.key)
            if account is not None:
                values = differing(resolver, account, candidate)
                if values:
                    drafting.changes[account.head.key].append(Change(candidate, account, values))
                continue
            if head.defaults.keys() & candidate.left_out.keys():
                why = message("the defaults of their file would change a field that no file can hold")
                seen.people.drop(candidate.key, why)
                continue
            account = newcomer(candidate, head)
            reference = pattern.of(account.code, head.department) if pattern and candidate.has_password else None
            if file is None:
                drafting.new[key].append(Change(candidate, account, dict(candidate.fields), reference))
            else:
                values = _beside_defaults(resolver, account, candidate)
                drafting.additions[key].append(Change(candidate, account, values, reference))
    return drafting


def _beside_defaults(resolver: Resolver, account: FileAccount, candidate: Candidate) -> dict[str, PlainValue]:
    """What a user who comes into a file says beside its defaults."""
    given = resolver.account(account, candidate.live).fields
    return {
        name: value
        for name, value in candidate.fields.items()
        if (given[name] != value if name in given else value is not None)
    }


def _spelled(candidates: list[Candidate]) -> str:
    """How most users' rows spell their department."""
    return Counter(candidate.live.department for candidate in candidates).most_common(1)[0][0]


def _schema(settings: Settings) -> str | None:
    """Where editors find the schema, as seen from a department file; nothing where it is not beside the settings."""
    path = settings.folder / SCHEMA
    return Path(relpath(path, settings.accounts)).as_posix() if path.is_file() else None


def _unmanaged_passwords(settings: Settings, drafting: Drafting, store: SecretStore) -> Iterator[Problem]:
    """That passwords stay where they are, because nobody said how their references are called."""
    users = [
        change.account
        for kind in (drafting.additions, drafting.new)
        for changes in kind.values()
        for change in changes
        if change.candidate.has_password and change.reference is None
    ]
    if users:
        what = plural("the password of {count} new user is not managed ({users})",
            "the passwords of {count} new users are not managed ({users})",
            len(users), users=named([user.code for user in users]))  # fmt: skip
        hint = suggested.hint(settings.secrets, users, tuple(drafting.wanted.departments.passwords), store)
        yield Problem("left-out", what, hint=hint, severity=Severity.WARNING)
