"""The file of a state on SQLite, which is the usual one."""

import os
from pathlib import Path

from efsync.database.sqlite import is_sqlite, sqlite_file
from efsync.model.language import message
from efsync.model.problems import Problem, Refused

WHAT = message("the state")
"""What messages call the state's database."""


def state_file(url: str, folder: Path) -> Path | None:
    """The file of a state on SQLite; `None` of any other.

    Raises `Refused`: `config` where the url can't be read, `database` where the file is something else.
    """
    file = sqlite_file(url, folder, WHAT)
    if file is not None and not is_sqlite(file):
        shown = Path(os.path.relpath(file, folder)).as_posix()
        said = message("{what}: {file} is not a database", what=WHAT, file=shown)
        hint = message("bring it back from a copy; or move it away, and efsync begins as if nothing was applied yet")
        raise Refused(Problem("database", said, hint=hint))
    return file
