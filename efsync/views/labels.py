"""What people call a mail field: the key of the files in English, the words of the ERP's own screen in Spanish."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from efsync.model.language import translated, word

_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "address": word("field", "address"),
        "password": word("field", "password"),
        "server": word("field", "server"),
        "port": word("field", "port"),
        "ssl": word("field", "ssl"),
        "domain": word("field", "domain"),
        "header": word("field", "header"),
        "signature": word("field", "signature"),
        "footer": word("field", "footer"),
    }
)


def field_label(field: str) -> str:
    """What `field` is called where people read of it; a problem with a key of a file calls it by its key."""
    return translated(_LABELS.get(field, field))


def label_width(fields: Iterable[str] = tuple(_LABELS)) -> int:
    """How long the longest label of these `fields` is."""
    return max(map(len, map(field_label, fields)), default=0)
