"""Where the keys of a TOML file stand: Python's parser gives no places."""

import re
import tomllib

from efsync.model.language import message
from efsync.model.problems import Location

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*\[(?P<name>[^\[\]]+)\]\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(?P<name>(?:"[^"]*"|'[^']*'|[\w.-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*""")


class Places:
    """The places of keys and values in the text of a valid TOML file, one key a line."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._keys: dict[Path, Location] = {}
        self._values: dict[Path, Location] = {}
        table: Path = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = _path(header["name"])
                self._keys[table] = Location(file, number, header.start("name") + 1)
            elif key := _KEY.match(line):
                path = (*table, *_path(key["name"]))
                self._keys[path] = Location(file, number, key.start("name") + 1)
                self._values[path] = Location(file, number, key.end() + 1)

    def locate(self, path: Path, key: bool = False) -> Location:
        """The place of the value at `path`, or of its key; of the nearest thing around it where it has none."""
        places = self._keys if key else self._values
        for length in range(len(path), 0, -1):
            found = places.get(path[:length]) or self._keys.get(path[:length])
            if found:
                return found
        return Location(self._file)


def in_table(said: str, table: Path) -> str:
    """What is `said`, and in which table of the settings; the top one has no name."""
    return message("{said}, in [{table}]", said=said, table=".".join(map(str, table))) if table else said


def _path(name: str) -> Path:
    """The parts of a dotted name, as TOML itself reads them; nothing where it is no name."""
    try:
        found: object = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(found, dict):
        ((part, found),) = found.items()
        parts.append(part)
    return tuple(parts)
