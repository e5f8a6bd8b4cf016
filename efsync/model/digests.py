"""A short stand-in for what efsync remembers of an account: two records that are equal have the same one."""

from hashlib import blake2b

from efsync.model.accounts import AppliedAccount, DesiredAccount, OnRemoval
from efsync.model.fields import PASSWORD, Value, Values
from efsync.model.secrets import SecretReference


def record_digest(account: AppliedAccount | DesiredAccount) -> str:
    """The digest of all that is remembered of an account but which password it has."""
    marks = place_mark(account.department, account.on_removal) ^ reference_mark(account.reference)
    return shown(marks ^ fields_mark(account.fields))


def shown(mark: int) -> str:
    """A mark as the state keeps it."""
    return f"{mark:032x}"


def place_mark(department: str, on_removal: OnRemoval) -> int:
    """What the department of an account and its end add to a digest."""
    return _mark("department", department) ^ _mark("on_removal", on_removal.value)


def reference_mark(reference: SecretReference | None) -> int:
    """What the reference of its password adds."""
    return _mark("reference", str(reference)) if reference else 0


def fields_mark(fields: Values) -> int:
    """What fields add, in whatever order: marks are put together by exclusive or, and taken out by it again."""
    mark = 0
    for field, value in fields.items():
        mark ^= _mark(field, value is None if field == PASSWORD else value)
    return mark


def _mark(name: str, value: Value) -> int:
    text = f"{name}\0{type(value).__name__}\0{value}"
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())
