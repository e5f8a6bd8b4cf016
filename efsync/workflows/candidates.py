"""What a department file can say of a user as the ERP holds it."""

from collections.abc import Mapping
from dataclasses import dataclass

from efsync.accounts.drafts.values import why_not_value
from efsync.erp.field_columns import FieldColumns
from efsync.model.accounts import LiveAccount
from efsync.model.fields import PASSWORD, PlainValue, Unknown
from efsync.model.language import Message, message


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user and what a file can say of its fields; `left_out` has those that none can."""

    live: LiveAccount
    fields: Mapping[str, PlainValue]
    left_out: Mapping[str, Message]
    has_password: bool

    @property
    def key(self) -> str:
        """The code as the database compares it."""
        return self.live.key

    @property
    def has_mail(self) -> bool:
        """Whether anything is set; that SSL is off is what a new row of the ERP says."""
        return self.has_password or bool(self.left_out) or any(self.fields.values())


def candidate_of(live: LiveAccount, columns: FieldColumns) -> Candidate:
    """What files can say of a user."""
    fields: dict[str, PlainValue] = {}
    left_out: dict[str, Message] = {}
    for name, value in live.fields.items():
        if live.shared and columns.is_property(name):
            left_out[name] = message(
                "another tenant has a user of this code too, and property rows do not say of which they are"
            )
        elif name != PASSWORD and not isinstance(value, Unknown):
            why = why_not_value(name, value) or _misfit(columns, name, value)
            if why is None:
                fields[name] = value
            else:
                left_out[name] = why
    has_password = PASSWORD not in left_out and live.fields.get(PASSWORD) is not None
    return Candidate(live, fields, left_out, has_password)


def _misfit(columns: FieldColumns, name: str, value: PlainValue) -> Message | None:
    """That the ERP holds what apply would not write; a database may not look at the length of texts."""
    why = columns.misfit(name, value) if value is not None else None
    return message("the ERP holds more than its column takes: {why}", why=why) if why else None
