"""A script writes the same entries into the ERP's audit trail as apply."""

from pathlib import Path

import pytest

from tests.cli.inside import applied, call_json, saved_plan
from tests.scripts.running import client_of, run, script_of, scripted
from tests.world import SETTINGS, World

COLUMNS = "Cod_Usu, Tipo, Tabla, Opcion, Accion, Documento, Codigo, Clave2, Detalle, Equipo, Cod_Suc, Cod_Obj, Cod_Emp"


@pytest.fixture
def perez(world: World) -> World:
    """An account that changes, its old domain hard to quote."""
    world.user("JPEREZ", password="clave-vieja", domain="it's \\:x 50% $(y) <&>")
    world.environment["MAIL_JPEREZ"] = "clave-nueva"
    world.department("  JPEREZ:\n    password: {env: MAIL_JPEREZ}\n    domain: otra.example\n")
    return world


def entries(world: World) -> list[tuple[object, ...]]:
    return [tuple(str(each).rstrip() for each in row) for row in world.sql(f"SELECT {COLUMNS} FROM Auditorias")]


def test_the_entry_is_the_one_that_apply_writes_and_has_no_password(perez: World) -> None:
    perez.write("efsync.toml", SETTINGS + '\n[targets.erp.audit]\nuser = "admin"\ncompany = "01"\n')
    done = run(perez, scripted(perez))
    assert done.status == 0, (done.out, done.err)
    by_script = entries(perez)
    assert len(by_script) == 1
    assert "clave" not in str(by_script) + script_of(perez)
    perez.sql("DELETE FROM Auditorias")
    perez.change("JPEREZ", password="clave-vieja", domain="it's \\:x 50% $(y) <&>")
    applied(perez)
    assert entries(perez) == by_script


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)  # SQLite has none
def test_a_procedure_gets_the_entry_to_the_letter(tmp_path: Path, url: str) -> None:
    world = World(tmp_path, url)
    parameters = ", ".join(f"p{number} text" for number in range(17))
    values = ", ".join(f"p{number}" for number in range(17))
    columns = (
        "Cod_Usu, Tipo, Tabla, Opcion, Accion, Documento, Codigo, Clave2, Clave3, Clave4, Clave5, Detalle, Equipo, "
        "Cod_Suc, Cod_Obj, Notas, Cod_Emp"
    )
    insert = f"INSERT INTO Auditorias ({columns}) VALUES ({values})"
    if client_of(world) == "psql":
        body = f'CREATE PROCEDURE "sp_GuardarAuditoria"({parameters}) LANGUAGE sql AS $$ {insert} $$'
    else:
        body = f"CREATE PROCEDURE sp_GuardarAuditoria({parameters}) {insert}"
    world.sql(body)
    world.write("efsync.toml", SETTINGS + '\n[targets.erp.audit]\nthrough = "procedure"\n')
    world.user("JPEREZ", domain="it's \\:x 50% $(y) :Tipo <&>")
    world.department("  JPEREZ:\n    domain: otra.example\n")
    done = run(world, scripted(world))
    assert done.status == 0, (done.out, done.err)
    ((*_, detail),) = world.sql("SELECT Codigo, Detalle FROM Auditorias")
    assert "<antes>it's \\:x 50% $(y) :Tipo &lt;&amp;&gt;</antes>" in str(detail)


AUDIT = SETTINGS + "\n[targets.erp.audit]\n"


def refused(world: World, settings: str) -> str:
    """What is said of an audit trail that can't be written, by apply and by script in the same words."""
    world.write("efsync.toml", settings)
    saved_plan(world)
    made = call_json(world, "script", "plan.json", "--out", "script.sql")
    assert made.status == 1
    assert not (world.folder / "script.sql").exists()
    problems = [problem for problem in call_json(world, "apply", "plan.json").json["problems"] if problem["code"]]
    errors = [problem["message"] for problem in problems if problem["severity"] == "error"]
    assert [problem["message"] for problem in made.json["problems"]] == errors
    return " ".join(errors)


def test_an_audit_table_or_column_that_is_not_there_makes_no_script(perez: World) -> None:
    perez.sql("ALTER TABLE Auditorias RENAME COLUMN Detalle TO Otra")
    assert "Auditorias has no column Detalle" in refused(perez, AUDIT)
    perez.sql("DROP TABLE Auditorias")
    assert "no audit table Auditorias" in refused(perez, AUDIT)


def test_a_procedure_that_is_not_there_makes_no_script(perez: World) -> None:
    said = refused(perez, AUDIT + 'through = "procedure"\n')
    assert ("sqlite has no procedures" if client_of(perez) == "sqlite3" else "there is no audit procedure") in said


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_an_audit_table_without_transactions_makes_no_script(perez: World) -> None:
    perez.sql("ALTER TABLE Auditorias ENGINE = MyISAM")
    assert "Auditorias is of kind MyISAM" in refused(perez, AUDIT)
