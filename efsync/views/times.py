"""Times as people read them."""

import re

from efsync.views.visible import visible

_UTC = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")


def time_text(at: str) -> str:
    """A time of efsync's own (UTC, ISO 8601) without parts of a second; what is none stays as it is."""
    found = _UTC.fullmatch(at)
    return f"{found[1]} {found[2]} UTC" if found else visible(at)
