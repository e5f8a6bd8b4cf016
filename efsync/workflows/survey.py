"""Looks at every account as it passes: what is as it shall be is only counted, whatever is not is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from efsync.accounts.department import FileAccount
from efsync.model.accounts import DesiredAccount, Inactive, LiveAccount, LiveUser
from efsync.model.fields import PASSWORD, Value
from efsync.model.plans import Selection
from efsync.model.progress import Progress, unseen
from efsync.planning.compare import is_settled
from efsync.workflows.desired import Wanted

Prove = Callable[[bytes, Value], bytes]
"""What stands for a row, of which there is a witness, and for the password that it shall have."""


class Resolves(Protocol):
    """What says what an account is to be, and keeps what is wrong with it."""

    def account(self, account: FileAccount, live: LiveAccount | None) -> DesiredAccount:
        """What one account is to be."""
        ...


@dataclass(slots=True)
class Survey:
    """What was seen. `desired` and `live` have the accounts that a plan may be about, the rest is in short.

    `named` has the live users that the files name, `others` those that they don't, and `proofs` what stands for each
    account that is as it shall be. The dictionaries are by comparable code.
    """

    desired: dict[str, DesiredAccount] = field(default_factory=dict)
    live: dict[str, LiveAccount] = field(default_factory=dict)
    named: dict[str, LiveUser] = field(default_factory=dict)
    others: list[LiveUser] = field(default_factory=list)
    proofs: list[bytes] = field(default_factory=list)
    settled: int = 0
    unmanaged: int = 0


def survey(
    accounts: Iterable[LiveAccount],
    wanted: Wanted,
    resolver: Resolves,
    recorded: Mapping[str, int],
    selection: Selection,
    inactive: Inactive = Inactive.KEEP,
    prove: Prove | None = None,
    progress: Progress = unseen,
) -> Survey:
    """Let the live `accounts` pass; what is wrong with the wanted ones is in the problems of `resolver` after that.

    With `inactive` as clear, those whose user is not active are to be empty, and nothing of them is resolved.
    """
    seen = Survey()
    unsettled: dict[str, DesiredAccount] = {}
    absent = 0
    alike: dict[tuple[str, bool], LiveUser] = {}  # nobody needs the code of who is named in a file
    for live in accounts:
        account = wanted.accounts.get(live.key)
        if account is None:
            seen.others.append(LiveUser(live.code, live.department, live.active))
            if live.key in recorded:
                seen.live[live.key] = live
            else:
                seen.unmanaged += selection.covers(live.code, live.department)
            continue
        key = account.key
        where = (live.department, live.active)
        seen.named[key] = alike.setdefault(where, LiveUser("", *where))
        progress(len(seen.named), len(wanted.accounts))
        leaves = inactive is Inactive.CLEAR and not live.active
        desired = _leaving(account) if leaves else resolver.account(account, live)
        if not selection.covers(desired.code, desired.department):
            continue
        if is_settled(desired, live, recorded.get(key)):
            seen.settled += 1
            if prove is not None:
                seen.proofs.append(prove(live.witness, desired.fields.get(PASSWORD)))
        else:
            unsettled[key] = desired
            seen.live[key] = live
    for account in wanted.each():
        key = account.key
        if key not in seen.named or wanted.accounts[key] is not account:
            absent += 1
            progress(len(seen.named) + absent, len(wanted.accounts))
            resolver.account(account, None)  # for what is wrong with it
        elif key in unsettled:
            seen.desired[key] = unsettled[key]
    return seen


def _leaving(account: FileAccount) -> DesiredAccount:
    """What becomes of an account that is to be empty: every field that its file names."""
    head = account.head
    nothing = dict.fromkeys(account.entries)
    return DesiredAccount(account.code, head.department, head.on_removal, nothing, placed=account, leaves=True)
