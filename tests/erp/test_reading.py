"""Reading users from the ERP: normal values, and rows that are not as they should be."""

import sqlite3
from typing import Any

import pytest

from efsync.model.fields import UNREAD
from tests.erp.conftest import Reader
from tests.world import World


@pytest.mark.parametrize(
    ("field", "stored", "value"),
    [
        pytest.param("server", "smtp.acme.example   ", "smtp.acme.example", id="padding"),
        pytest.param("server", None, None, id="null"),
        pytest.param("server", "", None, id="empty"),
        pytest.param("server", "      ", None, id="blanks"),
        pytest.param("server", b"smtp.acme.example ", "smtp.acme.example", id="bytes"),
        pytest.param("signature", "a\r\nb\rc", "a\nb\nc", id="line-ends"),
        pytest.param("port", "587", 587, id="number-as-text"),
        pytest.param("port", " 587 ", 587, id="number-as-padded-text"),
        pytest.param("port", 587.0, 587, id="number-with-point"),
        pytest.param("port", "abc", "abc", id="no-number"),
        pytest.param("port", "nan", "nan", id="not-a-number"),
        pytest.param("port", 25.5, "25.5", id="broken-number"),
        pytest.param("port", 0, 0, id="zero"),
        pytest.param("ssl", 1, True, id="bit-on"),
        pytest.param("ssl", 0, False, id="bit-off"),
        pytest.param("ssl", -1, True, id="minus-one"),
        pytest.param("ssl", "S", True, id="S"),
        pytest.param("ssl", "n ", False, id="n"),
        pytest.param("ssl", "Sí", True, id="sí"),
        pytest.param("ssl", "quizás", "quizás", id="neither"),
        pytest.param("ssl", "", None, id="switch-empty"),
        pytest.param("password", "clave   ", "fingerprint of clave", id="password-padding"),
        pytest.param("password", "   ", None, id="password-blank"),
        pytest.param("password", None, None, id="password-null"),
    ],
)
def test_a_stored_value_is_read_in_its_normal_form(
    world: World, erp: Reader, field: str, stored: Any, value: Any
) -> None:
    world.user("JPEREZ", **{field: stored})
    found = erp.read()["jperez"].fields[field]
    assert (found, type(found)) == (value, type(value))


def test_codes_departments_names_and_status_lose_their_padding(world: World, erp: Reader) -> None:
    world.user("jPerez", department="VENTAS    ", name="José Pérez  ", title="Gerente ", status="a")
    account = erp.read()["jperez"]
    assert (account.code, account.department, account.name, account.title) == (
        "jPerez", "VENTAS", "José Pérez", "Gerente",
    )  # fmt: skip
    assert account.active


@pytest.mark.parametrize("status", ["I", "S", None, ""])
def test_any_status_but_active_is_not_active(world: World, erp: Reader, status: str | None) -> None:
    world.user("JPEREZ")
    world.sql("UPDATE Usuarios SET Status = ?", status)
    assert not erp.read()["jperez"].active


@pytest.mark.parametrize("code", [None, "", "          "])
def test_a_user_without_a_code_is_left_out(world: World, erp: Reader, code: str | None) -> None:
    world.user("JPEREZ")
    world.sql("ALTER TABLE Usuarios RENAME TO Old")
    world.sql("CREATE TABLE Usuarios AS SELECT * FROM Old")
    world.sql("INSERT INTO Usuarios (Cod_Usu, Cod_Cli, Cla_Cor) VALUES (?, 'ACME', 'x')", code)
    assert list(erp.read()) == ["jperez"]


def test_two_users_whose_codes_differ_in_case_only_are_refused_with_both_named(world: World, erp: Reader) -> None:
    world.user("JPEREZ")
    world.user("jperez")
    with erp.refused() as problems:
        erp.read()
    (problem,) = problems
    assert problem.code == "database"
    assert "'JPEREZ'" in problem.message
    assert "'jperez'" in problem.message


def test_codes_that_differ_in_an_accent_are_two_users(world: World, erp: Reader) -> None:
    world.user("PENA")
    world.user("PEÑA")
    assert set(erp.read()) == {"pena", "peña"}


def test_without_fingerprint_a_password_is_only_known_to_be_there(world: World, erp: Reader) -> None:
    world.user("JPEREZ", password="clave")
    world.user("MROJAS", password="   ")
    world.user("LDIAZ")
    passwords = {key: account.fields["password"] for key, account in erp.read(secrets=False).items()}
    assert passwords == {"jperez": UNREAD, "mrojas": None, "ldiaz": None}


def _columns_read(world: World, erp: Reader, monkeypatch: pytest.MonkeyPatch, *, secrets: bool) -> set[str]:
    """The columns of the user table that SQLite was asked for, as its own authorizer sees them."""
    seen: set[str] = set()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table == "Usuarios" and column:
            seen.add(column)
        return sqlite3.SQLITE_OK

    real = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **options)
        connection.set_authorizer(note)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    erp.read(secrets=secrets)
    return seen


def test_only_mapped_columns_are_read(world: World, erp: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    world.user("JPEREZ", password="clave")
    assert _columns_read(world, erp, monkeypatch, secrets=True) == {
        "Cod_Usu", "Nom_Usu", "Cargo", "Departamento", "Status", "Cod_Cli", "Correo", "Cla_Cor", "Ser_Cor",
        "Pue_Cor", "Ssl_Cor", "Dom_Cor", "Enc_Cor", "Fir_Cor", "Pie_Cor",
    }  # fmt: skip


def test_without_fingerprint_no_password_leaves_the_database(
    world: World, erp: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user("JPEREZ", password="clave-que-no-sale")
    left: list[bytes] = []

    def note(data: bytes) -> str:
        left.append(data)
        return data.decode()

    real = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **options)
        connection.text_factory = note
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    erp.read(secrets=False)
    assert b"JPEREZ    " in left
    assert b"clave-que-no-sale" not in left


def test_text_that_is_not_utf_8_is_refused_without_showing_it(world: World, erp: Reader) -> None:
    world.user("JPEREZ")
    world.sql("UPDATE Usuarios SET Cla_Cor = CAST(x'636c61766520f1616e6475' AS TEXT)")
    with erp.refused() as problems:
        erp.read()
    (problem,) = problems
    assert problem.code == "database"
    assert "UTF-8" in problem.message
    assert "clave" not in f"{problem}"


def test_a_number_with_a_monstrous_exponent_stays_text(world: World, erp: Reader) -> None:
    world.user("JPEREZ")
    world.sql("ALTER TABLE Usuarios RENAME COLUMN Pue_Cor TO Old")
    world.sql("ALTER TABLE Usuarios ADD COLUMN Pue_Cor TEXT")
    world.sql("UPDATE Usuarios SET Pue_Cor = '1E5000'")
    assert erp.read()["jperez"].fields["port"] == "1E5000"
