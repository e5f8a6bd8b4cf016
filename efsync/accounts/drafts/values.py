"""Which values of the ERP can stand in a department file."""

import re
from functools import cache

from efsync.accounts.folder import MAX_TEXT_BYTES
from efsync.model.fields import FIELDS, FieldKind, Value
from efsync.model.language import Message, message
from efsync.schema.fine import is_fine

_BYTE_ORDER_MARK = "\ufeff"
_UNREPRESENTABLE = re.compile("[\x00\ud800-\udfff]")


def why_not_user(code: str) -> Message | None:
    """Why a user can't stand in a file; `None` where it can."""
    if _is_valid("VENTAS", code, {}):
        return None
    return message("its code is longer than ten characters, or has a control character or a blank at its start")


def why_not_department(name: str) -> Message | None:
    """Why a department can't have a file; `None` where it can."""
    if _is_valid(name, "A", {}):
        return None
    return message("its name has a control character or a blank at its start, or is too long")


def why_not_value(field: str, value: Value) -> Message | None:
    """Why a value of a field can't stand in a file; `None` where it can. Says nothing of the value."""
    if isinstance(value, str):
        if _UNREPRESENTABLE.search(value):
            return message("it holds a character that no file can hold")
        if len(value.encode()) > MAX_TEXT_BYTES:
            return message("it is longer than {limit:,} bytes", limit=MAX_TEXT_BYTES)
        if FIELDS[field] is FieldKind.HTML:
            return None
    return None if _is_valid_value(field, value) else message("it is no {field} as the schema has it", field=field)


def may_be_included(text: str) -> bool:
    """Whether a file can hold a text and give it back as it is."""
    return not text.startswith(_BYTE_ORDER_MARK)


@cache
def _is_valid_value(field: str, value: Value) -> bool:
    return _is_valid("VENTAS", "A", {field: value})


def _is_valid(department: str, code: str, fields: dict[str, Value]) -> bool:
    return is_fine("department", {"version": 1, "department": department, "users": {code: fields}})
