"""What databases say, as problems: no statement, no parameter, nothing quoted from a row."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from efsync.model.problems import Problem, Refused
from efsync.model.secrets import Secret

_QUOTED_DATA = re.compile(r"[\s:;,.]*(with text|DETAIL:|Truncated value:|Failing row).*", re.DOTALL)
"""Where a driver's message begins to quote what stands in a row, a password perhaps."""


@contextmanager
def database_errors(what: str, secrets: Iterable[Secret] = ()) -> Iterator[None]:
    """Turns what a database says into `Refused` with a problem of code `database`, in which no `secrets` stand."""
    try:
        yield
    except SQLAlchemyError as error:
        said = describe(error, secrets)
        raise Refused(Problem("database", f"{what}: {said}", hint=_hint(said))) from None


def describe(error: SQLAlchemyError, secrets: Iterable[Secret] = ()) -> str:
    """What the database said, without statement, parameters, and what it quotes from rows."""
    said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    for secret in secrets:
        said = said.replace(secret.reveal(), str(secret))
    return " ".join(_QUOTED_DATA.sub("", said).split()) or type(error).__name__


def _hint(said: str) -> str | None:
    if "database is locked" in said:
        return "another program is writing to it; try again when it is done"
    if "not a database" in said:
        return "check the url in efsync.toml: the file there is something else"
    if "Could not decode" in said:
        return "a program wrote text there that is not UTF-8: write it anew in the ERP"
    if "readonly" in said:
        return "efsync needs write access for apply; reading works without"
    return None
