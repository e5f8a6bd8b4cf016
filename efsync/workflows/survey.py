"""Looks at every account as it passes: what is as it shall be is only counted, whatever is not is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from efsync.accounts.resolve import Resolver
from efsync.model.accounts import DesiredAccount, LiveAccount, LiveUser, Recorded
from efsync.model.fields import PASSWORD, Value
from efsync.model.plans import Selection
from efsync.model.secrets import SecretReference
from efsync.planning.compare import is_settled
from efsync.workflows.desired import Wanted


class Proof(NamedTuple):
    """What stands for the row of a settled account, and its password: the fingerprint, and where it is to be found."""

    row: bytes
    password: Value
    reference: SecretReference | None


@dataclass(slots=True)
class Survey:
    """What was seen. `desired` and `live` have the accounts that a plan may be about, `present` every live user."""

    desired: dict[str, DesiredAccount] = field(default_factory=dict)
    live: dict[str, LiveAccount] = field(default_factory=dict)
    present: dict[str, LiveUser] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    settled: int = 0
    unmanaged: int = 0


def survey(
    accounts: Iterable[LiveAccount],
    wanted: Wanted,
    resolver: Resolver,
    recorded: Mapping[str, Recorded],
    selection: Selection,
) -> Survey:
    """Let the live `accounts` pass; what is wrong with the wanted ones is in the problems of `resolver` after that."""
    seen = Survey()
    unsettled: dict[str, DesiredAccount] = {}
    for live in accounts:
        key = live.key
        seen.present[key] = LiveUser(live.code, live.department, live.active)
        found = wanted.accounts.get(key)
        if found is None:
            if key in recorded:
                seen.live[key] = live
            else:
                seen.unmanaged += selection.covers(live.code, live.department)
            continue
        desired = resolver.account(*found, live)
        if not selection.covers(desired.code, desired.department):
            continue
        if is_settled(desired, live, recorded.get(key)):
            seen.settled += 1
            seen.proofs[key] = Proof(live.witness, desired.fields.get(PASSWORD), desired.reference)
        else:
            unsettled[key] = desired
            seen.live[key] = live
    for file, account in wanted.each():
        key = account.key
        if key not in seen.present or wanted.accounts[key][1] is not account:
            resolver.account(file, account, None)  # for what is wrong with it
        elif key in unsettled:
            seen.desired[key] = unsettled[key]
    return seen
