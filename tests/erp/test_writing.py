"""Writing changed columns of a user, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from efsync.model.fields import PlainValue
from efsync.model.secrets import Secret
from tests.erp.conftest import Reader, fingerprint
from tests.erp.tables import forbid_null, note_updates, noted_updates
from tests.world import USER_COLUMNS, World

Write = Callable[..., None]


@pytest.fixture
def write(world: World, erp: Reader) -> Write:
    """Writes values to one user in a transaction of their own."""

    def write(code: str, tenant: str = "ACME", /, **values: PlainValue | Secret) -> None:
        with erp.erp(tenant).writing() as users:
            users.write([(users.read(fingerprint)[code.casefold()], values)])

    return write


def test_only_the_columns_of_the_values_are_named_in_the_update(world: World, write: Write) -> None:
    world.user("JPEREZ", server="old", port=25)
    world.user("MROJAS", server="old")
    note_updates(world)
    write("JPEREZ", server="new", ssl=True)
    assert noted_updates(world) == {("JPEREZ", "Ser_Cor"), ("JPEREZ", "Ssl_Cor")}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        pytest.param({"server": "smtp.acme.example"}, "smtp.acme.example", id="text"),
        pytest.param({"port": 587}, 587, id="number"),
        pytest.param({"ssl": True}, 1, id="yes"),
        pytest.param({"ssl": False}, 0, id="no"),
        pytest.param({"server": None}, None, id="cleared"),
        pytest.param({"password": Secret("clave-ñ")}, "clave-ñ", id="password"),
        pytest.param({"signature": "<p>'; DROP TABLE Usuarios; --</p>"}, "<p>'; DROP TABLE Usuarios; --</p>", id="sql"),
    ],
)
def test_a_value_is_stored_as_the_column_holds_it(world: World, write: Write, value: Any, stored: Any) -> None:
    world.user("JPEREZ", **dict.fromkeys(USER_COLUMNS, "9"))
    write("JPEREZ", **value)
    ((field, _),) = value.items()
    assert world.live("JPEREZ")[field] == stored


@pytest.mark.parametrize(
    ("field", "kind", "empty"),
    [
        pytest.param("server", "VARCHAR(253)", "", id="text"),
        pytest.param("password", "VARCHAR(200)", "", id="password"),
        pytest.param("port", "INTEGER", 0, id="number"),
        pytest.param("ssl", "BIT", 0, id="bit"),
        pytest.param("ssl", "CHAR(1)", "", id="yes-no-as-text"),
    ],
)
def test_clearing_a_column_that_takes_no_null_writes_its_own_empty(
    world: World, erp: Reader, write: Write, field: str, kind: str, empty: Any
) -> None:
    forbid_null(world, {USER_COLUMNS[field]: kind})
    world.user("JPEREZ", **{field: "1"})
    write("JPEREZ", **{field: None})
    assert world.live("JPEREZ")[field] == empty
    assert erp.read()["jperez"].fields[field] is None


def test_the_row_of_the_right_tenant_is_written_and_no_other(world: World, write: Write) -> None:
    world.user("JPEREZ", tenant="ACME", server="acme")
    world.user("JPEREZ", tenant="GLOBEX", server="globex")
    write("JPEREZ", "GLOBEX", server="new")
    assert world.live("JPEREZ", "ACME")["server"] == "acme"
    assert world.live("JPEREZ", "GLOBEX")["server"] == "new"


def test_a_code_that_is_stored_in_another_case_and_unpadded_is_reached(world: World, write: Write) -> None:
    world.user("jPerez")
    world.sql("UPDATE Usuarios SET Cod_Usu = 'jPerez'")
    write("JPEREZ", server="new")
    assert world.live("jPerez")["server"] == "new"


def test_a_row_that_vanished_is_refused(world: World, erp: Reader) -> None:
    world.user("JPEREZ")
    account = erp.read()["jperez"]
    world.sql("DELETE FROM Usuarios")
    world.user("MROJAS")
    with erp.refused() as problems, erp.erp().writing() as users:
        users.write([(account, {"server": "new"})])
    assert [problem.message for problem in problems] == ["writing user JPEREZ reached 0 rows instead of one"]


def test_a_row_that_is_there_twice_is_refused_and_both_stay_as_they_are(world: World, erp: Reader) -> None:
    world.user("JPEREZ", server="old")
    account = erp.read()["jperez"]
    world.user("JPEREZ", server="old")
    before = world.dump()
    with erp.refused() as problems, erp.erp().writing() as users:
        users.write([(account, {"server": "new"})])
    assert "reached 2 rows" in problems[0].message
    assert world.dump() == before


def test_an_exception_inside_rolls_everything_back(world: World, erp: Reader) -> None:
    world.user("JPEREZ", server="old")

    def write_and_fail() -> None:
        with erp.erp().writing() as users:
            users.write([(users.read(None)["jperez"], {"server": "new"})])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert world.live("JPEREZ")["server"] == "old"


def test_what_the_database_says_of_a_password_is_masked(world: World, erp: Reader, write: Write) -> None:
    world.user("JPEREZ")
    world.sql("CREATE TRIGGER refuse BEFORE UPDATE ON Usuarios BEGIN SELECT RAISE(ABORT, 'clave-1 is too short'); END")
    with erp.refused() as problems:
        write("JPEREZ", password=Secret("clave-1"))
    (problem,) = problems
    assert problem.message == "writing user JPEREZ: Secret(…) is too short"


def test_rows_are_read_again_in_batches_with_nobody_left_out(world: World, erp: Reader) -> None:
    world.sql(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1202) "
        "INSERT INTO Usuarios (Cod_Usu, Cod_Cli) SELECT printf('U%04d', i), 'ACME' FROM n"
    )
    with erp.erp().writing() as users:
        live = users.read(fingerprint)
        assert len(live) == 1203
        keys = users.keys(live)
        assert users.read_again(keys.values(), fingerprint) == users.read_some(keys.values(), fingerprint) == live
