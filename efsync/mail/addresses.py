"""What an address in a mail leads to, as the most careless mail program would read it."""

import re

from efsync.model.language import message

_IGNORED = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+")
"""What programs skip in an address, or people do not see: blanks, line ends, control characters."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SCRIPTS = frozenset({"javascript", "vbscript", "livescript", "mocha", "jscript"})
_BLOCKED = frozenset({"file", "data"})

Problem = tuple[str, str]
"""A code and a sentence."""


def scheme_of(address: str) -> str:
    """The scheme of an address, in lower case; empty where it has none."""
    found = _SCHEME.match(_IGNORED.sub("", address))
    return found[1].lower() if found else ""


def address_problem(address: str) -> Problem | None:
    """What is wrong with an address wherever it stands."""
    scheme = scheme_of(address)
    if scheme in _SCRIPTS:
        return "html-script-url", message("the address is a script ({scheme}:)", scheme=scheme)
    if scheme in _BLOCKED:
        return "mail-url", message("the address begins with {scheme}:", scheme=scheme)
    return None


def image_problem(address: str) -> Problem | None:
    """What is wrong with an address as that of a picture."""
    if scheme_of(address) in ("https", "cid", *_SCRIPTS, *_BLOCKED):
        return None
    return "mail-image-http", message("a picture has no address with https:")


def listed(candidates: str) -> list[str]:
    """The addresses of a srcset attribute."""
    return [each.split()[0] for each in re.split(r",(?=\s|$)|(?<=[\dwx]),", candidates) if each.strip()]
