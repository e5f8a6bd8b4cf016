"""The floor and the raw ways do the work that efsync is compared with: find what differs, check what they write."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from benchmarks.company import AS_IS, MOVED, Company
from benchmarks.databases import SERVERS, SQLITE, count
from benchmarks.parsers import installed_parsers
from benchmarks.people import MOVED_DOMAIN
from benchmarks.processes import Unexpected, program, run
from efsync.erp.demo.database import usuarios
from tests.benchmarks.conftest import ACCOUNTS

EVERYWHERE = pytest.mark.parametrize("kind", [SQLITE, *SERVERS])


@pytest.fixture
def written(company: Company) -> Company:
    """A company whose ERP holds what the files say."""
    company.generate()
    assert call(company, "raw", "plan-and-write") == ACCOUNTS
    return company


def call(company: Company, module: str, what: str, settings: str = AS_IS, parser: str = "yaml-rs") -> int:
    accounts = company.accounts_folder(settings)
    database = company.database
    arguments = [what, parser, str(company.folder), accounts, database.kind, json.dumps(database.connect)]
    return int(run(program(module, *arguments), company.environment)[0])


def change(company: Company, code: str, **columns: Any) -> None:
    with company.database.engine.connect() as connection:
        connection.execute(update(usuarios).where(usuarios.c.Cod_Usu == code.ljust(10)).values(columns))
        connection.commit()


@EVERYWHERE
def test_the_floor_finds_nothing_where_the_erp_is_as_the_files_say(written: Company) -> None:
    assert call(written, "floor", "plan") == 0
    assert call(written, "floor", "passwords") == 0


@pytest.mark.parametrize(
    "column", ["Correo", "Ser_Cor", "Pue_Cor", "Ssl_Cor", "Dom_Cor", "Enc_Cor", "Fir_Cor", "Pie_Cor"]
)
def test_the_floor_finds_an_account_that_differs_in_any_field(written: Company, column: str) -> None:
    change(written, "EMP00007", **{column: 0})
    assert call(written, "floor", "plan") == 1


def test_only_the_floor_that_reads_passwords_finds_another_password(written: Company) -> None:
    change(written, "EMP00007", Cla_Cor="otra")
    assert call(written, "floor", "plan") == 0
    assert call(written, "floor", "passwords") == 1


@pytest.mark.parametrize("parser", installed_parsers())
def test_the_floor_finds_the_same_with_every_parser(written: Company, parser: str) -> None:
    change(written, "EMP00007", Pue_Cor=25)
    assert call(written, "floor", "plan", parser=parser) == 1
    assert call(written, "floor", "files", parser=parser) == ACCOUNTS


def test_the_floor_refuses_a_file_that_is_not_valid(written: Company) -> None:
    file = written.department_files[0]
    file.write_text(file.read_text(encoding="utf-8").replace("port: 587", "port: 70000", 1), encoding="utf-8")
    with pytest.raises(Unexpected, match="is not valid"):
        call(written, "floor", "files")


@EVERYWHERE
def test_the_raw_way_writes_what_was_prepared(written: Company) -> None:
    assert call(written, "raw", "prepare", MOVED) == 1
    assert call(written, "raw", "write", MOVED) == 1
    assert count(written.database, usuarios.c.Dom_Cor == MOVED_DOMAIN) == 1
    assert call(written, "floor", "plan", MOVED) == 0


@EVERYWHERE
def test_the_raw_way_writes_nothing_where_a_row_is_not_as_it_was(written: Company) -> None:
    assert call(written, "raw", "prepare", MOVED) == 1
    change(written, "EMP00000", Dom_Cor="ajeno.example")
    with pytest.raises(Unexpected, match="0 rows were as expected, of 1"):
        call(written, "raw", "write", MOVED)
    with written.database.engine.connect() as connection:
        moving = usuarios.c.Cod_Usu == "EMP00000".ljust(10)
        assert connection.execute(select(usuarios.c.Dom_Cor).where(moving)).scalar_one() == "ajeno.example"
