"""Tenants at their limits: spelled in very many ways, or not at all."""

from pathlib import Path

from tests.cli.inside import call_json
from tests.erp.conftest import Reader
from tests.layouts.properties import PropertyWorld
from tests.world import World


def _spell(world: World, ways: int) -> None:
    """Add a user for each way to spell ACME, which differ in their padding."""
    world.sql(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ways}) "
        "INSERT INTO Usuarios (Cod_Usu, Cod_Cli) SELECT printf('U%04d', i), printf('%-*s', 3 + i, 'ACME') FROM n"
    )


def test_every_spelling_of_a_tenant_is_read(world: World, erp: Reader) -> None:
    _spell(world, 500)
    assert len(erp.read()) == 500


def test_more_spellings_than_a_statement_takes_are_refused(world: World, erp: Reader) -> None:
    _spell(world, 501)
    with erp.refused() as problems:
        erp.read()
    assert [problem.message for problem in problems] == ["the table Usuarios spells tenant ACME in 501 ways"]


def test_property_rows_are_not_told_apart_from_those_of_a_user_without_a_tenant(tmp_path: Path) -> None:
    world = PropertyWorld(tmp_path)
    world.user("JPEREZ")
    world.sql("INSERT INTO Usuarios (Cod_Usu, Cod_Cli) VALUES ('jperez', NULL)")
    world.user("AJENO", tenant="GLOBEX")
    world.department("  JPEREZ:\n    port: 25\n")
    result = call_json(world, "plan")
    assert (result.status, result.codes) == (1, ["shared-user"])
