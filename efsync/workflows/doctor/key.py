"""Whether the fingerprint key is there, safe, and the one that the state's fingerprints were made with."""

import os
from collections.abc import Iterator

from efsync.database.access import Access
from efsync.model.checks import Check, Topic, check_of, fine
from efsync.model.language import message
from efsync.model.problems import Refused
from efsync.secrets.fingerprints import VARIABLE, read_key
from efsync.settings.model import Settings
from efsync.workflows.wiring import key_of, state_of


def key_checks(settings: Settings, *, state_can_be_read: bool) -> Iterator[Check]:
    """The key by itself, and beside the state where that can be read; none is made."""
    try:
        key = read_key(settings.folder / ".efsync" / "key")
        known = _known(settings) if state_can_be_read else None
        if key is not None or known is not None:
            key_of(settings, known, create=False)
    except Refused as refused:
        remedy = message("let efsync read it, or set {variable}", variable=VARIABLE)
        yield from (check_of(Topic.KEY, problem, remedy=remedy) for problem in refused.problems)
        return
    if key is None:
        yield fine(Topic.KEY, message("there is no fingerprint key yet: the first plan makes one"))
        return
    in_file = message(".efsync/key, which nobody else can read")
    facts = {"key": key.identity, "source": VARIABLE if VARIABLE in os.environ else in_file}
    if known:
        made = message("key {key}, made the state's fingerprints; it comes from {source}", **facts)
        yield fine(Topic.KEY, made)
    else:
        yield fine(Topic.KEY, message("key {key}; it comes from {source}", **facts))


def _known(settings: Settings) -> str | None:
    with state_of(settings, Access.READ) as state:
        return state.key_id()
