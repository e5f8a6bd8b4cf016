"""The ERP's own audit trail: one entry for each changed user, in the same transaction, without secrets."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from sqlalchemy import Insert

from efsync.erp.audit import audit_statement
from efsync.erp.layout import Audit
from efsync.erp.presets import EFACTORY
from efsync.model.accounts import LiveAccount
from tests.cli.inside import applied, call, call_json
from tests.erp.audited import Entry, entries, keep_trail
from tests.world import SETTINGS, World

ODD = "<p title=\"a & 'b'\">ñandú 😀 ]]> </p>\n  <br/>\n"


@pytest.fixture
def audited(sales: World) -> World:
    """The company of `sales`, which wants every change in the audit trail."""
    keep_trail(sales)
    return sales


def test_each_changed_user_is_one_entry_as_the_products_audit_screen_shows_them(audited: World) -> None:
    audited.change("MROJAS", port=25)
    applied(audited, "--allow-redirect", "MROJAS")
    jperez, mrojas = entries(audited)
    assert {name: value for name, value in jperez.values.items() if name not in ("Detalle", "Equipo")} == {
        "Cod_Usu": "CONFIG", "Tipo": "Datos", "Tabla": "Usuarios", "Opcion": "efsync", "Accion": "Modificar",
        "Documento": "", "Codigo": "JPEREZ", "Clave2": "", "Clave3": "", "Clave4": "", "Clave5": "",
        "Cod_Suc": "CCS", "Cod_Obj": "", "Notas": "", "Cod_Emp": "FEV",
    }  # fmt: skip
    assert jperez.values["Equipo"]
    assert jperez.fields == {
        "Correo": ("", "jperez@acme.example"), "Cla_Cor": ("", "(sensitive)"),
        "Ser_Cor": ("", "smtp.acme.example"), "Pue_Cor": ("", "587"), "Ssl_Cor": ("", "1"),
    }  # fmt: skip
    assert mrojas.fields == {"Pue_Cor": ("25", "587")}


def test_the_time_of_an_entry_is_noted(audited: World) -> None:
    applied(audited)
    ((when,),) = audited.sql("SELECT Registro FROM Auditorias")
    assert when is not None


def test_an_account_that_is_only_adopted_leaves_no_entry(audited: World) -> None:
    applied(audited)
    assert [entry.values["Codigo"] for entry in entries(audited)] == ["JPEREZ"]


def test_a_cleared_account_is_an_entry_with_nothing_afterwards(audited: World) -> None:
    applied(audited)
    audited.sql("DELETE FROM Auditorias")
    (audited.folder / "accounts" / "ventas.yaml").unlink()
    applied(audited, "--allow-cleared", "--allow-changed")
    jperez, mrojas = entries(audited)
    assert jperez.fields["Correo"] == ("jperez@acme.example", "")
    assert mrojas.fields["Cla_Cor"] == ("(sensitive)", "")


def test_without_the_section_nothing_is_noted(audited: World) -> None:
    audited.write("efsync.toml", SETTINGS)
    applied(audited)
    assert entries(audited) == []


def test_what_is_odd_in_a_value_is_the_same_after_the_xml_was_read(audited: World) -> None:
    audited.change("JPEREZ", header="a\r\nb & <c> \" '")
    audited.write("accounts/odd.html", ODD)
    audited.department("  JPEREZ:\n    header: {file: odd.html}\n")
    applied(audited)
    (entry,) = entries(audited)
    assert entry.fields == {"Enc_Cor": ("a\nb & <c> \" '", ODD)}


def test_a_carriage_return_is_still_one_after_the_xml_was_read() -> None:
    layout = replace(EFACTORY, audit=Audit.of({}))
    account = LiveAccount("JPEREZ", "VENTAS", "", "", True, {"header": "a\rb"}, ())
    statement = audit_statement(layout, account, {"header": "c\r\nd"}, "sqlite")
    assert isinstance(statement, Insert)
    written = statement.compile().params["Detalle"]
    assert "\r" not in written
    (field,) = ElementTree.fromstring(written).iterfind("campos/campo")
    assert [each.text for each in field] == ["a\rb", "c\r\nd"]


def test_characters_that_xml_can_not_hold_are_left_out(audited: World) -> None:
    audited.change("JPEREZ", server="a\x00b\x01\x1f\ufffe.example")
    applied(audited)
    assert entries(audited)[0].fields["Ser_Cor"] == ("ab.example", "smtp.acme.example")


def test_no_password_and_no_fingerprint_stands_in_the_trail(audited: World) -> None:
    applied(audited)
    audited.environment["MAIL_JPEREZ"] = "clave-nueva"
    applied(audited)
    trail = repr(audited.sql("SELECT * FROM Auditorias"))
    assert trail.count("(sensitive)") == 3
    assert not any(secret in trail for secret in ("clave-jperez", "clave-nueva", "hmac", "Secret"))


def test_nothing_is_noted_by_an_apply_that_is_refused(audited: World) -> None:
    call(audited, "plan", "--out", "plan.json")
    audited.change("JPEREZ", port=1)
    assert call(audited, "apply", "plan.json").status == 1
    assert entries(audited) == []


def test_an_entry_that_the_database_refuses_rolls_everything_back(audited: World) -> None:
    audited.user("ZULU")
    audited.department("  ZULU:\n    port: 25\n", name="ZONA", file="zona.yaml")
    audited.sql("UPDATE Usuarios SET Departamento = 'ZONA' WHERE rtrim(Cod_Usu) = 'ZULU'")
    audited.sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON Auditorias WHEN NEW.Codigo = 'ZULU' "
        "BEGIN SELECT RAISE(ABORT, 'the trail is full'); END"
    )
    before = audited.dump()
    result = call_json(audited, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("database")["message"] == "the audit trail of user ZULU: the trail is full"
    assert audited.dump() == before
    assert entries(audited) == []


def test_a_missing_audit_table_stops_before_the_first_write(audited: World) -> None:
    audited.sql("ALTER TABLE Auditorias RENAME TO Otra")
    result = call_json(audited, "apply", "--yes")
    assert (result.status, result.json["problems"][0]["message"]) == (1, "the database has no audit table Auditorias")
    assert "[targets.NAME.audit]" in result.json["problems"][0]["hint"]
    assert audited.live("JPEREZ")["address"] is None


def test_every_column_that_the_audit_table_lacks_is_named(audited: World) -> None:
    for name in ("Detalle", "Registro"):
        audited.sql(f"ALTER TABLE Auditorias DROP COLUMN {name}")
    result = call_json(audited, "apply", "--yes")
    assert [problem["message"] for problem in result.json["problems"][:2]] == [
        "the audit table Auditorias has no column Registro",
        "the audit table Auditorias has no column Detalle",
    ]
    assert audited.live("JPEREZ")["address"] is None


def test_a_missing_audit_table_is_told_with_the_nearest_name(audited: World) -> None:
    audited.sql("ALTER TABLE Auditorias RENAME TO auditoria")
    (problem, *_) = call_json(audited, "apply", "--yes").json["problems"]
    assert problem["hint"] == "there is auditoria: name it in [targets.NAME.audit]"


def test_a_column_that_can_not_hold_what_every_entry_has_there_stops_before_the_first_write(audited: World) -> None:
    audited.sql("ALTER TABLE Auditorias DROP COLUMN Accion")
    audited.sql("ALTER TABLE Auditorias ADD COLUMN Accion VARCHAR(3)")
    (problem, *_) = call_json(audited, "apply", "--yes").json["problems"]
    assert (problem["code"], "the column Accion (VARCHAR(3)) takes 3" in problem["message"]) == ("database", True)
    assert audited.live("JPEREZ")["address"] is None


def test_another_table_can_take_the_trail(audited: World) -> None:
    audited.sql("ALTER TABLE Auditorias RENAME TO Otra")
    keep_trail(audited, 'name = "Otra"\n')
    applied(audited)
    assert audited.sql("SELECT COUNT(*) FROM Otra") == [(1,)]


def test_a_database_without_procedures_is_an_error_that_says_so(audited: World) -> None:
    keep_trail(audited, 'through = "procedure"\n')
    result = call_json(audited, "apply", "--yes")
    assert (result.status, result.codes[0]) == (1, "config")
    assert "sqlite has no procedures" in result.json["problems"][0]["message"]
    assert audited.live("JPEREZ")["address"] is None


def test_what_is_longer_than_the_product_takes_is_cut(audited: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "a-very-long-name.of-a-machine.acme.example")
    long = "Usuarios_de_la_empresa_con_un_nombre_largo"
    audited.sql(f"ALTER TABLE Usuarios RENAME TO {long}")
    audited.write(
        "efsync.toml", SETTINGS.replace("tenant =", f'table = "{long}"\ntenant =') + "\n[targets.erp.audit]\n"
    )
    applied(audited)
    entry: Entry = entries(audited)[0]
    assert (entry.values["Tabla"], len(entry.values["Equipo"])) == (long[:30], 30)
