"""A short stand-in for what efsync remembers of an account: two records that are equal have the same digest.

Each part of a record has a mark, a number of 128 bits. Marks are put together by exclusive or, in whatever order, and
taken out by it again.
"""

from functools import lru_cache
from hashlib import blake2b

from efsync.model.accounts import AppliedAccount, DesiredAccount, OnRemoval
from efsync.model.fields import Value, Values
from efsync.model.secrets import SecretReference


def record_digest(account: AppliedAccount | DesiredAccount) -> int:
    """The digest of all that is remembered of an account."""
    place = place_mark(account.department, account.on_removal)
    return place ^ reference_mark(account.reference) ^ fields_mark(account.fields)


def place_mark(department: str, on_removal: OnRemoval) -> int:
    """What the department of an account and its end add to a digest."""
    return field_mark("department", department) ^ field_mark("on_removal", on_removal.value)


def reference_mark(reference: SecretReference | None) -> int:
    """What the reference of its password adds."""
    return field_mark("reference", str(reference)) if reference else 0


def fields_mark(fields: Values) -> int:
    """What fields add."""
    mark = 0
    for field, value in fields.items():
        mark ^= field_mark(field, value)
    return mark


def field_mark(name: str, value: Value) -> int:
    """What one field adds."""
    return _mark_of_few(name, value) if name in _OF_FEW_VALUES else _mark(name, value)


def _mark(name: str, value: Value) -> int:
    text = f"{name}\0{type(value).__name__}\0{value}"
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())


# many accounts have the same in these
_OF_FEW_VALUES = frozenset({"department", "on_removal", "server", "port", "ssl", "domain"})
_mark_of_few = lru_cache(maxsize=1_000, typed=True)(_mark)
