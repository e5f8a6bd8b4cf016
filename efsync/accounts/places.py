"""Where the parts of a plain file stand: looked up once somebody asks."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from efsync.model.problems import Location, Refused

if TYPE_CHECKING:
    from efsync.accounts.document import Document, Path

_USERS = re.compile(r"^users: *(?:#.*)?\n", re.MULTILINE)
_NEXT_SECTION = re.compile(r"^[^ #\n]", re.MULTILINE)
_FIRST_INDENT = re.compile(r"^( +)[^ #\n]", re.MULTILINE)
_KEY = r"""^{indent}(?:'((?:[^'\n]|'')*)'|"([^"\n]*)"|([^ #'"\n][^\n]*?)) *:(?: |$)"""


class LookedUpPlaces:
    """The places of the file called `file`, whose text `read` gives, and which has the users `codes` in this order.

    The line of a user is found by its look; for all else the file is read as `document.parse` does.
    """

    def __init__(self, file: str, read: Callable[[], str], codes: Sequence[str]) -> None:
        self._file = file
        self._read = read
        self._codes = codes

    @property
    def file(self) -> str:
        """The file, as messages name it."""
        return self._file

    def locate(self, path: "Path", key: bool = False) -> Location:
        """As `Document.locate`."""
        if key and len(path) == 2 and path[0] == "users" and path[1] in self._users:
            return self._users[str(path[1])]
        return self._document.locate(path, key)

    def within(self, path: "Path", text: str, line: int, column: int) -> Location:
        """As `Document.within`."""
        return self._document.within(path, text, line, column)

    @cached_property
    def _text(self) -> str:
        try:
            return self._read()
        except Refused:  # gone since it was read
            return ""

    @cached_property
    def _document(self) -> "Document":
        from efsync.accounts.document import parse  # slow to import, and seldom needed

        return parse(self._text, self._file)

    @cached_property
    def _users(self) -> dict[str, Location]:
        """The places of the users; none where what looks like their keys is not just them."""
        found = dict(_keys(self._text, self._file))
        return found if list(found) == list(self._codes) else {}


def _keys(text: str, file: str) -> Iterator[tuple[str, Location]]:
    """What looks like a key right below `users`, and where."""
    head = _USERS.search(text)
    if head is None:
        return
    section = _NEXT_SECTION.search(text, head.end())
    end = section.start() if section else len(text)
    first = _FIRST_INDENT.search(text, head.end(), end)
    if first is None:
        return
    indent = first[1]
    line, counted = 1, 0
    for key in re.compile(_KEY.format(indent=indent), re.MULTILINE).finditer(text, head.end(), end):
        line += text.count("\n", counted, key.start())
        counted = key.start()
        single, double, plain = key.groups()
        code = single.replace("''", "'") if single is not None else double if double is not None else plain
        yield code, Location(file, line, len(indent) + 1)
