"""What `--department` and `--user` choose, and what they leave alone."""

import pytest

from tests.cli.inside import applied, call, call_json
from tests.world import World


@pytest.fixture
def two(sales: World) -> World:
    """Two departments, both applied."""
    sales.user("LGARCIA", department="COMPRAS")
    sales.environment["MAIL_LGARCIA"] = "clave-lgarcia"
    sales.department(
        "  LGARCIA:\n    address: lgarcia@acme.example\n    password: {env: MAIL_LGARCIA}\n", name="COMPRAS"
    )
    applied(sales)
    return sales


def test_only_the_passwords_of_chosen_accounts_are_read(two: World) -> None:
    del two.environment["MAIL_LGARCIA"]
    assert call_json(two, "plan").problem("secret-missing")["file"] == "accounts/compras.yaml"
    chosen = call_json(two, "plan", "--department", "VENTAS", "--detailed-exitcode")
    assert (chosen.status, chosen.json["summary"]["unchanged"]) == (0, 2)


def test_warnings_are_those_of_chosen_accounts(two: World) -> None:
    two.sql("UPDATE Usuarios SET Status = 'I' WHERE rtrim(Cod_Usu) = 'LGARCIA'")
    assert call_json(two, "plan").codes == ["inactive-user"]
    assert call_json(two, "plan", "--user", "JPEREZ").codes == []


def test_a_user_of_another_department_is_no_empty_plan(two: World) -> None:
    result = call_json(two, "plan", "--user", "LGARCIA", "--department", "VENTAS")
    assert (result.status, result.codes) == (1, ["selection"])
    assert "LGARCIA" in result.problem("selection")["message"]


def test_a_department_that_the_erp_does_not_have_is_one_error_and_not_one_for_each_user(two: World) -> None:
    two.write("accounts/ventas.yaml", "version: 1\ndepartment: VENTAZ\nusers: {JPEREZ: {}, MROJAS: {}}\n")
    problem = call_json(two, "plan").problem("department-mismatch")
    assert (problem["line"], problem["column"], problem["hint"]) == (2, 13, "did you mean VENTAS?")


def test_before_any_apply_drift_says_that_there_is_nothing_to_compare_with(sales: World) -> None:
    result = call(sales, "drift")
    assert (result.status, result.out) == (0, "")
    assert "nothing was applied to erp yet" in result.err
    assert call(sales, "state", "list").out == "Nothing was applied yet.\n"
