"""Measures the commands on one company, each as a whole process whose outcome is checked."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.company import Company
from benchmarks.floor import PARSERS

EFSYNC = Path(sys.executable).with_name("efsync")
FLOOR_RUNS = 3
"""The fewest runs of the floor, which every ratio is taken to."""


class Unexpected(Exception):
    """Something did not do what is to be measured."""


@dataclass(frozen=True)
class Timing:
    """The seconds of each run of one thing."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.runs)


@dataclass(frozen=True)
class Measured:
    """What one company took: the floor, each command, and each part of a plan."""

    accounts: int
    files: int
    file_bytes: int
    row_bytes: int
    runs: int
    floor: Timing
    commands: dict[str, Timing]
    stages: dict[str, Timing]


def fastest_parser(text: str) -> str:
    """The name of the fastest YAML parser in C of this environment; `text` is what it is tried on."""
    seconds: dict[str, float] = {}
    for name, make in PARSERS.items():
        try:
            parse = make()
        except (ImportError, AttributeError):
            continue
        seconds[name] = min(_seconds(parse, text) for _ in range(5))
    if not seconds:
        raise Unexpected("there is no YAML parser in C here: install PyYAML with libyaml")
    return min(seconds, key=seconds.__getitem__)


def measure(company: Company, runs: int, parser: str) -> Measured:
    """Generate `company` and take it through its life, from the first apply to one of one per cent."""
    company.generate()
    company.save("new")
    first_apply = _times(runs, lambda: _apply_all(company), before=lambda: company.restore("new"))
    company.save("applied")
    floor = _times(max(runs, FLOOR_RUNS), lambda: _floor(company, parser, differing=0))
    validate = _times(runs, lambda: _validate(company))
    unchanged = _times(runs, lambda: _plan(company, []))
    company.write_departments(moved=True)
    _floor(company, parser, differing=len(company.moving))
    stages = [_stages(company) for _ in range(runs)]
    changed = _times(runs, lambda: _plan(company, company.moving))
    apply = _times(runs, lambda: _apply_moved(company), before=lambda: company.restore("applied"))
    files = company.department_files
    return Measured(
        accounts=len(company.people),
        files=len(files),
        file_bytes=sum(file.stat().st_size for file in files) // len(files),
        row_bytes=company.row_bytes,
        runs=runs,
        floor=floor,
        commands={
            "validate": validate,
            "plan, nothing changed": unchanged,
            "plan, 1 % changed": changed,
            "apply, 1 % changed": apply,
            "apply, the first, of all": first_apply,
        },
        stages={part: Timing(tuple(each[part] for each in stages)) for part in stages[0]},
    )


def _times(runs: int, action: Callable[[], float], before: Callable[[], None] = lambda: None) -> Timing:
    seconds = []
    for _ in range(runs):
        before()
        seconds.append(action())
    return Timing(tuple(seconds))


def _floor(company: Company, parser: str, differing: int) -> float:
    out, seconds = _run(company, [sys.executable, "-m", "benchmarks.floor", str(company.folder), parser])
    _expect("the floor's differing accounts", int(out), differing)
    return seconds


def _stages(company: Company) -> dict[str, float]:
    out, _ = _run(company, [sys.executable, "-m", "benchmarks.stages", str(company.folder)])
    document = json.loads(out)
    _expect("the accounts that the parts of a plan found changed", document["changed"], len(company.moving))
    seconds: dict[str, float] = document["seconds"]
    return seconds


def _validate(company: Company) -> float:
    document, seconds = _efsync(company, "validate")
    _expect("validate", (document["valid"], document["accounts"]), (True, len(company.people)))
    return seconds


def _plan(company: Company, changed: list[str]) -> float:
    document, seconds = _efsync(company, "plan")
    found = {change["user"]: [field["field"] for field in change["fields"]] for change in document["changes"]}
    _expect("the plan's changes", found, {code: ["domain"] for code in changed})
    _expect("the plan's unchanged accounts", document["summary"]["unchanged"], len(company.people) - len(changed))
    return seconds


def _apply_all(company: Company) -> float:
    seconds = _apply(company, len(company.people), "--allow-changed")
    written = company.erp("SELECT count(*) FROM Usuarios WHERE Cla_Cor NOT LIKE 'vieja-%' AND Dom_Cor = 'acme.example'")
    _expect("the rows that the apply wrote", written, len(company.people))
    return seconds


def _apply_moved(company: Company) -> float:
    seconds = _apply(company, len(company.moving))
    written = company.erp("SELECT count(*) FROM Usuarios WHERE Dom_Cor = 'valencia.acme.example'")
    _expect("the rows that the apply wrote", written, len(company.moving))
    return seconds


def _apply(company: Company, changed: int, *options: str) -> float:
    document, seconds = _efsync(company, "apply", "--yes", *options)
    _expect("the apply", (document["status"], document["summary"]["changed"]), ("applied", changed))
    return seconds


def _efsync(company: Company, *arguments: str) -> tuple[Any, float]:
    out, seconds = _run(company, [str(EFSYNC), *arguments, "--format", "json"], company.folder)
    return json.loads(out), seconds


def _run(company: Company, command: Sequence[str], folder: Path | None = None) -> tuple[str, float]:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=company.environment, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise Unexpected(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}")
    return done.stdout, seconds


def _seconds(parse: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    parse(text)
    return time.perf_counter() - started


def _expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise Unexpected(f"{what}: expected {expected}, found {found}")
