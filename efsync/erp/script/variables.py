"""The variables of the client that a script needs: one for each new password, and the key of its checks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from efsync.model.fields import PASSWORD
from efsync.model.plans import AccountChange
from efsync.model.scripts import ScriptVariable

CHECK_KEY = "check_key"
"""Keys the hashes in a script, so that no password can be guessed from them."""

_UNSAFE = re.compile("[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Variable:
    """Stands in a statement for the value of a client's variable."""

    name: str


def variables_of(changes: Iterable[AccountChange]) -> dict[str, ScriptVariable]:
    """The variable of each account that gets a password, by comparable code.

    Names have letters, digits and underscores only, and no two differ by upper and lower case alone: some clients
    take those for one.
    """
    found: dict[str, ScriptVariable] = {}
    taken: set[str] = set()
    for change in changes:
        if change.after.get(PASSWORD) is None:
            continue
        base = name = "password_" + _UNSAFE.sub("_", change.user)
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.lower())
        found[change.key] = ScriptVariable(name, change.user, change.reference)
    return found
