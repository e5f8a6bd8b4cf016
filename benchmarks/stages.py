"""The parts of a plan, each on its own, as a program: `python -m benchmarks.stages FOLDER`.

Prints the seconds of each as JSON, and how many accounts differ.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from efsync.accounts.department import DepartmentFile, department_file
from efsync.accounts.document import parse
from efsync.accounts.folder import AccountsFolder
from efsync.accounts.resolve import Resolver
from efsync.model.plans import Selection
from efsync.model.problems import Location
from efsync.planning.build import build_comparison
from efsync.schema.messages import schema_problems
from efsync.settings.read import read_settings
from efsync.workflows.desired import with_secrets
from efsync.workflows.plan import read_live_and_applied
from efsync.workflows.wiring import accounts_of, secrets_of


class Clock:
    """Adds up how long each part took."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def measuring(self, part: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[part] += time.perf_counter() - started


def measure(folder: Path) -> dict[str, Any]:
    """Take the way of a plan through the rooms, part by part."""
    clock = Clock()
    settings = read_settings(folder / "efsync.toml")
    list(schema_problems("department", {}, lambda _path, _key: Location("")))  # loads jsonschema
    with clock.measuring("reading the ERP and the state"):
        sides = read_live_and_applied(settings, settings.target(None).name, secrets=True, create_key=False)
    assert sides.key is not None
    accounts = accounts_of(settings)
    files = [_read_department(accounts, path, clock) for path in accounts.department_files()]
    resolver = Resolver(accounts, with_secrets(secrets_of(settings), sides.key, sides.columns))
    with clock.measuring("texts, templates and passwords"):
        desired = resolver.resolve(files, sides.live)
    assert not resolver.problems, resolver.problems
    with clock.measuring("comparing"):
        comparison = build_comparison(desired, sides.live, sides.applied, Selection())
    return {"seconds": clock.seconds, "changed": comparison.summary.changed}


def _read_department(accounts: AccountsFolder, path: Path, clock: Clock) -> DepartmentFile:
    with clock.measuring("reading the files"):
        document = parse(accounts.department_text(path), accounts.shown(path))
    with clock.measuring("validating against the schema"):
        problems = list(schema_problems("department", document.data, document.locate))
    assert not document.problems, document.problems
    assert not problems, problems
    with clock.measuring("filling in defaults"):
        return department_file(document)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
