"""What is known of the department files before they are read for their content."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from efsync.accounts.folder import AccountsFolder
from efsync.accounts.read import read_department
from efsync.model.secrets import SecretReference
from efsync.workflows.seen import Seen, SeenFile


class Known:
    """The department files of `folder`, and what was `seen` of those that are still the same.

    Raises `Refused` where a file can't be read.
    """

    def __init__(self, folder: AccountsFolder, seen: Seen | None) -> None:
        self.folder = folder
        self._seen = seen
        self._paths = {folder.shown(path): path for path in folder.department_files()}
        self.files: dict[str, SeenFile] = {}
        if seen is not None:
            for path in self._paths.values():
                folder.department_text(path)
            for name in seen.included:
                folder.included_text(name)
            self.files = {
                name: file
                for name, file in seen.files.items()
                if name in self._paths and folder.digest_of(name) == file.digest
            }

    @property
    def is_worthwhile(self) -> bool:
        """Whether anything is known, and a part of it can be looked at alone."""
        return bool(self.files) and (self.was_all or self.is_plain)

    @cached_property
    def is_plain(self) -> bool:
        """Whether the files themselves name all texts; where some are named by others, nobody knows whose they are."""
        return self._seen is None or _names(self._seen.files.values()) == set(self._seen.included)

    @property
    def was_all(self) -> bool:
        """Whether the last plan saw these files and no others, and nothing differed."""
        seen = self._seen
        return seen is not None and not seen.differs and len(self.files) == len(self._paths) == len(seen.files)

    @property
    def references(self) -> Iterator[SecretReference]:
        """Where the passwords are, those of other files too. Raises `Refused` where one of these can't be read."""
        for file in self.files.values():
            yield from filter(None, file.references.values())
        for path in self.others:
            yield from filter(None, (account.reference for account in read_department(self.folder, path).accounts))

    def names_all(self, files: Iterable[SeenFile]) -> bool:
        """Whether these files name all texts that were read."""
        return _names(files) == self.folder.included.keys()

    def path_of(self, name: str) -> Path:
        """Where a file is, by its name in messages."""
        return self._paths[name]

    def was_seen(self, proof: bytes) -> bool:
        """Whether the last plan saw the account that a proof stands for to be as it shall be."""
        return self._seen is not None and proof in self._seen.proofs

    @cached_property
    def others(self) -> list[Path]:
        """The department files of which nothing is known."""
        return [path for name, path in self._paths.items() if name not in self.files]


def _names(files: Iterable[SeenFile]) -> set[str]:
    return {name for file in files for name in file.included}
