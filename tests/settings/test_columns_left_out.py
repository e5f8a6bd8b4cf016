"""A user table need not have a name, a title, a status or a tenant; it has to have a key and a department."""

import pytest

from tests.cli.inside import applied, call, call_json
from tests.world import SETTINGS, World


def leave_out(world: World, *names: str) -> None:
    """Have the settings say that there are no such columns, and see to it that there are none."""
    columns = {"name": "Nom_Usu", "title": "Cargo", "status": "Status"}
    for name in names:
        world.sql(f"ALTER TABLE Usuarios DROP COLUMN {columns[name]}")
    left_out = "".join(f"{name} = false\n" for name in names)
    world.write("efsync.toml", f"{SETTINGS}\n[targets.erp.columns]\n{left_out}")


def test_accounts_are_applied_without_name_title_and_status(sales: World) -> None:
    leave_out(sales, "name", "title", "status")
    assert call(sales, "doctor").status == 0
    applied(sales)
    assert sales.live("JPEREZ")["address"] == "jperez@acme.example"
    assert call_json(sales, "plan", "--detailed-exitcode").status == 0


def test_without_a_status_every_user_is_active(sales: World) -> None:
    sales.sql("UPDATE Usuarios SET Status = 'I'")
    assert call_json(sales, "plan").codes == ["inactive-user", "inactive-user"]
    leave_out(sales, "status")
    assert call_json(sales, "plan").codes == []


@pytest.mark.parametrize("name", ["name", "title"])
def test_a_template_that_uses_what_is_left_out_is_an_error_that_says_what_there_is(sales: World, name: str) -> None:
    sales.write("accounts/_templates/firma.html", f"<p>{{{{ user.{name} }}}}</p>")
    sales.department("  JPEREZ:\n    signature: {template: _templates/firma.html}\n")
    assert call(sales, "plan").status == 0
    leave_out(sales, name)
    result = call_json(sales, "plan")
    problem = result.problem("template")
    assert (result.status, name in problem["message"]) == (1, True)
    assert "user.code" in problem["hint"]
    assert f"user.{name}," not in problem["hint"]


@pytest.mark.parametrize("name", ["key", "department"])
def test_key_and_department_can_not_be_left_out(sales: World, name: str) -> None:
    sales.write("efsync.toml", f"{SETTINGS}\n[targets.erp.columns]\n{name} = false\n")
    result = call_json(sales, "plan")
    assert (result.status, result.codes) == (1, ["config"])
    assert result.json["problems"][0]["message"] == f"{name}: must be text, not false, in [targets.erp.columns]"
