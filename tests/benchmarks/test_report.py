"""The report shows what was measured, in tables that are such, and says what is left out."""

import json
from itertools import groupby

import pytest

from benchmarks.measure import Measured, Timed
from benchmarks.peers import OCTODNS
from benchmarks.processes import Run, Series
from benchmarks.report import Results, document, markdown
from benchmarks.startup import COMMANDS, Startup

TWO_RUNS = Series((Run(0.5, 50_000_000, 0.4), Run(1.5, 60_000_000, 0.6)))


def measured(database: str, way: str, accounts: int) -> Measured:
    return Measured(database, way, accounts, 2, 10, 39_000, 2_400, {str(name): TWO_RUNS for name in (*Timed, OCTODNS)})


@pytest.fixture
def results() -> Results:
    sizes = (1_000, 10_000)
    return Results(
        parser="yaml-rs",
        parsers={"yaml-rs": 0.001},
        octodns="1.0",
        databases_away=["mariadb"],
        companies=[
            *(measured("sqlite", "plain", size) for size in sizes),
            *(measured("postgresql", "plain", size) for size in sizes),
            *(measured("sqlite", "whole", size) for size in sizes),
        ],
        startup=Startup(TWO_RUNS, dict.fromkeys(COMMANDS, TWO_RUNS), {name: [] for name in COMMANDS}),
    )


def test_every_table_has_as_many_cells_in_each_line(results: Results) -> None:
    lines = "\n".join(markdown(results)).split("\n")
    tables = [[*table] for is_table, table in groupby(lines, key=lambda line: line.startswith("|")) if is_table]
    assert len(tables) == 4 + 4 + 1 + 1  # each database, the whole way, before any work
    assert all(len({line.count("|") for line in table}) == 1 for table in tables)
    assert all(set(table[1]) == set("|-: ") for table in tables)


def test_a_ratio_stands_beside_its_seconds_and_its_target(results: Results) -> None:
    line = next(line for line in markdown(results) if line.startswith(f"| {Timed.PLAN} "))
    assert "5 \N{MULTIPLICATION SIGN} at 1,000" in line
    assert line.count("1.00 s, 1.00 \N{MULTIPLICATION SIGN} ✓") == 2
    assert line.endswith("| yes |")


def test_what_is_left_out_is_said_by_name(results: Results) -> None:
    introduction = "\n".join(markdown(results)).partition("\n## ")[0]
    assert "octoDNS 1.0" in introduction
    assert "Terraform and decK" in introduction
    assert "No server answered: mariadb." in introduction


def test_only_sqlite_and_what_comes_before_any_work_count_as_targets_met(results: Results) -> None:
    last = [*markdown(results)][-1]
    judged = [target for target in document(results)["targets"] if target.get("database", "sqlite") == "sqlite"]
    cells = [cell for target in judged for cell in target["cells"].values() if cell["met"] is not None]
    assert last == f"Targets met on sqlite and before any work: {sum(cell['met'] for cell in cells)} of {len(cells)}."


def test_programs_get_every_run(results: Results) -> None:
    read = json.loads(json.dumps(document(results)))
    assert [each["database"] for each in read["companies"]] == ["sqlite"] * 2 + ["postgresql"] * 2 + ["sqlite"] * 2
    assert read["companies"][0]["series"][Timed.FLOOR] == {
        "seconds": 1.0,
        "peak_bytes": 60_000_000,
        "runs": [
            {"seconds": 0.5, "processor_seconds": 0.4, "peak_bytes": 50_000_000},
            {"seconds": 1.5, "processor_seconds": 0.6, "peak_bytes": 60_000_000},
        ],
    }
