"""Puts rooms and settings together."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from efsync.accounts.folder import AccountsFolder
from efsync.database.access import Access
from efsync.model.foreign import reason
from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.secrets.fingerprints import FingerprintKey, create_key, passing_key, read_key
from efsync.secrets.store import SecretStore
from efsync.settings.model import Settings, TargetSettings

if TYPE_CHECKING:  # slow to import, and not needed by commands that open no database
    from efsync.erp.connection import Erp
    from efsync.state.store import State


def accounts_of(settings: Settings, drafted: Mapping[Path, str] | None = None) -> AccountsFolder:
    """The accounts folder, of the work tree or of a commit; what is `drafted` counts as if it stood there."""
    roots = settings.secrets.get("file", {}).get("roots", ())
    there = settings.revision or settings
    closed = (there.folder / root for root in roots)
    return AccountsFolder(there.accounts, there.folder, closed, drafted)


def erp_of(settings: Settings, target: TargetSettings) -> "Erp":
    """The target's database."""
    from efsync.erp.connection import Erp

    return Erp(target.url, target.layout, target.tenant, settings.folder, target.timeouts)


def state_of(settings: Settings, access: Access) -> "AbstractContextManager[State]":
    """The state, opened to read or to write."""
    from efsync.state.store import open_state

    return open_state(settings.state_url, settings.folder, access, settings.state_timeouts)


def secrets_of(settings: Settings) -> SecretStore:
    """All providers of secrets, with their allow-lists."""
    return SecretStore(settings.secrets, settings.folder, settings.file)


def key_of(settings: Settings, key_id: str | None, *, create: bool) -> FingerprintKey:
    """The fingerprint key, which has to be the one called `key_id` where the state knows one.

    Where there is none yet it is made, or without `create` another one is used and thrown away.
    Raises `Refused` (`key-mismatch`) where it is another key than the state's.
    """
    key = own_key(settings)
    hint = message("set EFSYNC_KEY, or bring back .efsync/key, from where the last apply ran")
    if key is None and key_id is not None:
        missing = message("the key that made the state's fingerprints is missing")
        raise Refused(Problem("key-mismatch", missing, hint=hint))
    if key is None:
        return _made_key(_key_file(settings)) if create else passing_key()
    if key_id not in (None, key.identity):
        other = message(
            "the state's fingerprints were made with key {key}, and this is key {own}", key=key_id, own=key.identity
        )
        raise Refused(Problem("key-mismatch", other, hint=hint))
    return key


def own_key(settings: Settings) -> FingerprintKey | None:
    """The key of `EFSYNC_KEY` or of the file beside the settings; `None` where there is neither.

    Raises `Refused` (`config`) where it can't be used.
    """
    return read_key(_key_file(settings))


def sealing_key(settings: Settings) -> FingerprintKey | None:
    """The same, for what can be done without; `None` where it can't be used, too."""
    with suppress(Refused):
        return own_key(settings)
    return None


def _key_file(settings: Settings) -> Path:
    return settings.folder / ".efsync" / "key"


def _made_key(path: Path) -> FingerprintKey:
    try:
        return create_key(path)
    except OSError as error:
        unmade = message("the fingerprint key {file} can't be made: {reason}", file=path, reason=reason(error))
        raise Refused(Problem("config", unmade, hint=message("set EFSYNC_KEY where nothing can be written"))) from None
