"""All department files in short, and what is left to look at in full."""

from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from efsync.accounts.department import DepartmentFile
from efsync.accounts.foreseen import Foreseen
from efsync.accounts.read import Only, read_department
from efsync.accounts.resolve import Resolver
from efsync.model.accounts import Inactive, LiveAccount
from efsync.model.fields import PASSWORD
from efsync.model.progress import Progress
from efsync.model.secrets import SecretReference
from efsync.secrets.store import SecretStore
from efsync.workflows.desired import with_secrets, without_secrets
from efsync.workflows.known import Known
from efsync.workflows.seen import SeenFile, seen_file
from efsync.workflows.sides import Sides

_MOST_LEFT = 100
"""So many accounts, and half of all besides, may be left to be looked at in full: with more, all are at once."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to compare once the accounts that are proven to be `settled`, and `proofs` of them, are passed over.

    That is `live` accounts, and `only` some of the files, of which some were `read` before. Of `unmanaged` users
    nothing is known or wanted.
    """

    live: list[LiveAccount]
    only: Only
    read: Mapping[Path, DepartmentFile]
    settled: Collection[str]
    unmanaged: int
    proofs: Collection[bytes]


@dataclass(frozen=True)
class Brief:
    """The department `files` of a target in short: those that are `known`, by their names in messages, and all others.

    Of the others' accounts there is what is `foreseen`, by comparable code; or nothing, and they are `left`.
    """

    known: Known
    sides: Sides
    files: Mapping[str, SeenFile]
    foreseen: Mapping[str, Foreseen | None]
    left: Mapping[Path, DepartmentFile]

    @cached_property
    def references(self) -> Mapping[str, SecretReference | None]:
        """Where the password of each account is, by comparable code."""
        return {key: each for file in self.files.values() for key, each in file.references.items()}

    @property
    def goes_together(self) -> bool:
        """Whether no department and no user stands in two files, and no former code among the others or twice."""
        files = self.files.values()
        former = [code for file in files for code in file.former]
        return (
            bool(self.references)
            and len(self.references) == sum(len(file.references) for file in files)
            and len({file.department for file in files}) == len(files)
            and len(set(former)) == len(former)
            and self.references.keys().isdisjoint(former)
        )

    def rest(self, store: SecretStore, inactive: Inactive, progress: Progress) -> Rest | None:
        """What is left to look at; `None` where the files and the ERP disagree about who is there.

        Raises `Refused` where a password may not be had.
        """
        elsewhere = set() if self.known.was_all else self.sides.recorded.keys()
        codes: set[str] = set()
        live: list[LiveAccount] = []
        proofs: list[bytes] = []
        unsettled: set[str] = set()
        unmanaged = 0
        with closing(self.sides.witnessed()) as rows:
            for key, witness, read in rows:
                codes.add(key)
                if key not in self.references:
                    if key in elsewhere:
                        live.append(read())
                    else:
                        unmanaged += 1
                    continue
                progress(len(proofs) + len(unsettled) + 1, len(self.references))
                proof = self._proof(key, witness, read, store)
                if proof is not None:
                    proofs.append(proof)
                    continue
                account = read()
                if not self.known.is_plain or (inactive is Inactive.CLEAR and self._leaves(account)):
                    return None
                unsettled.add(key)
                live.append(account)
        if len(codes) != len(proofs) + len(live) + unmanaged or len(self.references) != len(proofs) + len(unsettled):
            return None
        only = self._files_of(unsettled)
        left = {path: file for path, file in self.left.items() if only[path] == {each.key for each in file.accounts}}
        settled = self.references.keys() - unsettled if live else self.references.keys()
        return Rest(live, only, left, settled, unmanaged, proofs)

    def _proof(self, key: str, witness: bytes, read: Callable[[], LiveAccount], store: SecretStore) -> bytes | None:
        """What stands for an account that is as it shall be, and its row; `None` where it may not be so.

        Raises `Refused` where its password may not be had.
        """
        if key not in self.foreseen:
            proof = self.sides.proof(witness, self._fingerprint(store, key))
            return proof if self.known.was_seen(proof) else None
        foreseen = self.foreseen[key]
        if foreseen is None or not foreseen.is_held_by(account := read()):
            return None
        return self.sides.proof(witness, account.fields.get(PASSWORD) if PASSWORD in foreseen.own else None)

    def _leaves(self, account: LiveAccount) -> bool:
        """Whether an account is to be emptied whose texts were read, and are not wanted."""
        return not account.active and self.foreseen.get(account.key) is not None

    def _files_of(self, keys: set[str]) -> dict[Path, set[str]]:
        """The files with accounts of these comparable codes, and which of those each has."""
        if not keys:
            return {}
        found = {self.known.path_of(name): keys & file.references.keys() for name, file in self.files.items()}
        return {path: some for path, some in found.items() if some}

    def _fingerprint(self, store: SecretStore, key: str) -> str | None:
        """What stands for the password that an account shall have; nothing where secrets are not read.

        Raises `Refused` where it may not be had.
        """
        reference = self.references[key]
        if reference is None:
            return None
        if self.sides.key is None:
            store.check_allowed(reference)
            return None
        return self.sides.key.fingerprint(store.read(reference))


def brief(known: Known, sides: Sides, store: SecretStore) -> Brief | None:
    """All files in short; `None` where too much of them is not as it is remembered, or they don't go together.

    Raises `Refused` where a file or a text can't be read.
    """
    files = dict(known.files)
    foreseen: dict[str, Foreseen | None] = {}
    left: dict[Path, DepartmentFile] = {}
    if known.others:
        columns = sides.users.columns
        read = with_secrets(store, sides.key, columns) if sides.key else without_secrets(store, sides.passwords)
        resolver = Resolver(known.folder, read, columns=columns)
        most_left = _MOST_LEFT + sum(len(file.references) for file in files.values()) // 2
        count = 0
        for path in known.others:
            file = read_department(known.folder, path)
            found = _foreseen(file, resolver, sides)
            foreseen |= found
            if unforeseen := tuple(account for account in file.accounts if found[account.key] is None):
                left[path] = DepartmentFile(file.head, unforeseen)
                count += len(unforeseen)
            stands_twice = len(found) < len(file.accounts)
            if stands_twice or count > most_left + len(foreseen) // 2:
                return None
            files[file.head.file] = seen_file(file, known.folder.digest_of(file.head.file))
    made = Brief(known, sides, files, foreseen, left)
    return made if made.goes_together else None


def _foreseen(file: DepartmentFile, resolver: Resolver, sides: Sides) -> dict[str, Foreseen | None]:
    """What is foreseen of the accounts of a file, by comparable code."""
    recorded, mapped = sides.recorded, sides.users.columns.mapped
    is_mapped = file.head.defaults.keys() <= mapped
    found: dict[str, Foreseen | None] = {}
    for account in file.accounts:
        remembered = recorded.get(account.key)
        if remembered is None or not is_mapped or not account.own.keys() <= mapped:
            found[account.key] = None
        else:
            found[account.key] = resolver.foreseen(account, remembered, unread=sides.key is None)
    return found
