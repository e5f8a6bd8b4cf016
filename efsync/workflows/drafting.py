"""From the users who come into the files, and the files that are there, to the files as they shall be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from efsync.accounts.department import Entry, FileAccount, Head
from efsync.accounts.document import Document
from efsync.accounts.drafts.department import Draft, department_text
from efsync.accounts.drafts.names import slug
from efsync.accounts.drafts.texts import Use
from efsync.accounts.editing.edit import edited
from efsync.accounts.editing.format import Altered, with_lf
from efsync.accounts.editing.made import Raw, raw
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.resolve import Resolver, person_of
from efsync.model.accounts import OnRemoval
from efsync.model.edits import FileEdit
from efsync.model.fields import FIELDS, PASSWORD, FieldKind, PlainValue
from efsync.model.language import message
from efsync.model.problems import Location, Problem, Refused
from efsync.model.secrets import SecretReference
from efsync.planning.differences import line_difference
from efsync.workflows.candidates import Candidate
from efsync.workflows.desired import Wanted
from efsync.workflows.rewriting import Rewriting

Texts = Mapping[tuple[str, str], Entry]


@dataclass(slots=True)
class Change:
    """An account that is in a file, or comes into one, and the values that its fields shall have."""

    candidate: Candidate
    account: FileAccount
    values: dict[str, PlainValue]
    reference: SecretReference | None = None

    def uses(self) -> Iterable[Use]:
        """The texts among the values."""
        person = person_of(self.account, self.candidate.live)
        for name, value in self.values.items():
            if FIELDS[name] is FieldKind.HTML and isinstance(value, str):
                yield Use(self.candidate.key, name, value, person)

    def entries(self, texts: Texts) -> dict[str, Entry]:
        """What the file shall say of each field."""
        return {name: texts.get((self.candidate.key, name), value) for name, value in self.values.items()}


@dataclass(slots=True)
class Drafting:
    """The changes to standing files, users who come into them, and those of new files, by comparable department."""

    wanted: Wanted
    changes: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    additions: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    new: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))

    @property
    def everyone(self) -> Iterator[Change]:
        """Every change."""
        for kind in (self.changes, self.additions, self.new):
            for changes in kind.values():
                yield from changes

    def files(self, texts: Texts, schema: str | None = None) -> dict[Path, str]:
        """Every department file that changes or is new, with its text; `texts` is where HTML went.

        Raises `Refused` (`by-hand`) where one can't be changed.
        """
        found: dict[Path, str] = {}
        problems = []
        folder = self.wanted.folder
        paths = {folder.shown(path): path for path in folder.department_files()}
        for key in {**self.changes, **self.additions}:
            path = paths[self.wanted.by_department[key].head.file]
            changes, additions = (_raw(side.get(key, ()), texts) for side in (self.changes, self.additions))
            try:
                found[path] = edited(folder.department_text(path), changes, additions)
            except Altered:
                problems.append(_by_hand(folder.shown(path)))
        if problems:
            raise Refused(problems)
        for newcomers in self.new.values():
            department = newcomers[0].account.department
            path = folder.free_path(f"{slug(department) or 'department'}.yaml", found)
            found[path] = department_text(department, [_draft(each, texts) for each in newcomers], schema)
        return found

    def standing_text(self, name: str) -> str | None:
        """The text of a file that may be included, where there is one."""
        if not self.wanted.folder.path_of(name).exists():
            return None
        try:
            return self.wanted.folder.included_text(name)
        except Refused:
            return ""  # like no text that anybody has


def rewritings(files: Mapping[Path, str]) -> list[Rewriting]:
    """What is to be written so that files have these texts; nothing for those that do."""
    found = [
        Rewriting(path, path.read_bytes().decode("utf-8", "replace") if path.exists() else None, text)
        for path, text in sorted(files.items())
    ]
    return [each for each in found if each.before != each.after]


def file_edits(folder: AccountsFolder, files: Iterable[Rewriting]) -> tuple[FileEdit, ...]:
    """What differs in each file."""
    return tuple(FileEdit(folder.shown(each.path), _difference(each), each.is_new) for each in files)


def _difference(file: Rewriting) -> tuple[str, ...]:
    before, after = (with_lf(text)[0] for text in (file.before or "", file.after))
    if file.is_new:
        lines = after.removesuffix("\n").split("\n")
        return (f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines))
    return line_difference(before, after) if before != after else line_difference(file.before or "", file.after)


def _by_hand(file: str) -> Problem:
    """That a file is written in a way that efsync can't change."""
    what = message("efsync can't change this file in place: its anchors, merges or comments stand in the way")
    hint = message("write the accounts below each other, each field on a line of its own; efsync fmt does most of it")
    return Problem("by-hand", what, Location(file), hint)


def newcomer(candidate: Candidate, head: Head) -> FileAccount:
    """The account of a user who comes into a file."""
    return FileAccount(candidate.live.code, candidate.key, {}, head.variables, head)


def new_head(department: str) -> Head:
    """What a new file says of all its users."""
    return Head(department, OnRemoval.CLEAR, {}, Document(department))


def differing(resolver: Resolver, account: FileAccount, candidate: Candidate) -> dict[str, PlainValue]:
    """The values of the ERP where a file manages the field and says something else.

    A template may say something else once its user has another address: so it is looked at again with what changes.
    """
    found: dict[str, PlainValue] = {}
    while True:
        own = {**account.own, **found}
        desired = resolver.account(replace(account, own=own), candidate.live).fields
        more = {
            name: candidate.fields[name]
            for name, value in desired.items()
            if name not in found and name in candidate.fields and candidate.fields[name] != value
        }
        if not more:
            return found
        found |= more


def _raw(changes: Iterable[Change], texts: Texts) -> dict[str, dict[str, Raw]]:
    found: dict[str, dict[str, Raw]] = {}
    for change in changes:
        fields = {name: raw(entry) for name, entry in change.entries(texts).items()}
        if change.reference is not None:
            fields[PASSWORD] = raw(change.reference)
        found[change.account.code] = fields
    return found


def _draft(change: Change, texts: Texts) -> Draft:
    left_out = frozenset(change.candidate.left_out)
    return Draft(change.account.code, change.entries(texts), change.reference, left_out)
