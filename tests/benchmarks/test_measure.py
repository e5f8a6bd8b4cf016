"""A tiny company goes through everything that is measured, on each database."""

from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks.company import Company
from benchmarks.databases import SERVERS, SQLITE, new_database
from benchmarks.measure import Measurement, Timed
from benchmarks.people import Way
from benchmarks.processes import Unexpected
from efsync.erp.demo.database import usuarios
from tests.benchmarks.conftest import ACCOUNTS
from tests.world import THOROUGH


@pytest.mark.parametrize("kind", [SQLITE, *(SERVERS if THOROUGH else ())])
def test_everything_is_measured_and_does_what_it_should(company: Company, kind: str) -> None:
    measured = Measurement(company, "yaml-rs").against_floor(1)
    assert (measured.database, measured.accounts, measured.files) == (kind, ACCOUNTS, 1)
    assert measured.series.keys() == set(Timed)
    assert all(run.seconds > 0 and run.peak > 1_000_000 for each in measured.series.values() for run in each.runs)
    # the floor runs before each plan that is compared with it, so that both see the same machine
    assert {name: len(each.runs) for name, each in measured.series.items() if len(each.runs) > 1} == {
        Timed.FLOOR: 4,
        Timed.FLOOR_FILES: 2,
    }


def test_the_whole_way_is_measured_without_a_floor(tmp_path: Path) -> None:
    with new_database(SQLITE, tmp_path) as database:
        measured = Measurement(Company(tmp_path / "company", ACCOUNTS, database, Way.WHOLE), "yaml-rs").alone(1)
    assert measured.way == Way.WHOLE
    assert {Timed.PLAN, Timed.APPLY_SOME, Timed.APPLY_ALL} <= measured.series.keys()
    assert Timed.FLOOR not in measured.series


class Disturbed(Company):
    """A company whose ERP somebody else changes after the first apply."""

    def save(self, name: str) -> None:
        super().save(name)
        if name == "applied":
            with self.database.engine.begin() as connection:
                connection.execute(update(usuarios).values(Dom_Cor="ajeno.example"))


def test_a_plan_that_finds_something_else_than_it_should_is_not_measured(tmp_path: Path) -> None:
    with new_database(SQLITE, tmp_path) as database:
        measurement = Measurement(Disturbed(tmp_path / "company", ACCOUNTS, database), "yaml-rs")
        with pytest.raises(Unexpected, match=r"the plan's changes: expected {}, found {'EMP00000': \['domain'\]"):
            measurement.alone(1)
