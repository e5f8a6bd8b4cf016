"""A quick word on whether data is valid; what is wrong where it is not, `messages` says."""

from functools import cache
from typing import Any

from efsync.schema.shipped import schema_text


def is_fine(name: str, data: object) -> bool:
    """Whether `data` is valid against the schema `name`; `False` also for what no JSON can be, such as a date."""
    try:
        return bool(_validator(schema_text(name)).is_valid(data))
    except ValueError:
        return False


@cache
def _validator(text: str) -> Any:
    import jsonschema_rs  # not needed for `efsync --help`

    return jsonschema_rs.Draft202012Validator(text, validate_formats=True)
