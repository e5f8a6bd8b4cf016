"""`python -m benchmarks`: generates companies in a temporary folder, measures, prints the report."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.company import DEPARTMENT_SIZE, Company
from benchmarks.measure import Measured, Unexpected, fastest_parser, measure
from benchmarks.report import document, markdown

SIZES = (1_000, 10_000)
LARGE = 5_000
"""From so many accounts on, one run is enough unless `--runs` says otherwise."""

MOST = 100_000
"""The codes of a company have five digits."""


def main() -> None:
    """Parse, measure, report."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="efsync-benchmark-") as folder:
        try:
            parser = _warm_up(Path(folder, "warm-up"))
            measured = [_measure(Path(folder), accounts, arguments.runs, parser) for accounts in arguments.accounts]
        except Unexpected as error:
            sys.exit(f"benchmarks: {error}")
    print("\n".join(markdown(parser, measured)))
    if arguments.json is not None:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(document(parser, measured), indent=2) + "\n", encoding="utf-8")


def _warm_up(folder: Path) -> str:
    """Fill the caches of a machine that has not run efsync yet; the name of the floor's parser."""
    sample = Company(folder / "sample", DEPARTMENT_SIZE)
    sample.generate()
    parser = fastest_parser(sample.department_files[0].read_text(encoding="utf-8"))
    measure(Company(folder / "measured", DEPARTMENT_SIZE), 1, parser)
    return parser


def _measure(folder: Path, accounts: int, runs: int | None, parser: str) -> Measured:
    runs = runs or (1 if accounts >= LARGE else 3)
    print(f"measuring {accounts:,} accounts, runs of each command: {runs}", file=sys.stderr, flush=True)
    return measure(Company(folder / str(accounts), accounts), runs, parser)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description="How long efsync takes, and against a floor.")
    parser.add_argument(
        "--accounts", type=_positive, nargs="+", default=SIZES, metavar="N", help="sizes of companies; 1000 and 10000"
    )
    parser.add_argument("--runs", type=_positive, metavar="N", help=f"runs of each; 3, or 1 from {LARGE} accounts on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    arguments = parser.parse_args()
    arguments.accounts = sorted(set(arguments.accounts))
    return arguments


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {MOST}")
    return int(text)


if __name__ == "__main__":
    main()
