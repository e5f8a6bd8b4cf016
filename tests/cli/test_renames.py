"""Users whose code was changed in the ERP, and departments with another name: the same account as before."""

import pytest

from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.world import World

FILE = "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n"
SERVER = "defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n"


def rename(world: World, new: str, more: str = "", code: str = "MROJAS") -> None:
    """Let MROJAS be called `new` in the file, with what else her account says."""
    world.department(
        f"{FILE}  {new}:\n    renamed_from: {code}\n    address: mrojas@acme.example\n"
        f"    password: {{env: MAIL_MROJAS}}\n{more}",
        more=SERVER,
    )


@pytest.fixture
def renamed(sales: World) -> World:
    """The company of `sales`, applied; the ERP has MROJAS under her new name since, and so has the file."""
    applied(sales)
    sales.sql("UPDATE Usuarios SET Cod_Usu = 'MRAMOS' WHERE Cod_Usu LIKE 'MROJAS%'")
    rename(sales, "MRAMOS")
    return sales


def test_a_user_of_another_code_keeps_what_is_remembered(renamed: World) -> None:
    planned = call_json(renamed, "plan")
    (change,) = planned.json["changes"]
    assert (change["user"], change["action"], change["renamed_from"], change["fields"]) == (
        "MRAMOS", "adopt", "MROJAS", [],
    )  # fmt: skip
    assert planned.json["summary"]["cleared"] == 0
    assert "= MRAMOS  renamed from MROJAS  is as desired already" in call(renamed, "plan").out
    applied(renamed)
    assert_in_order(renamed)
    codes = [account["user"] for account in call_json(renamed, "state", "list").json["accounts"]]
    assert codes == ["JPEREZ", "MRAMOS"]


def test_what_the_erp_changed_meanwhile_is_drift_and_not_new(renamed: World) -> None:
    renamed.change("MRAMOS", address="otra@acme.example")
    (change,) = call_json(renamed, "plan").json["changes"]
    assert [(each["field"], each["origin"]) for each in change["fields"]] == [("address", "drift")]
    applied(renamed)
    assert_in_order(renamed)


def test_the_former_code_may_stay_in_the_file_or_leave_it(renamed: World) -> None:
    applied(renamed)
    assert call_json(renamed, "plan", "--detailed-exitcode").status == 0
    renamed.department(
        f"{FILE}  MRAMOS:\n    address: mrojas@acme.example\n    password: {{env: MAIL_MROJAS}}\n", more=SERVER
    )
    assert_in_order(renamed)


def test_a_saved_plan_renames_too(renamed: World) -> None:
    call(renamed, "plan", "--out", "plan.json")
    assert "renamed from MROJAS" in call(renamed, "show", "plan.json").out
    assert call_json(renamed, "apply", "plan.json").status == 0
    assert_in_order(renamed)


def test_without_secrets_the_same_reference_counts_as_the_same_password(renamed: World) -> None:
    (change,) = call_json(renamed, "plan", "--without-secrets").json["changes"]
    assert (change["renamed_from"], change["fields"]) == ("MROJAS", [])


def test_a_code_that_looks_like_a_number_means_what_is_written(sales: World) -> None:
    sales.user("0012", address="bodega@acme.example")
    sales.department(f"{FILE}  0012:\n    address: bodega@acme.example\n", more=SERVER)
    applied(sales)
    sales.sql("UPDATE Usuarios SET Cod_Usu = '1E5' WHERE Cod_Usu LIKE '0012%'")
    sales.department(f"{FILE}  1E5:\n    renamed_from: 0012\n    address: bodega@acme.example\n", more=SERVER)
    (change,) = call_json(sales, "plan").json["changes"]
    assert (change["user"], change["renamed_from"]) == ("1E5", "0012")


def test_a_user_who_is_still_there_was_not_renamed(sales: World) -> None:
    applied(sales)
    sales.user("MRAMOS")
    rename(sales, "MRAMOS")
    before = sales.dump()
    result = call_json(sales, "apply", "--yes")
    problem = result.problem("renamed-from")
    assert problem["message"] == "MROJAS is still a user of the ERP, so MRAMOS is somebody else"
    assert (result.status, problem["line"], sales.dump()) == (1, 12, before)


@pytest.mark.parametrize(
    ("former", "why"),
    [
        ("mramos", "MRAMOS was not renamed: that is the same code"),
        ("JPEREZ", "JPEREZ stands in the files too, at accounts/ventas.yaml:8:3"),
    ],
)
def test_a_former_code_that_can_not_be_is_an_error(sales: World, former: str, why: str) -> None:
    rename(sales, "MRAMOS", code=former)
    assert call_json(sales, "validate").problem("renamed-from")["message"] == why


def test_two_users_can_not_have_been_one(sales: World) -> None:
    rename(sales, "MRAMOS", "  OTRA:\n    renamed_from: MROJAS\n")
    message = call_json(sales, "validate").problem("renamed-from")["message"]
    assert message.startswith("MROJAS can't have become two users: MRAMOS says the same, at ")


def test_a_code_that_efsync_never_knew_changes_nothing(sales: World) -> None:
    sales.sql("UPDATE Usuarios SET Cod_Usu = 'MRAMOS' WHERE Cod_Usu LIKE 'MROJAS%'")
    rename(sales, "MRAMOS")
    assert all("renamed_from" not in change for change in call_json(sales, "plan").json["changes"])
    applied(sales)
    assert_in_order(sales)


def test_a_rename_is_no_way_to_the_password_of_somebody_who_left(sales: World) -> None:
    applied(sales)
    sales.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'MROJAS%'")
    sales.user("EVE")
    rename(sales, "EVE", "    server: mail.evil.example\n")
    before = sales.dump()
    result = call_json(sales, "apply", "--yes")
    assert (result.status, "brake-redirect" in result.codes, sales.dump()) == (1, True, before)


def test_a_renamed_users_password_goes_nowhere_else_without_a_word(renamed: World) -> None:
    rename(renamed, "MRAMOS", "    server: mail.evil.example\n")
    before = renamed.dump()
    result = call_json(renamed, "apply", "--yes")
    assert (result.status, result.codes, renamed.dump()) == (1, ["brake-redirect"], before)


def test_an_account_that_is_not_asked_for_keeps_its_old_code(renamed: World) -> None:
    renamed.change("JPEREZ", port=25)
    applied(renamed, "--user", "JPEREZ", "--allow-redirect", "JPEREZ")
    codes = [account["user"] for account in call_json(renamed, "state", "list").json["accounts"]]
    assert codes == ["JPEREZ", "MROJAS"]
    applied(renamed)
    assert_in_order(renamed)


def test_a_department_with_another_name_is_no_new_one(sales: World) -> None:
    applied(sales)
    sales.sql("UPDATE Usuarios SET Departamento = 'COMERCIAL'")
    text = (sales.folder / "accounts" / "ventas.yaml").read_text()
    sales.write("accounts/ventas.yaml", text.replace("VENTAS", "COMERCIAL"))
    planned = call_json(sales, "plan")
    assert [(each["action"], each["moved_from"]) for each in planned.json["changes"]] == [("adopt", "VENTAS")] * 2
    assert "= MROJAS  moved from department VENTAS  is as desired already" in call(sales, "plan").out
    applied(sales)
    assert_in_order(sales)


def test_an_interrupted_rename_is_recovered(renamed: World) -> None:
    renamed.change("MRAMOS", address="otra@acme.example")
    assert renamed.run_killed("after the commit", "apply", "--yes").status == -9
    assert call_json(renamed, "plan").codes == ["run-interrupted"]
    applied(renamed)
    assert_in_order(renamed)
