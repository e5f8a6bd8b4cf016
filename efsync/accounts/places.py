"""Where the parts of a plain file stand: looked up once somebody asks."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from efsync.model.problems import Location, Refused

if TYPE_CHECKING:
    from efsync.accounts.document import Document, Path

_USERS = re.compile(r"users: *(?:#.*)?")
_INDENT = re.compile(r" +(?=[^ #])")
_KEY = re.compile(r"""(?:'((?:[^']|'')*)'|"([^"]*)"|([^ #'"].*?)) *:(?: |$)""")


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
        if key and len(path) == 2 and path[0] == "users" and path[1] in (users := _users_of(self)):
            return users[str(path[1])]
        return self._document.locate(path, key)

    def within(self, path: "Path", text: str, line: int, column: int) -> Location:
        """As `Document.within`."""
        return self._document.within(path, text, line, column)

    def _text(self) -> str:
        try:
            return self._read()
        except Refused:  # gone since it was read
            return ""

    @cached_property
    def _document(self) -> "Document":
        from efsync.accounts.document import parse  # slow to import, and seldom needed

        return parse(self._text(), self._file)

    def users(self) -> dict[str, Location]:
        """The places of the users; none where what looks like their keys is not just them."""
        found = dict(_keys(self._text().split("\n"), self._file))
        return found if list(found) == list(self._codes) else {}


@lru_cache(maxsize=16)
def _users_of(places: LookedUpPlaces) -> dict[str, Location]:
    """The places of a file's users, kept for the last few files: somebody else asks for those of the next one."""
    return places.users()


def _keys(lines: list[str], file: str) -> Iterator[tuple[str, Location]]:
    """What looks like a key right below `users`, and where."""
    head = next((number for number, line in enumerate(lines) if _USERS.fullmatch(line)), len(lines))
    below = range(head + 1, len(lines))
    end = next((number for number in below if lines[number][:1] not in ("", " ", "#")), len(lines))
    indents = (found[0] for line in lines[head + 1 : end] if (found := _INDENT.match(line)))
    indent = next(indents, "")
    column = len(indent)
    for number, line in enumerate(lines[head + 1 : end], start=head + 2):
        if line.startswith(indent) and line[column : column + 1] != " " and (key := _KEY.match(line, column)):
            single, double, plain = key.groups()
            code = single.replace("''", "'") if single is not None else double if double is not None else plain
            yield code, Location(file, number, column + 1)
