"""Whole processes are measured each on its own."""

import os
import sys

import pytest

from benchmarks.processes import Run, Series, Step, Unexpected, interleaved, run

MEGABYTE = 1_000_000


def python(code: str) -> tuple[str, Run]:
    return run([sys.executable, "-c", code], dict(os.environ))


def test_the_memory_of_a_process_is_what_it_had_at_most() -> None:
    out, done = python("held = b'x' * 150_000_000; del held; print('done')")
    assert out == "done\n"
    assert 150 * MEGABYTE < done.peak < 200 * MEGABYTE


def test_the_memory_of_who_measures_does_not_count() -> None:
    held = b"x" * 200 * MEGABYTE
    assert python("pass")[1].peak < 50 * MEGABYTE
    del held


def test_the_time_of_a_process_is_its_own_and_waiting_is_told_from_working() -> None:
    waited = python("import time; time.sleep(1.5)")[1]
    assert waited.seconds > 1.5 > waited.processor
    worked = python("import time\nwhile time.process_time() < 0.3: pass")[1]
    assert worked.seconds > 0.3
    assert worked.processor > 0.3


def test_a_process_that_fails_is_not_measured() -> None:
    with pytest.raises(Unexpected, match=r"(?s)ended with 3.*the reason"):
        python("import sys; print('the reason', file=sys.stderr); sys.exit(3)")


def test_a_process_that_is_killed_is_not_measured() -> None:
    with pytest.raises(Unexpected, match="ended with -9"):
        python("import os; os.kill(os.getpid(), 9)")


def test_steps_take_turns() -> None:
    done: list[str] = []

    def step(name: str) -> Step:
        def action() -> Run:
            done.append(name)
            return Run(len(done), 0)

        return Step(name, action, before=lambda: done.append(f"before {name}"))

    floor = step("floor")
    series = interleaved([floor, step("plan"), floor, step("validate")], 2)
    once = ["before floor", "floor", "before plan", "plan", "before floor", "floor", "before validate", "validate"]
    assert done == once * 2
    assert [len(each.runs) for each in series.values()] == [4, 2, 2]


def test_a_series_shows_the_median_and_the_highest_peak() -> None:
    series = Series((Run(5, 10), Run(1, 30), Run(2, 20)))
    assert (series.seconds, series.peak) == (2, 30)
