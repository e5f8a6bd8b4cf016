"""An ERP that does not keep what is written to it: read back, refused, rolled back."""

import pytest

from tests.cli.inside import applied, assert_in_order, call_json
from tests.world import World


def _trigger(world: World, column: str, expression: str, code: str = "JPEREZ") -> None:
    world.sql(
        f"CREATE TRIGGER meddle AFTER UPDATE OF {column} ON Usuarios WHEN rtrim(NEW.Cod_Usu) = '{code}' "
        f"BEGIN UPDATE Usuarios SET {column} = {expression} WHERE rowid = NEW.rowid; END"
    )


def _rolled_back(world: World) -> str:
    before = world.dump()
    result = call_json(world, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("rolled-back")["severity"] == "warning"
    assert world.dump() == before
    assert call_json(world, "state", "list").json["accounts"] == []
    return str(result.problem("read-back")["message"])


@pytest.mark.parametrize(
    ("column", "expression", "said"),
    [
        pytest.param(
            "Ser_Cor", "upper(NEW.Ser_Cor)", ["server", "'smtp.acme.example'", "'SMTP.ACME.EXAMPLE'"], id="case"
        ),
        pytest.param("Correo", "substr(NEW.Correo, 1, 6)", ["address", "'jperez@acme.example'", "'jperez'"], id="cut"),
        pytest.param("Pue_Cor", "25", ["port", "587", "25"], id="number"),
        pytest.param("Ssl_Cor", "NULL", ["ssl", "True", "None"], id="null"),
    ],
)
def test_what_a_trigger_changes_is_named_with_both_values(
    sales: World, column: str, expression: str, said: list[str]
) -> None:
    _trigger(sales, column, expression)
    message = _rolled_back(sales)
    assert "JPEREZ" in message
    assert all(word in message for word in said)


def test_a_password_that_is_not_kept_is_named_without_any_value(sales: World) -> None:
    _trigger(sales, "Cla_Cor", "'changed-by-trigger'")
    message = _rolled_back(sales)
    assert "password of JPEREZ" in message
    assert "clave" not in message
    assert "changed" not in message


def test_a_trigger_that_gives_the_row_another_code_is_noticed(sales: World) -> None:
    sales.sql(
        "CREATE TRIGGER meddle AFTER UPDATE OF Correo ON Usuarios "
        "BEGIN UPDATE Usuarios SET Cod_Usu = 'OTHER' WHERE rowid = NEW.rowid; END"
    )
    before = sales.dump()
    assert call_json(sales, "apply", "--yes").status == 1
    assert sales.dump() == before


def test_a_trigger_that_deletes_the_row_is_noticed(sales: World) -> None:
    sales.sql(
        "CREATE TRIGGER meddle AFTER UPDATE OF Correo ON Usuarios "
        "BEGIN DELETE FROM Usuarios WHERE rowid = NEW.rowid; END"
    )
    before = sales.dump()
    assert call_json(sales, "apply", "--yes").status == 1
    assert sales.dump() == before


def test_one_account_that_is_not_kept_rolls_back_all(sales: World) -> None:
    sales.change("MROJAS", address=None)
    _trigger(sales, "Correo", "'other@acme.example'", code="MROJAS")
    _rolled_back(sales)
    assert sales.live("JPEREZ")["address"] is None


def test_padding_and_other_forms_of_the_same_value_are_kept(sales: World) -> None:
    _trigger(sales, "Ser_Cor", "NEW.Ser_Cor || '     '")
    applied(sales)
    assert sales.live("JPEREZ")["server"] == "smtp.acme.example     "
    assert_in_order(sales)


def test_a_constraint_of_the_erp_fails_the_run_with_the_databases_own_words(sales: World) -> None:
    sales.sql("CREATE TRIGGER no BEFORE UPDATE ON Usuarios BEGIN SELECT RAISE(ABORT, 'usuario bloqueado'); END")
    before = sales.dump()
    result = call_json(sales, "apply", "--yes")
    assert result.json["status"] == "failed"
    assert "writing user JPEREZ: usuario bloqueado" in result.problem("database")["message"]
    assert sales.dump() == before


BLOCKED = "CREATE TRIGGER no BEFORE UPDATE ON Usuarios WHEN rtrim(NEW.Cod_Usu) = 'MROJAS' BEGIN SELECT {}; END"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param("RAISE(ABORT, 'bloqueado')", "writing user MROJAS: bloqueado", id="refused"),
        pytest.param("RAISE(IGNORE)", "writing user MROJAS reached 0 rows instead of one", id="ignored"),
        pytest.param("RAISE(ROLLBACK, 'deshecho')", "writing user MROJAS: deshecho", id="rolled-back"),
    ],
)
def test_the_one_of_many_that_can_not_be_written_is_named(sales: World, said: str, told: str) -> None:
    sales.change("MROJAS", address=None)
    sales.sql(BLOCKED.format(said))
    before = sales.dump()
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert told in result.problem("database")["message"]
    assert sales.dump() == before
    assert call_json(sales, "state", "list").json["accounts"] == []


def test_a_row_that_is_reached_for_one_that_is_not_is_noticed(sales: World) -> None:
    """Two rows are reached for two accounts, and yet none of the first one's."""
    sales.change("MROJAS", address=None)
    sales.sql(
        "CREATE TRIGGER meddle BEFORE UPDATE ON Usuarios WHEN rtrim(NEW.Cod_Usu) = 'JPEREZ' BEGIN "
        "INSERT INTO Usuarios (Cod_Usu, Cod_Cli) VALUES ('MROJAS    ', 'ACME      '); SELECT RAISE(IGNORE); END"
    )
    before = sales.dump()
    assert call_json(sales, "apply", "--yes").json["status"] in ("failed", "refused")
    assert sales.dump() == before
