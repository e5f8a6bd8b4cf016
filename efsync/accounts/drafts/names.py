"""Names of new files."""

import re
import unicodedata
from collections.abc import Callable, Collection
from itertools import count

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """`text` as part of a file's name: small letters without accents, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_A_NAME.sub("-", plain).strip("-")


def free(wanted: str, taken: Callable[[str], bool]) -> str:
    """The first of `wanted`, `wanted-2`, … that is not taken; its ending stays an ending."""
    stem, dot, ending = wanted.rpartition(".")
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{dot}{ending}" for number in count(1))
    return next(name for name in names if not taken(name))


def text_name(field: str, departments: Collection[str], user: str | None = None) -> str:
    """What a text of a field is called that such departments share, or that is a user's alone."""
    parts = [slug(each) for each in departments] if len(departments) == 1 else []
    if user is not None:
        parts.append(slug(user))
    return f"_templates/{'-'.join(part for part in (*parts, field) if part)}.html"
