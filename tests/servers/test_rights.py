"""Apply asks before anything is written, or remembered, for every right that it needs, and for no other."""

from typing import Any

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.servers.examined import everything, kind_of
from tests.servers.test_doctor_rights import AUDIT, LAYOUT, Grant, grant  # noqa: F401
from tests.world import World

PROPERTIES = "Campos_Propiedades"
LOCKING = ("UPDATE (|Cod_Usu|)", "Usuarios")
"""What PostgreSQL wants of who locks a row."""


def missing(world: World) -> list[tuple[str, str]]:
    """Message and hint of each problem of an apply that nothing is written by, and no run remembered of."""
    before = everything(world)
    result = call_json(world, "apply", "--yes")
    assert (result.status, result.json["status"], set(result.codes)) == (1, "failed", {"database"}), result.out
    assert everything(world) == before
    assert call(world, "plan").status == 0
    assert not (world.folder / ".efsync" / "state.db").exists() or call_json(world, "plan").codes == []
    return [(problem["message"], problem["hint"]) for problem in result.json["problems"]]


def quoted(world: World, name: str) -> str:
    """A name as the server's GRANT takes it."""
    return f'"{name}"' if kind_of(world) == "postgresql" else f"`{name}`"


def test_rights_on_the_columns_that_a_plan_changes_are_enough(sales: World, grant: Grant) -> None:  # noqa: F811
    sales.department("  JPEREZ:\n    address: jperez@acme.example\n    port: 25\n")
    grant(("SELECT", "Usuarios"), ("UPDATE (|Correo|)", "Usuarios"))
    ((message, hint),) = missing(sales)
    assert message == "the right UPDATE (Pue_Cor) on Usuarios is missing"
    assert hint.startswith(f"GRANT UPDATE ({quoted(sales, 'Pue_Cor')}) ON {quoted(sales, 'Usuarios')} to the user")
    grant(("UPDATE (|Pue_Cor|)", "Usuarios"))
    applied(sales)
    assert_in_order(sales)


@pytest.mark.parametrize("lacking", ["INSERT", "UPDATE", "DELETE"])
def test_property_rows_need_each_of_their_three_rights(
    sales: World,
    grant: Grant,  # noqa: F811
    lacking: str,
) -> None:
    rights = [(right, PROPERTIES) for right in ("SELECT", "INSERT", "UPDATE", "DELETE") if right != lacking]
    grant(("SELECT", "Usuarios"), LOCKING, *rights, more=LAYOUT)
    assert [message for message, _ in missing(sales)] == [f"the right {lacking} on {PROPERTIES} is missing"]
    grant((lacking, PROPERTIES), more=LAYOUT)
    applied(sales)
    assert_in_order(sales)


@pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)
def test_a_user_table_whose_rows_may_not_be_locked_is_named(sales: World, grant: Grant) -> None:  # noqa: F811
    grant(("SELECT", "Usuarios"), ("SELECT, INSERT, UPDATE, DELETE", PROPERTIES), more=LAYOUT)
    ((message, hint),) = missing(sales)
    assert message == "the right UPDATE on Usuarios is missing, without which none of its rows can be locked"
    assert hint.startswith('GRANT UPDATE ("Cod_Usu") ON "Usuarios"')
    grant(LOCKING, more=LAYOUT)
    applied(sales)


def test_an_audit_trail_needs_the_right_to_add_to_its_table(sales: World, grant: Grant) -> None:  # noqa: F811
    grant(("SELECT, UPDATE", "Usuarios"), ("SELECT", "Auditorias"), more=AUDIT.format("table"))
    assert [message for message, _ in missing(sales)] == ["the right INSERT on Auditorias is missing"]
    grant(("INSERT", "Auditorias"), more=AUDIT.format("table"))
    applied(sales)


def test_all_that_is_missing_is_said_at_once(sales: World, grant: Grant) -> None:  # noqa: F811
    grant(("SELECT", "Usuarios"), ("SELECT", PROPERTIES), LOCKING, more=LAYOUT)
    assert [message for message, _ in missing(sales)] == [
        f"the right {right} on {PROPERTIES} is missing" for right in ("UPDATE", "INSERT", "DELETE")
    ]


def test_a_plan_that_writes_nothing_needs_no_right_to_write(sales: World, grant: Grant) -> None:  # noqa: F811
    applied(sales)
    (sales.folder / ".efsync" / "state.db").unlink()
    grant(("SELECT", "Usuarios"))
    result: Any = applied(sales).json
    assert result["summary"]["adopted"] == 2
