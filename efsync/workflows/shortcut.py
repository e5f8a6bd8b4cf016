"""The short way to a plan: what the last one saw to be as it shall be need not be looked at again."""

import hashlib
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import efsync
from efsync.erp.codecs import identity_of
from efsync.model.problems import Refused
from efsync.schema.shipped import schema_text
from efsync.secrets.fingerprints import FingerprintKey
from efsync.settings.model import Settings
from efsync.workflows.found import Found
from efsync.workflows.known import Known
from efsync.workflows.seen import Seen, SeenFile, read_seen, write_seen
from efsync.workflows.sides import Sides
from efsync.workflows.wiring import accounts_of


class Shortcut:
    """What the last plan of a target saw, with passwords or without, and what it is worth now.

    Without a `key` there is nothing to trust: whoever can commit a file could have made it.
    """

    def __init__(self, settings: Settings, target: str, key: FingerprintKey | None, *, secrets: bool) -> None:
        name = hashlib.sha256(f"{target}\0{secrets}".encode()).hexdigest()[:16]
        self._path: Path = settings.folder / ".efsync" / "cache" / name
        self._settings = settings
        self._has_key = key is not None
        self._seen = read_seen(self._path, key) if key is not None else None

    def known(self) -> Known | None:
        """What is known of the files as they are now; `None` without a key.

        Raises `Refused` where the accounts folder can't be read.
        """
        if not self._has_key:
            return None
        if self._seen is not None:
            with suppress(Refused):  # of texts that nothing includes any more, perhaps
                known = Known(accounts_of(self._settings), self._seen)
                if known.is_worthwhile:
                    return known
        return Known(accounts_of(self._settings), None)

    def holds(self, known: Known, sides: Sides) -> bool:
        """Whether all else that decides about an account, beside its file, its row and its password, is the same."""
        return self._seen is not None and self._seen.context == _context(self._settings, sides, known.folder.included)

    def remember(self, sides: Sides, files: Mapping[str, SeenFile], found: Found) -> None:
        """Keep what a plan `found` of these department files, by their names in messages.

        One of which there is something to say is to be looked at the next time too. Where that is not of a file, or
        no account is as it shall be, nothing is kept.
        """
        told = {problem.location.file if problem.location else "" for problem in found.problems}
        if not found.proofs or not told <= files.keys():
            return
        included = found.folder.included
        try:
            context = _context(self._settings, sides, included)
        except Refused:  # the codec has no key, and needed none
            return
        seen = Seen(
            context,
            bool(found.changes),
            tuple(included),
            {name: replace(file, digest="") if name in told else file for name, file in files.items()},
            frozenset(found.proofs),
        )
        assert sides.seals is not None
        if seen != self._seen:
            write_seen(self._path, seen, sides.seals)


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
