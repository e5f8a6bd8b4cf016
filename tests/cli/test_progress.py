"""A bar in a terminal, once a command lasts; and none where nobody looks."""

import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from types import MappingProxyType

import pytest

from efsync.model.progress import unseen
from efsync.settings.read import read_settings
from efsync.workflows import transaction
from efsync.workflows.apply import apply
from efsync.workflows.drift import drift
from efsync.workflows.plan import plan
from efsync.workflows.validate import validate
from tests.cli.inside import applied, call
from tests.cli.tenants import Tenants
from tests.workflows.settled import settle
from tests.world import EFSYNC, World

HIDDEN, SHOWN = b"\x1b[?25l", b"\x1b[?25h"
COMMANDS = [("plan",), ("apply", "--yes"), ("drift",), ("validate", "--target", "erp")]
SLOW = """\
import sys, time
from efsync.cli import main, progress
from efsync.erp.live_rows import LiveRows
from efsync.erp.writing import Writing
from efsync.model.batches import batches
from efsync.workflows import sides, transaction
progress.DELAY, transaction.BATCH, sides.batches = 0.0, 1, lambda items: batches(items, 1)
code, run = LiveRows.code, Writing.run
LiveRows.code = lambda *arguments: (time.sleep(0.3), code(*arguments))[1]
Writing.run = lambda *arguments: (time.sleep(0.3), run(*arguments))[1]
sys.argv = ["efsync", *sys.argv[1:]]
main()
"""
"""A console script that takes its time for each row that it reads or writes, and shows at once how far it has come."""


@pytest.fixture
def settled(world: World) -> World:
    """A company in which nothing differs."""
    return settle(world)


