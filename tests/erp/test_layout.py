"""The table and columns that the layout names, against those that are there."""

import pytest

from tests.erp.conftest import Reader
from tests.world import World


def test_a_missing_table_is_refused_with_the_nearest_one(world: World, erp: Reader) -> None:
    world.sql("ALTER TABLE Usuarios RENAME TO Usuario")
    with erp.refused() as problems:
        erp.read()
    assert [(problem.code, problem.message, problem.hint) for problem in problems] == [
        ("database", "the database has no table Usuarios", "there is Usuario")
    ]


def test_an_empty_database_has_no_table_to_suggest(world: World, erp: Reader) -> None:
    world.write("erp.db", b"")
    with erp.refused() as problems:
        erp.read()
    assert [problem.hint for problem in problems] == [None]


def test_every_missing_column_is_named_with_its_meaning_and_the_nearest_name(world: World, erp: Reader) -> None:
    world.sql("ALTER TABLE Usuarios RENAME COLUMN Pue_Cor TO Puerto_Cor")
    world.sql("ALTER TABLE Usuarios RENAME COLUMN Fir_Cor TO Zzzzzzzz")
    with erp.refused() as problems:
        erp.read()
    assert [problem.message for problem in problems] == [
        "the table Usuarios has no column Pue_Cor, which is mapped to port",
        "the table Usuarios has no column Fir_Cor, which is mapped to signature",
    ]
    assert problems[0].hint == "there is Puerto_Cor"
    assert {problem.code for problem in problems} == {"database"}


@pytest.mark.parametrize("column", ["Cod_Usu", "Departamento", "Cla_Cor"])
def test_any_mapped_column_is_needed(world: World, erp: Reader, column: str) -> None:
    world.sql(f"ALTER TABLE Usuarios RENAME COLUMN {column} TO Otra")
    with erp.refused() as problems:
        erp.read()
    assert [column in problem.message for problem in problems] == [True]


def test_columns_that_are_not_mapped_are_not_needed(world: World, erp: Reader) -> None:
    world.user("JPEREZ")
    world.sql("ALTER TABLE Usuarios DROP COLUMN Comentario")
    assert list(erp.read()) == ["jperez"]
