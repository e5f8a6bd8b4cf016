"""Who changed a drifted account: what the ERP's audit trail says of it."""

import re

import pytest

from efsync.erp.demo.database import auditorias
from tests.cli.inside import applied, call, call_json
from tests.erp.audited import keep_trail
from tests.world import World


def note(world: World, code: str, user: str, at: str, table: str = "Usuarios", option: str = "Usuarios") -> None:
    """An entry as the product writes one; its detail may be a password, for all that is known."""
    columns = "Registro, Cod_Usu, Tabla, Opcion, Codigo, Detalle"
    values = (at, user, table, option, code, "<detalle>clave-mrojas</detalle>")
    names = ", ".join(columns.split(", "))
    world.sql(f"INSERT INTO Auditorias ({names}) VALUES (?, ?, ?, ?, ?, ?)", *values)


@pytest.fixture
def drifted(sales: World) -> World:
    """The company of `sales`, applied, whose MROJAS somebody changed."""
    applied(sales)
    sales.change("MROJAS", port=25)
    return sales


def test_drift_says_who_changed_the_account_last_and_when(drifted: World) -> None:
    note(drifted, "MROJAS", "GERENTE", "2026-11-20 08:00:00")
    note(drifted, "mrojas    ", "ADMIN     ", "2026-11-25 18:03:12")
    note(drifted, "JPEREZ", "OTRO", "2026-11-26 09:00:00")
    text = call(drifted, "drift")
    assert text.out.splitlines()[0] == "~ MROJAS  VENTAS  last changed by ADMIN on 2026-11-25 18:03:12"
    page = call(drifted, "drift", "--format", "markdown").out
    assert "<summary>~ <code>MROJAS</code> 1 field; last changed by ADMIN on 2026-11-25 18:03:12</summary>" in page
    assert "| last changed by ADMIN on `2026-11-25 18:03:12` |" in page
    (account,) = call_json(drifted, "drift").json["accounts"]
    assert account["last_change"] == {"user": "ADMIN", "at": "2026-11-25 18:03:12", "efsync": False}
    assert "clave-mrojas" not in text.out + text.err


def test_a_plan_that_meets_drift_says_so_too_and_keeps_it_in_its_file(drifted: World) -> None:
    note(drifted, "MROJAS", "ADMIN", "2026-11-25 18:03:12")
    drifted.change("JPEREZ", address=None)
    words = "the ERP changed  last changed by ADMIN on 2026-11-25 18:03:12"
    assert words in call(drifted, "plan", "--out", "plan.json").out
    assert words in call(drifted, "show", "plan.json").out
    changes = {change["user"]: change for change in call_json(drifted, "plan").json["changes"]}
    assert changes["MROJAS"]["last_change"] == {"user": "ADMIN", "at": "2026-11-25 18:03:12", "efsync": False}
    assert "last_change" not in changes["JPEREZ"]
    assert call_json(drifted, "apply", "plan.json", "--allow-redirect", "MROJAS").status == 0


def test_an_entry_of_efsync_itself_is_told_from_those_of_people(drifted: World) -> None:
    note(drifted, "MROJAS", "ADMIN", "2026-11-20 08:00:00")
    note(drifted, "MROJAS", "CONFIG", "2026-11-25 18:03:12", option="efsync")
    words = "last changed by efsync itself on 2026-11-25 18:03:12: whoever changed it since left no entry"
    assert words in call(drifted, "drift").out


def test_of_two_entries_of_one_moment_the_one_of_a_person_counts(drifted: World) -> None:
    note(drifted, "MROJAS", "CONFIG", "2026-11-25 18:03:12", option="efsync")
    note(drifted, "MROJAS", "ADMIN", "2026-11-25 18:03:12")
    note(drifted, "MROJAS", "CONFIG", "2026-11-25 18:03:12", option="efsync")
    assert "last changed by ADMIN on" in call(drifted, "drift").out


def test_entries_of_other_tables_do_not_count(drifted: World) -> None:
    note(drifted, "MROJAS", "ADMIN", "2026-11-25 18:03:12", table="Clientes")
    assert "last_change" not in call_json(drifted, "drift").json["accounts"][0]


def test_a_code_that_another_tenant_has_too_is_told_nothing_of(drifted: World) -> None:
    drifted.user("MROJAS", tenant="OTRA")
    note(drifted, "MROJAS", "ADMIN", "2026-11-25 18:03:12")
    assert "last_change" not in call_json(drifted, "drift").json["accounts"][0]


@pytest.mark.parametrize("missing", ["DROP TABLE Auditorias", "ALTER TABLE Auditorias DROP COLUMN Opcion"])
def test_drift_is_found_where_there_is_no_such_trail(drifted: World, missing: str) -> None:
    drifted.sql(missing)
    result = call_json(drifted, "drift")
    assert (result.status, [account["user"] for account in result.json["accounts"]]) == (2, ["MROJAS"])


def test_a_trail_of_another_name_is_read_where_it_is_the_one_that_is_written(drifted: World) -> None:
    keep_trail(drifted, 'name = "Bitacora"\n')
    columns = ", ".join(column.name for column in auditorias.c)
    drifted.sql(f'CREATE TABLE "Bitacora" AS SELECT {columns} FROM Auditorias')
    note(drifted, "MROJAS", "ADMIN", "2026-11-25 18:03:12")
    assert "last_change" not in call_json(drifted, "drift").json["accounts"][0]


def test_what_stands_in_an_entry_is_shown_without_harm(drifted: World) -> None:
    note(drifted, "MROJAS", "A\x1b[31m<b>", "2026-11-25 18:03:12")
    text = call(drifted, "drift").out
    assert text.splitlines()[0] == r"~ MROJAS  VENTAS  last changed by A\x1b[31m<b> on 2026-11-25 18:03:12"
    page = call(drifted, "drift", "--format", "markdown").out
    assert "<b>" not in re.sub("`[^`]*`", "", page)
