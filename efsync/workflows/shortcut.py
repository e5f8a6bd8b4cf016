"""The short way to a plan: what the last one saw to be as it shall be need not be looked at again."""

import hashlib
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import efsync
from efsync.accounts.department import DepartmentFile
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import Only
from efsync.erp.codecs import identity_of
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD
from efsync.model.normal import comparable
from efsync.model.problems import Problem, Refused
from efsync.model.progress import Progress
from efsync.model.secrets import SecretReference
from efsync.schema.shipped import schema_text
from efsync.secrets.fingerprints import FingerprintKey
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted
from efsync.workflows.seen import Seen, SeenFile, read_seen, write_seen
from efsync.workflows.sides import Sides


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to compare once the accounts that are proven to be `settled`, and `proofs` of them, are passed over.

    That is `live` accounts, and `only` some of the files. Of `unmanaged` users nothing is known or wanted.
    """

    live: list[LiveAccount]
    only: Only
    settled: Collection[str]
    unmanaged: int
    proofs: Collection[bytes]


class Shortcut:
    """What the last plan of a target saw, with passwords or without, and what it is worth now.

    Without a `key` there is nothing to trust: whoever can commit a file could have made it.
    """

    def __init__(self, settings: Settings, target: str, key: FingerprintKey | None, *, secrets: bool) -> None:
        name = hashlib.sha256(f"{target}\0{secrets}".encode()).hexdigest()[:16]
        self._path: Path = settings.folder / ".efsync" / "cache" / name
        self._settings = settings
        self._seen = read_seen(self._path, key) if key else None

    def known(self, folder: AccountsFolder) -> "Known | None":
        """What is known of the files as they are now, which `folder` has read then; `None` where it is too little."""
        if self._seen is None:
            return None
        try:
            known = Known(self._settings, self._seen, folder)
        except Refused:
            return None
        return known if known.is_worthwhile else None

    def remember(
        self,
        sides: Sides,
        folder: AccountsFolder,
        files: Mapping[str, SeenFile],
        proofs: Collection[bytes],
        *,
        differs: bool,
    ) -> None:
        """Keep what a plan saw, which changes accounts where it `differs`."""
        context = _context(self._settings, sides, folder.included)
        seen = Seen(context, differs, (*folder.included,), dict(files), frozenset(proofs))
        assert sides.seals is not None
        if seen != self._seen:
            write_seen(self._path, seen, sides.seals)


class Known:
    """What was seen of those files of `folder` that are still the same. Raises `Refused` where a file can't be read."""

    def __init__(self, settings: Settings, seen: Seen, folder: AccountsFolder) -> None:
        self._settings = settings
        self._seen = seen
        self._folder = folder
        self._paths: dict[str, Path] = {}
        for path in folder.department_files():
            folder.department_text(path)
            self._paths[folder.shown(path)] = path
        for name in seen.included:
            folder.included_text(name)
        self.files = {
            name: file
            for name, file in seen.files.items()
            if name in self._paths and folder.digest_of(name) == file.digest
        }
        self.references = {key: each for file in self.files.values() for key, each in file.references.items()}

    @property
    def is_worthwhile(self) -> bool:
        """Whether it is most of what there is, and the rest can be looked at alone."""
        most = 2 * len(self.files) >= max(len(self._paths), len(self._seen.files))
        return bool(self.references) and most and (self.was_all or (self._is_plain and self._goes_with_new))

    @cached_property
    def _new_files(self) -> dict[Path, None]:
        """The department files of which nothing is known."""
        return {path: None for name, path in self._paths.items() if name not in self.files}

    @cached_property
    def _new(self) -> Wanted:
        return Wanted(self._folder, only=self._new_files)

    @cached_property
    def _is_plain(self) -> bool:
        """Whether the files themselves name all texts; where some are named by others, nobody knows whose they are."""
        return _names(self._seen.files.values()) == set(self._seen.included)

    def names_all(self, new: Mapping[str, SeenFile]) -> bool:
        """Whether the known files and `new` ones name all texts that were read, which did not change meanwhile."""
        names = _names([*self.files.values(), *new.values()])
        return self._folder.is_steady and names == self._folder.included.keys()

    @property
    def passwords(self) -> Iterator[SecretReference]:
        """Where the passwords are, those of new files too."""
        yield from filter(None, self.references.values())
        yield from (reference for _, reference in self._new.passwords)

    @property
    def was_all(self) -> bool:
        """Whether the last plan saw these files and no others, and nothing differed."""
        return not self._seen.differs and len(self.files) == len(self._paths) == len(self._seen.files)

    def holds(self, sides: Sides) -> bool:
        """Whether all else that decides about an account, beside its file, its row and its password, is the same."""
        return self._seen.context == _context(self._settings, sides, self._folder.included)

    def rest(self, sides: Sides, store: SecretStore, progress: Progress) -> Rest | None:
        """What is left to look at; `None` where the files and the ERP disagree about who is there.

        Raises `Refused` where a password may not be had.
        """
        elsewhere = set() if self.was_all else self._new.accounts.keys() | sides.recorded.keys()
        codes: set[str] = set()
        live: list[LiveAccount] = []
        proofs: list[bytes] = []
        unsettled: set[str] = set()
        unmanaged = 0
        with closing(sides.witnessed()) as rows:
            for key, witness, read in rows:
                codes.add(key)
                if key in self.references:
                    progress(len(proofs) + len(unsettled) + 1, len(self.references))
                    proof = sides.proof(witness, _fingerprint(sides, store, self.references[key]))
                    if proof in self._seen.proofs:
                        proofs.append(proof)
                        continue
                    if not self._is_plain:
                        return None
                    unsettled.add(key)
                elif key not in elsewhere:
                    unmanaged += 1
                    continue
                live.append(read())
        if len(codes) != len(proofs) + len(live) + unmanaged or len(self.references) != len(proofs) + len(unsettled):
            return None
        settled = self.references.keys() - unsettled if live else self.references.keys()
        return Rest(live, {**self._new_files, **self._files_of(unsettled)}, settled, unmanaged, proofs)

    @property
    def _goes_with_new(self) -> bool:
        """Whether new files have no problems, name no departments and users that are known, and rename nobody."""
        departments = {file.department for file in self.files.values()}
        former = {code for file in self.files.values() for code in file.former}
        return not self._new.departments.problems and not any(
            file.head.key in departments
            or any(
                account.key in self.references or account.key in former or account.renamed_from is not None
                for account in file.accounts
            )
            for file in self._new.departments.files
        )

    def _files_of(self, keys: set[str]) -> dict[Path, set[str]]:
        found = {self._paths[name]: keys & file.references.keys() for name, file in self.files.items()} if keys else {}
        return {path: some for path, some in found.items() if some}


