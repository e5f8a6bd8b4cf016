"""What is generated: accounts as the figures say, kept and brought back, and dropped at the end."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import NullPool, create_engine, update
from sqlalchemy.exc import OperationalError

from benchmarks.company import MOST, Company
from benchmarks.databases import SERVERS, SQLITE, available, count, new_database, row_bytes
from benchmarks.parsers import fastest_parser
from benchmarks.people import DEPARTMENT_SIZE, Person, Way, department
from efsync.erp.demo.database import usuarios
from tests.benchmarks.conftest import ACCOUNTS

FULL = tuple(Person(number) for number in range(DEPARTMENT_SIZE))


@pytest.mark.parametrize("way", Way)
def test_a_department_of_a_hundred_is_a_file_of_about_39_kilobytes(way: Way) -> None:
    assert 37_000 <= len(department(FULL, way, moved=False).encode()) <= 41_000


def test_one_per_cent_moves(company: Company) -> None:
    plain, moved = (yaml.safe_load(department(FULL, Way.PLAIN, moved=moved))["users"] for moved in (False, True))
    assert [code for code in plain if plain[code] != moved[code]] == ["EMP00000"]


def test_the_largest_company_has_a_code_for_everybody() -> None:
    assert len(Person(MOST - 1).code) == len(Person(0).code) <= 10


def test_only_the_whole_way_has_templates_and_variables() -> None:
    plain, whole = (department(FULL, way, moved=False) for way in (Way.PLAIN, Way.WHOLE))
    assert "template:" in whole
    assert "{env:" in whole
    assert "template:" not in plain
    assert "{env:" not in plain


@pytest.mark.parametrize("kind", [SQLITE, *SERVERS])
def test_a_company_is_brought_back_as_it_was_without_what_was_cached(company: Company) -> None:
    company.generate()
    assert 2_200 <= row_bytes(company.database) <= 2_700
    state = company.folder / ".efsync"
    (state / "cache").mkdir(parents=True)
    (state / "state.db").write_text("as it was")
    company.save("kept")
    (state / "state.db").write_text("later")
    (state / "cache").mkdir()
    with company.database.engine.connect() as connection:
        connection.execute(update(usuarios).values(Dom_Cor="ajeno.example"))
        connection.commit()
    company.restore("kept")
    assert (state / "state.db").read_text() == "as it was"
    assert not (state / "cache").exists()
    assert count(company.database, usuarios.c.Dom_Cor == "correo-viejo.example") == ACCOUNTS
    assert count(company.database) == ACCOUNTS


@pytest.mark.parametrize("kind", SERVERS)
def test_a_database_on_a_server_is_dropped_when_something_fails(tmp_path: Path, kind: str) -> None:
    if kind not in available():
        pytest.skip(f"there is no {kind} server")
    urls = []

    def fail() -> None:
        with new_database(kind, tmp_path) as database:
            urls.append(database.url)
            create_engine(database.url, poolclass=NullPool).connect().close()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(OperationalError, match="efsync_bench_"):
        create_engine(urls[0], poolclass=NullPool).connect()


def test_the_fastest_parser_is_one_that_gives_the_data() -> None:
    name, seconds = fastest_parser(department(FULL, Way.PLAIN, moved=False))
    assert seconds[name] == min(seconds.values())
    assert "yaml-rs" in seconds


def test_a_parser_that_reads_something_else_is_out() -> None:
    _, seconds = fastest_parser("0012: 1")
    assert "rapidyaml" not in seconds  # its JSON has no numbers as keys
