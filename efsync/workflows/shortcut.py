"""The short way to a plan that finds nothing: the same files and state as last time, and no row that was not seen."""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import efsync
from efsync.accounts.folder import AccountsFolder
from efsync.erp.codecs import identity_of
from efsync.model.fields import PASSWORD
from efsync.model.plans import Summary
from efsync.model.problems import Refused
from efsync.model.progress import Progress
from efsync.model.secrets import SecretReference
from efsync.schema.shipped import schema_text
from efsync.secrets.fingerprints import FingerprintKey
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings
from efsync.workflows.desired import Wanted
from efsync.workflows.seen import Seen, read_seen, write_seen
from efsync.workflows.sides import Sides


class Shortcut:
    """The rows that the last plan of a target saw, and what they are worth now.

    Without a `key` there is nothing to trust: whoever can commit a file could have made it.
    """

    def __init__(self, settings: Settings, target: str, key: FingerprintKey | None) -> None:
        name = hashlib.sha256(target.encode()).hexdigest()[:16]
        self._path: Path = settings.folder / ".efsync" / "cache" / name
        self._settings = settings
        self._seen = read_seen(self._path, key) if key else None

    def applies_to(self, folder: AccountsFolder) -> bool:
        """Whether the files can all be read as they were; `folder` has read them then."""
        if self._seen is None:
            return False
        try:
            for path in folder.department_files():
                folder.department_text(path)
            for name in self._seen.included:
                folder.included_text(name)
        except Refused:
            return False
        return True

    @property
    def references(self) -> Iterator[SecretReference]:
        """Where the passwords are."""
        if self._seen is not None:
            yield from filter(None, self._seen.references.values())

    def summary(self, sides: Sides, folder: AccountsFolder, store: SecretStore, progress: Progress) -> Summary | None:
        """What a plan counts that finds nothing; `None` where it may find something, and has to look."""
        seen = self._seen
        if seen is None or seen.context != _context(self._settings, sides, folder):
            return None
        settled = unmanaged = 0
        codes: set[str] = set()
        with closing(sides.proven_rows()) as rows:
            for key, proof in rows:
                codes.add(key)
                if key not in seen.references:
                    unmanaged += 1
                elif sides.proof(proof, _fingerprint(sides, store, seen.references[key])) in seen.proofs:
                    settled += 1
                    progress(settled, len(seen.references))
                else:
                    return None
        if settled != len(seen.references) or len(codes) != settled + unmanaged:
            return None
        return Summary(unchanged=settled, unmanaged=unmanaged)

    def remember(self, sides: Sides, folder: AccountsFolder, wanted: Wanted, proofs: Iterable[bytes]) -> None:
        """Keep what a plan saw that found nothing, and nothing to say."""
        passwords = ((account.key, account.own.get(PASSWORD)) for account in wanted.each())
        references = {key: each if isinstance(each, SecretReference) else None for key, each in passwords}
        context = _context(self._settings, sides, folder)
        assert sides.key is not None
        write_seen(self._path, Seen(context, folder.included, references, frozenset(proofs)), sides.key)


def _fingerprint(sides: Sides, store: SecretStore, reference: SecretReference | None) -> str | None:
    """What stands for the password that an account shall have; nothing where secrets are not read."""
    if reference is None or sides.key is None:
        return None
    try:
        return sides.key.fingerprint(store.read(reference))
    except Refused:
        return None


def _context(settings: Settings, sides: Sides, folder: AccountsFolder) -> str:
    """All that decides about an account beside its row and its password."""
    columns = {
        field: [repr(column.place), repr(column.facts), identity_of(column.codec)]
        for field, column in sides.users.columns.by_field.items()
    }
    parts = [
        efsync.__version__,
        sys.version,
        schema_text("department"),
        folder.digest(b""),
        repr(settings.target(sides.target).layout),
        repr(settings.secrets),
        sides.tenant,
        sides.key.identity if sides.key else None,
        sides.revision,
        columns,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