def seen_files(
    folder: AccountsFolder, files: Collection[DepartmentFile], problems: Iterable[Problem]
) -> dict[str, SeenFile] | None:
    """What was seen of department files of which all accounts were looked at; `None` where a problem is in none."""
    told = {problem.location.file if problem.location else None for problem in problems}
    if not told <= {file.head.file for file in files}:
        return None
    return {
        file.head.file: SeenFile(
            "" if file.head.file in told else folder.digest_of(file.head.file),
            file.head.key,
            tuple(sorted(file.included)),
            tuple(comparable(account.renamed_from) for account in file.accounts if account.renamed_from is not None),
            {account.key: _reference(account.own.get(PASSWORD)) for account in file.accounts},
        )
        for file in files
    }


def _names(files: Iterable[SeenFile]) -> set[str]:
    return {name for file in files for name in file.included}


def _reference(entry: object) -> SecretReference | None:
    return entry if isinstance(entry, SecretReference) else None


def _fingerprint(sides: Sides, store: SecretStore, reference: SecretReference | None) -> str | None:
    """What stands for the password that an account shall have; nothing where secrets are not read.

    Raises `Refused` where it may not be had.
    """
    if reference is None:
        return None
    if sides.key is None:
        store.check_allowed(reference)
        return None
    return sides.key.fingerprint(store.read(reference))


def _context(settings: Settings, sides: Sides, included: Mapping[str, str]) -> str:
    """All that decides about an account beside its file, its row and its password."""
    columns = {
        field: [repr(column.place), repr(column.facts), identity_of(column.codec)]
        for field, column in sides.users.columns.by_field.items()
    }
    parts = [
        efsync.__version__,
        sys.version,
        schema_text("department"),
        included,
        repr(settings.target(sides.target).layout),
        repr(settings.secrets),
        sides.tenant,
        sides.key.identity if sides.key else None,
        sides.revision,
        columns,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
