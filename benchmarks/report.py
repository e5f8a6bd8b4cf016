"""Shows measurements: as tables in Markdown for people, as JSON for programs."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import efsync
from benchmarks.measure import Measured, Timed
from benchmarks.peers import LEFT_OUT, OCTODNS, OCTODNS_MOST
from benchmarks.people import Way
from benchmarks.processes import Series
from benchmarks.startup import BARE, Startup
from benchmarks.targets import (
    Line,
    growth_lines,
    memory_lines,
    ratio_lines,
    seconds_lines,
    shown_seconds,
    startup_lines,
)

_FLOORS = (
    Timed.FLOOR,
    Timed.FLOOR_PASSWORDS,
    Timed.FLOOR_FILES,
    Timed.RAW_APPLY_SOME,
    Timed.RAW_WRITE_SOME,
    Timed.RAW_APPLY_ALL,
    Timed.RAW_WRITE_ALL,
)
_MARKS = {True: " ✓", False: " ✗", None: ""}


@dataclass(frozen=True)
class Results:
    """Everything that was measured, and with what."""

    parser: str
    parsers: dict[str, float]
    octodns: str | None
    databases_away: list[str]
    companies: list[Measured]
    startup: Startup

    def plain(self) -> Iterator[tuple[str, list[Measured]]]:
        """The plain companies of each database, the smallest first."""
        plain = [each for each in self.companies if each.way == Way.PLAIN]
        for database, measured in groupby(plain, key=lambda each: each.database):
            yield database, sorted(measured, key=lambda each: each.accounts)

    def whole(self) -> list[Measured]:
        """The companies with templates and passwords from the environment."""
        return [each for each in self.companies if each.way == Way.WHOLE]


def markdown(results: Results) -> Iterator[str]:
    """The lines of the report."""
    yield from _introduction(results)
    for database, measured in results.plain():
        yield from ["", f"## {database}", ""]
        yield from _by_size([*ratio_lines(measured)], measured)
        yield from ["", f"The floors, and the peers, on {database}:", ""]
        peers = [OCTODNS] if database == "sqlite" and results.octodns else []
        yield from _by_size([*seconds_lines(measured, [*_FLOORS, *peers])], measured)
        yield from ["", f"Most memory at once, {database}:", ""]
        yield from _by_size([*memory_lines(measured)], measured)
        if len(measured) > 1:
            yield from ["", f"Growth of time, {database}:", ""]
            yield from _by_size([*growth_lines(measured)], measured)
    if whole := results.whole():
        yield from ["", "## The whole way: templates, passwords from files and variables (sqlite)", ""]
        yield from _by_size([*seconds_lines(whole, list(whole[0].series))], whole)
    yield from ["", "## Before any work", ""]
    yield from _startup(results.startup)
    lines = [line for line, _ in startup_lines(results.startup)]
    lines += [line for database, measured in results.plain() if database == "sqlite" for line in _judged(measured)]
    met = [cell.met for line in lines for cell in line.cells.values() if cell.met is not None]
    yield from ["", f"Targets met on sqlite and before any work: {sum(met)} of {len(met)}."]


def document(results: Results) -> dict[str, Any]:
    """The same for programs, with every run."""
    startup = results.startup
    return {
        "python": platform.python_version(),
        "efsync": efsync.__version__,
        "cpus": os.cpu_count(),
        "floor_parser": results.parser,
        "parser_seconds": results.parsers,
        "octodns": results.octodns,
        "databases_away": results.databases_away,
        "companies": [
            {
                "database": each.database,
                "way": each.way,
                "accounts": each.accounts,
                "rounds": each.rounds,
                "files": each.files,
                "file_bytes": each.file_bytes,
                "row_bytes": each.row_bytes,
                "series": {name: _series(series) for name, series in each.series.items()},
            }
            for each in results.companies
        ],
        "startup": {
            BARE: _series(startup.bare),
            **{
                name: _series(series) | {"heavy": startup.heavy[name], "over_bare": startup.over_bare(name)}
                for name, series in startup.commands.items()
            },
        },
        "targets": [
            *(
                _line(line) | {"database": database}
                for database, measured in results.plain()
                for line in _judged(measured)
            ),
            *(_line(line) for line, _ in startup_lines(startup)),
        ],
    }


def _judged(measured: list[Measured]) -> list[Line]:
    return [*ratio_lines(measured), *memory_lines(measured), *growth_lines(measured)]


def _introduction(results: Results) -> Iterator[str]:
    octodns = f"octoDNS {results.octodns}, up to {OCTODNS_MOST:,} accounts" if results.octodns else "no octoDNS here"
    yield (
        f"Python {platform.python_version()}, efsync {efsync.__version__}, {os.cpu_count()} CPUs. The floor reads YAML "
        f"with {results.parser}. Seconds are medians of whole processes. Beside it: {octodns}. {LEFT_OUT}."
    )
    if results.databases_away:
        yield f"No server answered: {', '.join(results.databases_away)}."
    for each in results.companies:
        yield (
            f"- {each.database}, {each.way}, {each.accounts:,} accounts: {each.files} files of "
            f"{each.file_bytes / 1000:.0f} KB, rows of {each.row_bytes / 1000:.1f} KB, rounds: {each.rounds}."
        )


def _by_size(lines: Sequence[Line], measured: Sequence[Measured]) -> Iterator[str]:
    sizes = [each.accounts for each in measured]
    with_target = any(line.target for line in lines)
    columns = ["", *(["against", "at most"] if with_target else []), *(f"{size:,} accounts" for size in sizes)]
    rows = []
    for line in lines:
        cells = [line.cells.get(size) for size in sizes]
        shown = [f"{cell.shown}{_MARKS[cell.met]}" if cell else "" for cell in cells]
        asked = [line.against, line.target] if with_target else []
        rows.append([line.what, *asked, *shown, *([line.met] if with_target else [])])
    yield from _table([*columns, *(["met"] if with_target else [])], rows)


def _startup(startup: Startup) -> Iterator[str]:
    rows = [[BARE, shown_seconds(startup.bare.seconds), "", "", "", ""]]
    for line, heavy in startup_lines(startup):
        took = shown_seconds(startup.commands[line.what].seconds)
        rows.append([line.what, took, line.cells[0].shown, line.target, heavy, line.met])
    yield from _table(["", "whole process", f"over {BARE}", "at most", "heavy imports", "met"], rows)


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    yield _row(head, widths)
    yield _row(["-" * widths[0], *("-" * (max(width, 2) - 1) + ":" for width in widths[1:])], widths)
    for row in rows:
        yield _row(row, widths)


def _row(row: list[str], widths: list[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])} |"


def _series(series: Series) -> dict[str, Any]:
    return {
        "seconds": series.seconds,
        "peak_bytes": series.peak,
        "runs": [
            {"seconds": run.seconds, "processor_seconds": run.processor, "peak_bytes": run.peak} for run in series.runs
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    cells = {str(accounts): {"value": cell.value, "met": cell.met} for accounts, cell in line.cells.items()}
    return {"what": line.what, "against": line.against, "target": line.target, "cells": cells}
