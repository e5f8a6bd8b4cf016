"""Looks at every user of the ERP once: who is meant, who comes into the files, whose password is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from efsync.erp.field_columns import FieldColumns
from efsync.model.accounts import LiveAccount, LiveUser
from efsync.model.plans import Selection
from efsync.model.secrets import Secret
from efsync.workflows.desired import Wanted
from efsync.workflows.import_.people import People


@dataclass(slots=True)
class Seen:
    """Every user in short, those who are named in files by comparable code; who comes into files; their passwords."""

    people: People
    users: list[LiveUser] = field(default_factory=list)
    named: dict[str, LiveUser] = field(default_factory=dict)
    others: list[LiveUser] = field(default_factory=list)
    secrets: dict[str, Secret] = field(default_factory=dict)


def look(
    users: Iterable[tuple[LiveAccount, Secret | None]],
    wanted: Wanted,
    selection: Selection,
    columns: FieldColumns,
    *,
    keep: bool,
) -> Seen:
    """Look at all users; their passwords are held only with `keep`."""
    seen = Seen(People(columns))
    for live, secret in users:
        user = LiveUser(live.code, live.department, live.active)
        seen.users.append(user)
        is_standing = live.key in wanted.accounts
        if is_standing:
            seen.named[live.key] = user
        else:
            seen.others.append(user)
        if selection.covers(live.code, live.department):
            seen.people.add(live, is_standing=is_standing)
            if keep and secret is not None and live.key in seen.people.candidates:
                seen.secrets[live.key] = secret
    return seen
