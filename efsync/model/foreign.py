"""What libraries and the operating system say, which is English: their known sentences become messages."""

import re
from collections.abc import Callable
from string import Formatter

from efsync.model.language import Message, message


class Sentences:
    """The sentences that one library is known to say, as messages without values: their braces match whatever.

    What it says else is put into words by `otherwise`. In English nothing is ever added.
    """

    def __init__(self, *known: Message, otherwise: Callable[[str], str] = str) -> None:
        self._known = known
        self._otherwise = otherwise
        self._patterns: list[tuple[str, re.Pattern[str]]] = []

    def message(self, said: str) -> str:
        """The library's sentence `said` as a message; as it is where it is not known and nothing is said of that."""
        if not self._patterns:  # not before something is wrong
            self._patterns = [(each.one, _pattern(each.one)) for each in self._known]
        for sentence, pattern in self._patterns:
            if found := pattern.fullmatch(said):
                return Message(sentence, None, found.groupdict())
        return self._otherwise(said)


def reason(error: OSError) -> str:
    """Why the operating system refused something."""
    return _SYSTEM.message(error.strerror or type(error).__name__)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = Formatter().parse(sentence)
    pattern = "".join(re.escape(text) + (f"(?P<{name}>.*?)" if name else "") for text, name, *_ in parts)
    return re.compile(pattern, re.DOTALL)


_SYSTEM = Sentences(
    message("Permission denied"),
    message("Operation not permitted"),
    message("No such file or directory"),
    message("File exists"),
    message("Is a directory"),
    message("Not a directory"),
    message("Directory not empty"),
    message("File name too long"),
    message("Too many levels of symbolic links"),
    message("No space left on device"),
    message("Disk quota exceeded"),
    message("Read-only file system"),
    message("Input/output error"),
    message("Too many open files"),
    message("Cannot allocate memory"),
    message("Exec format error"),
    message("Connection refused"),
    message("Connection reset by peer"),
    message("Connection timed out"),
    message("No route to host"),
    message("Network is unreachable"),
)
"""What the systems of POSIX say most, after errno.h."""
