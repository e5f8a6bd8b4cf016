"""Runs whole processes, and keeps how long each took and how much memory it needed."""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EFSYNC = Path(sys.executable).with_name("efsync")
_ROOT = Path(__file__).resolve().parents[1]
_LAUNCH = Path(__file__).with_name("launch.py")


class Unexpected(Exception):
    """Something did not do what is to be measured."""


@dataclass(frozen=True)
class Run:
    """One process: its seconds, the most bytes of memory that it had at once, and the seconds of the processor.

    The last tell, where a machine was busy with other things, how much of the first were waiting.
    """

    seconds: float
    peak: int
    processor: float = 0.0


@dataclass(frozen=True)
class Series:
    """All runs of one thing."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def peak(self) -> int:
        """The most that any run needed."""
        return max(run.peak for run in self.runs)


@dataclass(frozen=True)
class Step:
    """Something to be measured: what it is called, what has to be done before, and how it is run."""

    name: str
    action: Callable[[], Run]
    before: Callable[[], object] = lambda: None


def interleaved(steps: Sequence[Step], rounds: int) -> dict[str, Series]:
    """Take all steps in turn, `rounds` times, so that a machine that is busy for a while is so for all of them.

    A step may stand among them several times.
    """
    runs: dict[str, list[Run]] = {step.name: [] for step in steps}
    for _ in range(rounds):
        for step in steps:
            step.before()
            runs[step.name].append(step.action())
    return {name: Series(tuple(each)) for name, each in runs.items()}


def program(module: str, *arguments: str) -> list[str]:
    """The command that runs `main` of a module of this package, compiled once and not at each start."""
    return [sys.executable, "-c", f"from benchmarks.{module} import main; main()", *arguments]


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path = _ROOT) -> tuple[str, Run]:
    """Standard output of a process, and what it took. Raises `Unexpected` where it fails."""
    with tempfile.NamedTemporaryFile() as result:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(_LAUNCH), result.name, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        measured = Path(result.name).read_text(encoding="ascii").split()
    if done.returncode != 0 or measured[0] != "0":
        status = measured[0] if measured else "nothing"
        shown = " ".join(command[:5])
        raise Unexpected(f"{shown} ended with {status}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    _, seconds, processor, peak = measured
    return done.stdout, Run(float(seconds), int(peak), float(processor))


def expect(what: str, found: object, expected: object) -> None:
    """Raise `Unexpected` where something measured did not do what it should."""
    if found != expected:
        raise Unexpected(f"{what}: expected {expected}, found {found}")
