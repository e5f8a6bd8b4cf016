"""The moments of an apply at which something may strike it; run as a script, it is a kill -9.

python moments.py MOMENT apply --yes
"""

import itertools
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from efsync.erp.users import UserTable
from efsync.erp.writing import Writing
from efsync.state.store import State

Blow = Callable[[], None]
SetAttribute = Callable[[Any, str, Any], None]


def _after(owner: type, method: str, call: int = 1) -> Callable[[SetAttribute, Blow], None]:
    return _around(owner, method, call, after=True)


def _before(owner: type, method: str, call: int = 1) -> Callable[[SetAttribute, Blow], None]:
    return _around(owner, method, call, after=False)


def _around(owner: type, method: str, wanted: int, *, after: bool) -> Callable[[SetAttribute, Blow], None]:
    def install(set_attribute: SetAttribute, blow: Blow) -> None:
        real = getattr(owner, method)
        calls = itertools.count(1)

        def struck(*arguments: Any, **options: Any) -> Any:
            now = next(calls) == wanted
            if now and not after:
                blow()
            result = real(*arguments, **options)
            if now and after:
                blow()
            return result

        set_attribute(owner, method, struck)

    return install


def _spilled(set_attribute: SetAttribute, blow: Blow) -> None:
    """Between two writes, with half of the transaction in the database file already."""
    real = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **options)
        connection.execute("PRAGMA cache_size = 1")
        return connection

    set_attribute(sqlite3, "connect", connect)
    _after(Writing, "run", 2)(set_attribute, blow)


UNWRITTEN = {
    "before the journal": _before(State, "begin"),
    "after the journal": _after(State, "begin"),
    "before the rows are locked": _before(UserTable, "read_again", 1),
    "rows read": _after(UserTable, "read_again", 1),
    "before the first write": _before(Writing, "run", 1),
    "between two writes": _after(Writing, "run", 1),
    "spilled": _spilled,
    "written": _before(UserTable, "read_again", 2),
    "before the commit": _after(UserTable, "read_again", 2),
}
"""The moments before the ERP's commit."""

WRITTEN = {"after the commit": _before(State, "finish")}
"""The moments between the ERP's commit and the state's."""

RECORDED = {"after the record": _after(State, "finish"), "before the release": _before(State, "release")}
"""The moments after the state's commit."""

MOMENTS = UNWRITTEN | WRITTEN | RECORDED


def main() -> None:
    """Run a command line and be killed at a moment."""
    moment, *arguments = sys.argv[1:]
    MOMENTS[moment](setattr, lambda: os.kill(os.getpid(), signal.SIGKILL))
    from efsync.cli.program import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
