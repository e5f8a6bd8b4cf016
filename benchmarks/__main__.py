"""`python -m benchmarks`: generates companies in a temporary folder, measures, prints the report."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.chart import chart
from benchmarks.company import MOST, Company
from benchmarks.databases import SERVERS, SQLITE, available, new_database
from benchmarks.measure import Measured, Measurement, Timed
from benchmarks.parsers import NoParser, fastest_parser
from benchmarks.peers import OCTODNS, OCTODNS_MOST, OctoDns, find_octodns
from benchmarks.people import DEPARTMENT_SIZE, Person, Way, department
from benchmarks.processes import Step, Unexpected
from benchmarks.report import Results, document, markdown
from benchmarks.startup import measure_startup

SIZES = (1_000, 10_000, 100_000)
LARGE = 50_000
"""From so many accounts on, three rounds are enough unless `--runs` says otherwise; before, five."""

STARTUP_ROUNDS = 15
CHARTED = {
    Timed.FLOOR: "floor",
    Timed.APPLY_ALL: "apply, all accounts change",
    OCTODNS: "octoDNS, YAML to YAML",
    Timed.PLAN: "plan, nothing cached",
    Timed.PLAN_AGAIN: "plan, second run",
    Timed.VALIDATE: "validate, nothing cached",
}
"""The series of the chart, and what they are called there."""


def main() -> None:
    """Parse, measure, report."""
    arguments = _arguments()
    try:
        results = _measure(arguments)
    except (Unexpected, NoParser) as error:
        sys.exit(f"benchmarks: {error}")
    print("\n".join(markdown(results)))
    _write(arguments.json, json.dumps(document(results), indent=2) + "\n")
    database, measured = next(results.plain())
    _write(arguments.chart, chart(f"Seconds of the whole process ({database})", _charted(measured)))


def _measure(arguments: argparse.Namespace) -> Results:
    people = tuple(Person(number) for number in range(DEPARTMENT_SIZE))
    parser, parsers = fastest_parser(department(people, Way.PLAIN, moved=False))
    octodns = find_octodns(arguments.octodns)
    here = [kind for kind in available() if kind in arguments.databases]
    if not here:
        raise Unexpected(f"no server answers: {', '.join(arguments.databases)}")
    return Results(
        parser=parser,
        parsers=parsers,
        octodns=octodns.version if octodns else None,
        databases_away=[kind for kind in arguments.databases if kind not in here],
        companies=[*_companies(arguments, here, parser, octodns)],
        startup=measure_startup(arguments.runs or STARTUP_ROUNDS),
    )


def _companies(
    arguments: argparse.Namespace, databases: list[str], parser: str, octodns: OctoDns | None
) -> Iterator[Measured]:
    ways = [(kind, Way.PLAIN) for kind in databases]
    ways += [(SQLITE, Way.WHOLE)] if arguments.whole and SQLITE in databases else []
    for kind, way in ways:
        for accounts in arguments.sizes:
            rounds = arguments.runs or (3 if accounts >= LARGE else 5)
            print(f"measuring {kind}, {way}, {accounts:,} accounts, rounds: {rounds}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="efsync-benchmark-") as folder:
                yield _company(Path(folder), kind, way, accounts, rounds, parser, octodns)


def _company(
    folder: Path, kind: str, way: Way, accounts: int, rounds: int, parser: str, octodns: OctoDns | None
) -> Measured:
    with new_database(kind, folder) as database:
        company = Company(folder / "company", accounts, database, way)
        measurement = Measurement(company, parser)
        if way is Way.WHOLE:
            return measurement.alone(rounds)
        beside: tuple[Step, ...] = ()
        if octodns is not None and kind == SQLITE and accounts <= OCTODNS_MOST:
            beside = (octodns.step(folder / "octodns", company.people),)
        return measurement.against_floor(rounds, beside)


def _charted(measured: list[Measured]) -> dict[str, dict[int, float]]:
    series = {
        shown: {each.accounts: each.series[name].seconds for each in measured if name in each.series}
        for name, shown in CHARTED.items()
    }
    return {shown: points for shown, points in series.items() if points}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description="How long efsync takes, and against a floor.")
    results = Path(__file__).with_name("results")
    parser.add_argument(
        "--sizes", type=_positive, nargs="+", default=SIZES, metavar="N", help="accounts; 1000, 10000 and 100000"
    )
    parser.add_argument("--runs", type=_positive, metavar="N", help=f"rounds; 5, or 3 from {LARGE} accounts on")
    parser.add_argument(
        "--databases",
        nargs="+",
        choices=[SQLITE, *SERVERS],
        default=[SQLITE, *SERVERS],
        help="where the ERP is; all that answer",
    )
    parser.add_argument("--no-whole", dest="whole", action="store_false", help="leave templates and variables out")
    parser.add_argument(
        "--octodns", default=sys.executable, metavar="PYTHON", help="an interpreter that imports octoDNS; this one"
    )
    parser.add_argument("--json", type=Path, default=results / "results.json", metavar="FILE", help="every run")
    parser.add_argument("--chart", type=Path, default=results / "growth.svg", metavar="FILE", help="growth, as SVG")
    arguments = parser.parse_args()
    arguments.sizes = sorted(set(arguments.sizes))
    arguments.databases = [kind for kind in (SQLITE, *SERVERS) if kind in arguments.databases]
    return arguments


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {MOST}")
    return int(text)


if __name__ == "__main__":
    main()
