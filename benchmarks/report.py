"""Shows measurements: as tables in Markdown for people, as JSON for programs."""

import os
import platform
from collections.abc import Iterator, Sequence
from typing import Any

import efsync
from benchmarks.measure import Measured, Timing


def markdown(parser: str, measured: Sequence[Measured]) -> Iterator[str]:
    """The lines of the report."""
    yield (
        f"Python {platform.python_version()}, efsync {efsync.__version__}, {os.cpu_count()} CPUs; "
        f"the floor reads YAML with {parser}."
    )
    for each in measured:
        yield (
            f"{each.accounts:,} accounts: {each.files} files of {each.file_bytes / 1000:.0f} KB, "
            f"rows of {each.row_bytes / 1000:.1f} KB; {_median_of(each.runs)}."
        )
    sizes = [f"{each.accounts:,} accounts" for each in measured]
    yield ""
    yield from _table(
        ["whole command", *(head for size in sizes for head in (size, "to the floor"))],
        [
            ["the floor", *(cell for each in measured for cell in (_seconds(each.floor), "1"))],
            *(
                [name, *(cell for each in measured for cell in _compared(each.commands[name], each.floor))]
                for name in measured[0].commands
            ),
        ],
    )
    yield ""
    yield from _table(
        ["part of a plan, 1 % changed", *sizes],
        [[name, *(_seconds(each.stages[name]) for each in measured)] for name in measured[0].stages],
    )


def document(parser: str, measured: Sequence[Measured]) -> dict[str, Any]:
    """The same for programs, with every run."""
    return {
        "python": platform.python_version(),
        "efsync": efsync.__version__,
        "cpus": os.cpu_count(),
        "floor_parser": parser,
        "sizes": [
            {
                "accounts": each.accounts,
                "files": each.files,
                "file_bytes": each.file_bytes,
                "row_bytes": each.row_bytes,
                "floor": _timing(each.floor),
                "commands": {
                    name: {**_timing(timing), "ratio": timing.median / each.floor.median}
                    for name, timing in each.commands.items()
                },
                "stages": {name: _timing(timing) for name, timing in each.stages.items()},
            }
            for each in measured
        ],
    }


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    yield _line(head, widths)
    yield _line(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])], widths)
    for row in rows:
        yield _line(row, widths)


def _line(row: list[str], widths: list[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])} |"


def _compared(timing: Timing, floor: Timing) -> tuple[str, str]:
    return _seconds(timing), f"{timing.median / floor.median:.1f}"


def _seconds(timing: Timing) -> str:
    return f"{timing.median:.3f} s" if timing.median < 1 else f"{timing.median:.2f} s"


def _timing(timing: Timing) -> dict[str, Any]:
    return {"seconds": timing.median, "runs": list(timing.runs)}


def _median_of(runs: int) -> str:
    return "one run of each command" if runs == 1 else f"seconds are the median of {runs} runs"
