"""`efsync doctor` on the ERP's own audit trail, on SQLite."""

import pytest

from tests.cli.examined import checks_of, not_ok
from tests.erp.audited import COLUMNS, keep_trail
from tests.world import World


@pytest.fixture
def audited(sales: World) -> World:
    """The company of `sales`, which wants every change in the audit trail."""
    keep_trail(sales)
    return sales


def rebuild(world: World, **kinds: str) -> None:
    """Make the audit table anew, with some columns of another kind, or more of them."""
    columns = dict.fromkeys(("Registro", *COLUMNS), "TEXT") | {"Registro": "DATETIME"} | kinds
    world.sql("DROP TABLE Auditorias")
    world.sql(f"CREATE TABLE Auditorias ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")


def test_without_the_section_nothing_is_said_of_it(sales: World) -> None:
    assert "audit" not in {check["topic"] for check in checks_of(sales, status=0)}


def test_every_column_that_an_entry_fills_has_a_line(audited: World) -> None:
    checks = checks_of(audited, status=0)
    assert not_ok(checks) == []
    lines = [check["message"] for check in checks if check["topic"] == "audit"]
    assert len(lines) == 18
    assert "Auditorias.Registro is filled by each entry: DATETIME, may be NULL" in lines
    assert "Auditorias.Detalle is filled by each entry: TEXT, may be NULL" in lines


def test_a_missing_table_is_an_error_with_the_nearest_name(audited: World) -> None:
    audited.sql("ALTER TABLE Auditorias RENAME TO auditoria")
    ((status, topic, message, remedy),) = not_ok(checks_of(audited, status=1))
    assert (status, topic, message) == ("error", "audit", "the database has no audit table Auditorias")
    assert remedy == "there is auditoria: name it in [targets.erp.audit]"


def test_every_column_that_is_missing_is_an_error_and_the_others_are_still_shown(audited: World) -> None:
    for name in ("Detalle", "Registro"):
        audited.sql(f"ALTER TABLE Auditorias DROP COLUMN {name}")
    checks = checks_of(audited, status=1)
    assert [message for _, _, message, _ in not_ok(checks)] == [
        "the audit table Auditorias has no column Registro",
        "the audit table Auditorias has no column Detalle",
    ]
    assert all("[targets.erp.audit]" in remedy for *_, remedy in not_ok(checks))
    assert sum(check["topic"] == "audit" for check in checks) == 18


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("TEXT NOT NULL", ["error"]),
        ("TEXT NOT NULL DEFAULT ''", []),
        ("TEXT", []),
        ("INTEGER NOT NULL PRIMARY KEY", []),
    ],
)
def test_a_column_that_no_entry_fills_and_that_may_not_be_null_needs_a_default(
    audited: World, kind: str, found: list[str]
) -> None:
    rebuild(audited, Numero=kind)
    checks = not_ok(checks_of(audited))
    assert [status for status, *_ in checks] == found
    assert all("Auditorias.Numero may not be NULL" in message for _, _, message, _ in checks)


def test_a_column_that_can_not_hold_what_every_entry_has_there_is_an_error(audited: World) -> None:
    rebuild(audited, Cod_Usu="VARCHAR(5)")
    ((status, topic, message, _),) = not_ok(checks_of(audited, status=1))
    assert (status, topic) == ("error", "audit")
    assert "it has 6 characters, and the column Cod_Usu (VARCHAR(5)) takes 5" in message


def test_a_detail_that_may_become_too_long_is_a_warning(audited: World) -> None:
    rebuild(audited, Detalle="VARCHAR(8000)")
    ((status, topic, message, _),) = not_ok(checks_of(audited, status=0))
    assert (status, topic) == ("warning", "audit")
    assert "a detail of 10,000 characters does not fit" in message


def test_a_database_without_procedures_is_one_error(audited: World) -> None:
    keep_trail(audited, 'through = "procedure"\n')
    ((status, topic, message, remedy),) = not_ok(checks_of(audited, status=1))
    assert (status, topic) == ("error", "audit")
    assert message == "sqlite has no procedures, and the audit trail is written through sp_GuardarAuditoria"
    assert remedy == 'write `through = "table"` in [targets.erp.audit]'
