"""What the ERP holds of an account that is as it shall be, in short."""

from collections.abc import Mapping
from dataclasses import dataclass

from efsync.model.accounts import LiveAccount
from efsync.model.digests import fields_mark
from efsync.model.fields import Value
from efsync.model.normal import comparable


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The comparable `department` of a file, the values that its accounts `share`, and the `mark` of an account's own.

    These are of the fields called `own`; their mark takes less room than they do.
    """

    department: str
    shared: Mapping[str, Value]
    own: tuple[str, ...]
    mark: int

    def is_held_by(self, live: LiveAccount) -> bool:
        """Whether the user is active, in the file's department, and has these values."""
        held = live.fields
        return (
            live.active
            and comparable(live.department) == self.department
            and all(held.get(field) == value for field, value in self.shared.items() if field not in self.own)
            and fields_mark({field: held.get(field) for field in self.own}) == self.mark
        )
