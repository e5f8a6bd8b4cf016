"""Long texts of the state, each kept once: where many accounts have the same header, their rows name it only."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from efsync.database.errors import BUSY
from efsync.model.batches import batches
from efsync.model.fields import Values
from efsync.model.language import message
from efsync.model.problems import Problem, Refused
from efsync.planning.document import plain
from efsync.state.tables import texts

SHORT = 100
"""Characters of a text that stands in the row itself."""

Kept = str | int | bool | None | Mapping[str, str]
"""A value as a row has it: a long text as `{"text": DIGEST}`."""


class Texts:
    """The texts that one transaction keeps or reads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._digests: dict[str, str] = {}
        self._waiting: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def kept(self, values: Values) -> dict[str, Kept]:
        """What a row has for `values`; to be followed by `write` before the row is."""
        return {
            name: self._named(value) if type(value) is str and len(value) > SHORT else plain(value)
            for name, value in values.items()
        }

    def _named(self, text: str) -> Mapping[str, str]:
        digest = self._digests.get(text)
        if digest is None:
            digest = self._digests[text] = text_digest(text)
            self._waiting[digest] = text
        return {"text": digest}

    def write(self) -> None:
        """Keep the texts that `kept` was asked for and that are not there yet.

        Raises `Refused` (`busy`) where another transaction has begun to keep one of them.
        """
        there = {
            digest
            for some in batches(self._waiting)
            for digest in self._connection.execute(select(texts.c.digest).where(texts.c.digest.in_(some))).scalars()
        }
        # in one order, so that two who write the same texts do not wait for each other
        new = [{"digest": each, "text": self._waiting[each]} for each in sorted(self._waiting.keys() - there)]
        self._waiting = {}
        if new:
            try:
                self._connection.execute(insert(texts), new)
            except IntegrityError:
                waited = message("the state: another run keeps the same text at this moment")
                raise Refused(Problem(BUSY, waited, hint=message("try again"))) from None

    def read(self, rows: Iterable[Mapping[str, Kept]]) -> None:
        """Read the texts that the values of `rows` name."""
        named = {each["text"] for row in rows for each in row.values() if isinstance(each, Mapping)}
        for some in batches(sorted(named - self._known.keys())):
            found = self._connection.execute(select(texts.c.digest, texts.c.text).where(texts.c.digest.in_(some)))
            self._known.update((digest, text) for digest, text in found)

    def whole(self, row: Mapping[str, Kept]) -> dict[str, Any]:
        """The values of a row whose texts were read."""
        return {
            name: self._known[value["text"]] if isinstance(value, Mapping) else value for name, value in row.items()
        }


def text_digest(text: str) -> str:
    """What stands for a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