class Terminal:
    """A console script in a terminal of its own; its standard output may go elsewhere."""

    def __init__(
        self, world: World, *command: str, output: bool = True, environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._master, terminal = pty.openpty()
        self.before = self.modes
        kept = {name: value for name, value in world.clean_environment().items() if name not in ("CI", "FORCE_COLOR")}
        self._process = subprocess.Popen(
            command, cwd=world.folder, env={**kept, "TERM": "xterm-256color", **environment}, start_new_session=True,
            stdin=terminal, stderr=terminal, stdout=terminal if output else subprocess.DEVNULL,
        )  # fmt: skip
        os.close(terminal)
        self.shown = b""

    def until(self, said: bytes | None = None) -> "Terminal":
        """Read until something was shown, or to the end."""
        ends = time.monotonic() + 60
        while said is None or said not in self.shown:
            assert time.monotonic() < ends, self.shown
            if select.select([self._master], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self._master, 65536)
                except OSError:  # Linux's way to say that all is read
                    assert said is None, self.shown
                    break
        return self

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def type(self, typed: bytes) -> None:
        """Press keys."""
        os.write(self._master, typed)

    @property
    def modes(self) -> object:
        """How the terminal is set."""
        return termios.tcgetattr(self._master)

    @property
    def status(self) -> int:
        """The exit status, once it has one."""
        return self._process.wait(60)

    def close(self) -> None:
        """Hang up."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)


def slow(
    world: World, *arguments: str, output: bool = True, environment: Mapping[str, str] = MappingProxyType({})
) -> Terminal:
    """A command that takes its time."""
    return Terminal(world, sys.executable, "-c", SLOW, *arguments, output=output, environment=environment)


@contextmanager
def erp_locked(world: World) -> Iterator[None]:
    """Another program keeps everybody from reading the ERP."""
    other = sqlite3.connect(world.folder / "erp.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def _is_usable(shown: bytes) -> bool:
    """Whether the cursor is seen again, as often as it was hidden."""
    return shown.count(HIDDEN) <= shown.count(SHOWN) and shown.rfind(SHOWN) >= shown.rfind(HIDDEN)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_that_waits_shows_a_bar_after_a_while_and_takes_it_away(
    settled: World, command: tuple[str, ...]
) -> None:
    with erp_locked(settled):
        terminal = Terminal(settled, str(EFSYNC), *command).until(b"working")
    with closing(terminal):
        assert _is_usable(terminal.until().shown)
        assert terminal.status == 0
        assert b"Traceback" not in terminal.shown


@pytest.mark.parametrize("command", [*COMMANDS, ("plan", "--format", "json")], ids=" ".join)
def test_a_command_that_is_quick_shows_none(settled: World, command: tuple[str, ...]) -> None:
    with closing(Terminal(settled, str(EFSYNC), *command)) as terminal:
        terminal.until()
        assert HIDDEN not in terminal.shown
        assert b"working" not in terminal.shown


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_bar_counts_accounts_up_to_those_of_the_files(settled: World, command: tuple[str, ...]) -> None:
    with closing(slow(settled, *command)) as terminal:
        terminal.until()
        assert terminal.status == 0
        counts = [int(each) for each in re.findall(rb"(\d) of 3 accounts", terminal.shown)]
        assert counts == sorted(counts)
        assert {1, 2} <= set(counts)
        assert _is_usable(terminal.shown)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        pytest.param(("plan",), {"NO_COLOR": "1"}, id="NO_COLOR"),
        pytest.param(("--no-color", "plan"), {}, id="no-color"),
        pytest.param(("plan",), {"CI": "true"}, id="CI"),
        pytest.param(("plan",), {"TERM": "dumb"}, id="dumb-terminal"),
        pytest.param(("-v", "plan"), {}, id="verbose"),
    ],
)
def test_who_wants_none_gets_none(settled: World, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    with closing(slow(settled, *arguments, environment=environment)) as terminal:
        terminal.until()
        assert terminal.status == 0
        assert b"of 3 accounts" not in terminal.shown
        assert HIDDEN not in terminal.shown


def test_a_document_that_goes_elsewhere_leaves_the_terminal_alone(settled: World) -> None:
    with closing(slow(settled, "plan", "--format", "json", output=False)) as terminal:
        assert terminal.until().shown == b""
        assert terminal.status == 0


def test_text_that_goes_elsewhere_has_a_bar_beside_it(settled: World) -> None:
    with closing(slow(settled, "plan", output=False)) as terminal:
        assert b"of 3 accounts" in terminal.until().shown


def test_without_a_terminal_there_is_none(settled: World) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SLOW, "plan"], cwd=settled.folder, env=settled.clean_environment(), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_ctrl_c_leaves_the_terminal_as_it_was(settled: World, command: tuple[str, ...], number: signal.Signals) -> None:
    with closing(slow(settled, *command)) as terminal:
        terminal.until(b"1 of 3 accounts")
        terminal.send(number)
        terminal.until()
        assert terminal.status == 1
        assert b"Interrupted" in terminal.shown or b"interrupted" in terminal.shown
        assert b"Traceback" not in terminal.shown
        assert _is_usable(terminal.shown)
        assert terminal.modes == terminal.before


@pytest.mark.parametrize("command", [("plan",), ("drift",), ("apply", "--yes")], ids=" ".join)
def test_the_bar_of_all_targets_counts_targets(sales: World, command: tuple[str, ...]) -> None:
    tenants = Tenants(sales, ("a", "b", "c"))
    assert call(sales, "apply", "--all-targets", "--yes").status == 0
    other = sqlite3.connect(tenants.file("b"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with closing(Terminal(sales, str(EFSYNC), *command, "--all-targets")) as terminal:
        terminal.until(b"2 of 3 targets")
        other.close()
        assert _is_usable(terminal.until().shown)
        assert terminal.status == 0
        assert b"Traceback" not in terminal.shown


def move_two(world: World) -> None:
    """Have two of the three accounts differ."""
    for code in ("JPEREZ", "0012"):
        world.change(code, address="other@acme.example")


def test_the_bar_counts_the_accounts_that_are_written(settled: World) -> None:
    move_two(settled)
    with closing(slow(settled, "apply", "--yes")) as terminal:
        assert b"1 of 2 accounts" in terminal.until().shown
        assert terminal.status == 0
        assert _is_usable(terminal.shown)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_accounts_are_written_leaves_none_of_them_written(settled: World, number: signal.Signals) -> None:
    move_two(settled)
    before = settled.dump()
    with closing(slow(settled, "apply", "--yes")) as terminal:
        terminal.until(b"1 of 2 accounts")
        terminal.send(number)
        terminal.until()
        assert terminal.status == 1
        assert b"interrupted: nothing was written" in terminal.shown
        assert b"Traceback" not in terminal.shown
        assert _is_usable(terminal.shown)
        assert terminal.modes == terminal.before
    assert settled.dump() == before


def test_an_error_is_said_once_the_bar_is_gone(settled: World) -> None:
    settled.user("jperez")
    with closing(slow(settled, "plan")) as terminal:
        terminal.until()
        assert terminal.status == 1
        assert terminal.shown.rfind(b"two users with one code") > terminal.shown.rfind(SHOWN)


def test_the_question_of_apply_is_asked_once_the_bar_is_gone(settled: World) -> None:
    settled.change("JPEREZ", address="other@acme.example")
    with closing(slow(settled, "apply")) as terminal:
        terminal.until(b"[y/N]")
        assert _is_usable(terminal.shown)
        terminal.type(b"n\n")
        assert b"Nothing was written" in terminal.until().shown
        assert terminal.status == 1


def test_workflows_say_each_account_once_and_in_order(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settled.environment.items():
        monkeypatch.setenv(name, value)
    loaded = read_settings(settled.folder / "efsync.toml")
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    for workflow in (
        lambda: validate(loaded, progress=progress),
        lambda: validate(loaded, "erp", progress=progress),
        lambda: plan(loaded, secrets=False, progress=progress),
        lambda: plan(loaded, progress=progress),
        lambda: plan(loaded, progress=progress),  # the short way
        lambda: drift(loaded, progress=progress),
    ):
        told.clear()
        workflow()
        assert told == [(1, 3), (2, 3), (3, 3)]
    assert plan(loaded, progress=unseen).changes == ()


def test_an_apply_says_how_many_accounts_it_has_written(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settled.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(transaction, "BATCH", 2)
    for code in ("JPEREZ", "MROJAS", "0012"):
        settled.change(code, address="other@acme.example")
    loaded = read_settings(settled.folder / "efsync.toml")
    told: list[tuple[int, int]] = []
    apply(loaded, plan(loaded), progress=lambda *passed: told.append(passed))
    assert told == [(2, 3), (3, 3)]


def test_accounts_that_the_erp_has_not_count_too(world: World) -> None:
    world.user("JPEREZ")
    applied(world)
    world.department("  JPEREZ: {}\n  NADIE: {}\n")
    told: list[tuple[int, int]] = []
    validate(read_settings(world.folder / "efsync.toml"), "erp", progress=lambda *passed: told.append(passed))
    assert told == [(1, 2), (2, 2)]
