"""Companies that something bad happens to, on every kind of database; what was done to them is counted."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

import efsync.database.retry
from tests.faults.databases import KINDS, kind_of, new_database
from tests.faults.forwarder import Forwarder
from tests.faults.tally import Tally, history, tally_of, untouchable
from tests.servers.databases import answering
from tests.workflows.test_crash import pending  # noqa: F401
from tests.world import SETTINGS, World

Pause = Callable[[int], None]
"""What happens in the first, second, … pause between two tries."""

SERVERS_ONLY = pytest.mark.parametrize("database_url", KINDS[1:], indirect=True)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database of each kind; an empty text stands for a SQLite file."""
    if request.param == "sqlite":
        yield ""
        return
    server = answering(request.param)
    if server is None:
        pytest.skip(f"there is no {request.param} server")
    with new_database(server) as url:
        yield url


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> World:
    """An empty company; takes the place of the one on SQLite."""
    return World(tmp_path, database_url)


@pytest.fixture
def erp_line(pending: World) -> Iterator[Forwarder]:  # noqa: F811
    """The way from efsync to the ERP's server, which the test can cut."""
    with _line_to(pending.url) as (line, url):
        settings = pending.folder / "efsync.toml"
        settings.write_text(settings.read_text().replace(pending.url, url))
        yield line


@contextmanager
def _line_to(url: str) -> Iterator[tuple[Forwarder, str]]:
    """A line to a database, and the URL that leads over it."""
    direct = make_url(url)
    with Forwarder(direct.host or "", direct.port or 0) as line:
        yield line, direct.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)


@dataclass(frozen=True)
class SharedState:
    """A state on a server: its own URL, and the way from efsync to it."""

    url: str
    line: Forwarder


@pytest.fixture
def shared_state(world: World) -> Iterator[SharedState]:
    """The state is on the ERP's server too, in a database of its own."""
    server = answering(kind_of(world.url))
    assert server is not None
    with new_database(server) as url, _line_to(url) as (line, over):
        world.write("efsync.toml", f'{SETTINGS}\n[state]\nurl = "{over}"\n')
        yield SharedState(url, line)


@pytest.fixture
def tally(pending: World, request: pytest.FixtureRequest) -> Iterator[Tally]:  # noqa: F811
    """The count of a test; at its end no row may be missing, and nothing but mail fields may have changed."""
    count = tally_of(pending)
    before = untouchable(pending)
    shared = "shared_state" in request.fixturenames
    state_url = request.getfixturevalue("shared_state").url if shared else ""
    yield count
    after = untouchable(pending)
    count.rows, count.lost = len(before), len(set(before) ^ set(after)) + abs(len(before) - len(after))
    count.runs = len(history(pending, state_url))
    request.node.user_properties.append(
        ("faults", (count.database, dict(count.faults), count.runs, count.rows, count.lost))
    )
    assert count.lost == 0
    assert count.faults.total()


@pytest.fixture
def at_each_pause(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pause], list[float]]:
    """Does something in each pause between two tries instead of waiting; the pauses that were made."""

    def install(happens: Pause) -> list[float]:
        pauses: list[float] = []

        def sleep(seconds: float) -> None:
            pauses.append(seconds)
            happens(len(pauses))

        monkeypatch.setattr(efsync.database.retry, "sleep", sleep)
        return pauses

    return install


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """State the totals."""
    totals: dict[str, Counter[str]] = {}
    for report in (each for kind in ("", "passed", "failed") for each in terminalreporter.stats.get(kind, [])):
        for name, value in getattr(report, "user_properties", []):
            if name == "faults" and report.when == "teardown":
                database, faults, runs, rows, lost = value
                total = totals.setdefault(database, Counter())
                total += Counter({"faults": sum(faults.values()), "runs": runs, "rows watched": rows, "tests": 1})
                total["rows lost"] += lost
    for database, total in sorted(totals.items()):
        said = ", ".join(f"{name} {total[name]}" for name in ("tests", "faults", "runs", "rows watched", "rows lost"))
        terminalreporter.write_line(f"faults on {database}: {said}")
