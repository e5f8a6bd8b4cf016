"""Whose users are meant: the tenant column."""

import pytest

from tests.erp.conftest import Reader
from tests.world import World


@pytest.fixture
def two_tenants(world: World) -> World:
    """ACME and GLOBEX, each with a JPEREZ."""
    world.user("JPEREZ", tenant="ACME", name="of ACME")
    world.user("JPEREZ", tenant="GLOBEX", name="of GLOBEX")
    return world


@pytest.mark.parametrize("tenant", ["ACME", "GLOBEX"])
def test_only_the_users_of_the_named_tenant_are_read(two_tenants: World, erp: Reader, tenant: str) -> None:
    assert [account.name for account in erp.read(tenant).values()] == [f"of {tenant}"]


def test_several_tenants_and_none_named_is_refused_with_their_names(two_tenants: World, erp: Reader) -> None:
    with erp.refused() as problems:
        erp.read(None)
    (problem,) = problems
    assert problem.code == "config"
    assert "ACME, GLOBEX" in problem.message
    assert "tenant" in (problem.hint or "")


def test_a_tenant_that_nobody_has_is_refused_with_the_ones_there_are(two_tenants: World, erp: Reader) -> None:
    with erp.refused() as problems:
        erp.read("ACNE")
    (problem,) = problems
    assert problem.code == "config"
    assert "ACNE" in problem.message
    assert "ACME, GLOBEX" in (problem.hint or "")


def test_a_single_tenant_needs_no_name(world: World, erp: Reader) -> None:
    world.user("JPEREZ", tenant="ACME")
    with erp.erp(None).reading() as users:
        assert users.tenant == "ACME"
        assert list(users.read(None)) == ["jperez"]


def test_padding_and_case_of_a_tenant_do_not_count(world: World, erp: Reader) -> None:
    world.user("JPEREZ", tenant="ACME")
    world.user("MROJAS", tenant="acme")
    world.sql("UPDATE Usuarios SET Cod_Cli = 'Acme' WHERE rtrim(Cod_Usu) = 'MROJAS'")
    assert set(erp.read("aCmE")) == {"jperez", "mrojas"}


def test_users_of_no_tenant_are_not_the_named_tenants(world: World, erp: Reader) -> None:
    world.user("JPEREZ", tenant="ACME")
    world.user("LOOSE", tenant="")
    world.user("NULL", tenant="")
    world.sql("UPDATE Usuarios SET Cod_Cli = NULL WHERE rtrim(Cod_Usu) = 'NULL'")
    assert set(erp.read("ACME")) == {"jperez"}
