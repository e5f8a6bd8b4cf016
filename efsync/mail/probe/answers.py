"""What a server said, made fit to be shown: short, visible, and without any password that this run knows."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from efsync.model.language import joined, message
from efsync.model.secrets import Secret

MAX_SHOWN = 160
WITHHELD = message("words that repeat what was sent, and are not shown")
_WINDOW = 6
"""As many characters of a password in a row, in whatever way written, keep an answer from being shown."""

_ENHANCED = re.compile(rb"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_NOT_WORD = re.compile(r"[\W_]+")


class Answer(NamedTuple):
    """A reply of an SMTP server; the lines of its text are separated by line feeds."""

    code: int
    text: bytes

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), such as `5.7.8`; empty where there is none."""
        found = _ENHANCED.match(self.text)
        return found[1].decode() if found else ""

    @property
    def puts_off(self) -> bool:
        """Whether the server had enough of us: too many connections, too many tries, closing."""
        return self.code in (421, 454) or (400 <= self.code < 500 and self.enhanced.startswith("4.7."))


@dataclass(frozen=True, slots=True)
class Answers:
    """Shows answers; those that hold a part of a password of this run are withheld."""

    _parts: frozenset[str] = field(default=frozenset(), repr=False)
    _short: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def without(cls, secrets: Iterable[Secret]) -> "Answers":
        """Answers of servers to which these secrets may have been sent."""
        forms = {form for secret in secrets for form in _forms(secret.reveal())}
        parts = {form[start : start + _WINDOW] for form in forms for start in range(len(form) - _WINDOW + 1)}
        return cls(frozenset(parts), frozenset(form for form in forms if len(form) < _WINDOW))

    def shown(self, answer: Answer) -> str:
        """The answer in a message: its code and its words."""
        words = self.words(answer.text)
        return joined(" ", (str(answer.code), words)) if words else str(answer.code)

    def words(self, said: bytes) -> str:
        """What a server said, in quotes, in one line, cut; nothing where it said nothing."""
        if self._repeats(said):
            return WITHHELD
        text = " ".join(said.decode("utf-8", "backslashreplace").split())
        text = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
        return f"“{_visible(text)}”" if text else ""

    def _repeats(self, said: bytes) -> bool:
        """Whether a part of a password is in what was said, upper and lower case and signs in between aside."""
        for encoding in ("utf-8", "latin-1"):
            text = said.decode(encoding, "backslashreplace").casefold()
            for form in (text, _NOT_WORD.sub("", text)):
                if any(short in form for short in self._short):
                    return True
                if any(form[start : start + _WINDOW] in self._parts for start in range(len(form) - _WINDOW + 1)):
                    return True
        return False


def _forms(password: str) -> Iterator[str]:
    """All ways in which an answer might repeat a password: itself, as base64 from any place, as hexadecimal digits."""
    yield password.casefold()
    for form in (password, *_base64(password.encode()), password.encode().hex()):
        words = _NOT_WORD.sub("", form.casefold())
        if len(words) >= 4:
            yield words


def _base64(data: bytes) -> Iterator[str]:
    """What of the base64 of a longer text follows from `data` in it alone, wherever it stands."""
    for before, unknown in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(bytes(before) + data).decode()
        whole = encoded.rstrip("=")
        yield whole[unknown : len(whole) - (whole != encoded)]


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)
