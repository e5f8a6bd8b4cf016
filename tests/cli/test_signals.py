"""Ctrl-C and a polite end at several moments of a real console script."""

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.cli.inside import applied, assert_in_order
from tests.world import EFSYNC, World

SIGNALS = [pytest.param(signal.SIGINT, id="SIGINT"), pytest.param(signal.SIGTERM, id="SIGTERM")]


def _start(world: World, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [EFSYNC, *arguments],
        cwd=world.folder,
        env=world.clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[str, str]:
    """Send the signal and expect exit status 1 without a traceback."""
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1, (process.returncode, out, err)
    assert "Traceback" not in err
    return out, err


def _wait_for_question(process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    said = ""
    while not said.endswith("Apply this"):
        read = process.stderr.read(1)
        assert read, said
        said += read


def _wait(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def _runs(world: World) -> list[str]:
    file = world.folder / ".efsync" / "state.db"
    if not file.exists():
        return []
    connection = sqlite3.connect(file, timeout=30)
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchall():
            return []
        return [status for (status,) in connection.execute("SELECT status FROM runs ORDER BY rowid")]
    finally:
        connection.close()


@pytest.mark.parametrize("number", SIGNALS)
def test_at_the_question_nothing_was_written(sales: World, number: signal.Signals) -> None:
    before = sales.dump()
    process = _start(sales, "apply")
    _wait_for_question(process)
    _out, err = _end(process, number)
    assert "Interrupted" in err
    assert sales.dump() == before
    assert not (sales.folder / ".efsync" / "state.db").exists()


@pytest.mark.parametrize("number", SIGNALS)
def test_while_the_erp_is_locked_nothing_is_written_and_the_next_apply_does_it(
    sales: World, number: signal.Signals
) -> None:
    other = sqlite3.connect(sales.folder / "erp.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process = _start(sales, "apply", "--yes")
    _wait(lambda: _runs(sales) == ["started"])
    time.sleep(0.5)
    process.send_signal(number)
    other.execute("ROLLBACK")
    other.close()
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1, (out, err)
    assert "Traceback" not in err
    # on a slow machine it may not have come to the ERP yet, and then the next apply ends the run
    assert _runs(sales) in (["interrupted"], ["started"])
    assert sales.live("JPEREZ")["address"] is None
    applied(sales)
    assert_in_order(sales)


@pytest.mark.parametrize("number", SIGNALS)
def test_as_json_an_interrupted_command_still_prints_a_document(sales: World, number: signal.Signals) -> None:
    process = _start(sales, "apply", "--format", "json")
    _wait_for_question(process)
    out, _err = _end(process, number)
    assert '"interrupted"' in out


def test_at_any_moment_there_is_no_traceback_and_the_next_apply_is_right(sales: World) -> None:
    for delay in (0.02, 0.08, 0.15, 0.25, 0.4, 0.55):
        process = _start(sales, "apply", "--yes")
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        # before the first line of efsync runs, Python itself ends by the signal, or fails; after the last, all is done
        assert process.returncode in (0, 1, -signal.SIGINT), (process.returncode, out, err)
        if process.returncode == 1 and not err.startswith("Fatal Python error"):
            assert "Traceback" not in err, (delay, err)
        sales.change("JPEREZ", server=None)
    applied(sales)
    assert_in_order(sales)


def test_output_that_is_closed_early_ends_quietly(sales: World) -> None:
    sales.sql(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299) INSERT INTO Usuarios "
        "(Cod_Usu, Cod_Cli, Departamento, Status) SELECT 'U' || i, 'ACME', 'VENTAS', 'A' FROM n"
    )
    sales.department("".join(f"  U{number}:\n    address: u{number}@acme.example\n" for number in range(300)))
    for command in ("plan", "plan --format json"):
        done = subprocess.run(
            f"{EFSYNC} {command} | head -1",
            shell=True,
            cwd=sales.folder,
            env=sales.clean_environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stdout.count("\n") == 1
        assert "Traceback" not in done.stderr
        assert "Exception" not in done.stderr
        assert "Broken" not in done.stderr


def test_standard_output_that_is_closed_from_the_start_is_no_traceback(sales: World) -> None:
    done = subprocess.run(
        f"{EFSYNC} plan >&-", shell=True, cwd=sales.folder, env=sales.clean_environment(), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
