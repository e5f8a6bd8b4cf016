"""The audit trail on PostgreSQL and MariaDB, as a row of the table and through the procedure."""

import pytest

from tests.cli.inside import applied, call_json
from tests.erp.audited import entries, keep_trail, make_procedure
from tests.erp.test_audit import (  # noqa: F401
    test_a_cleared_account_is_an_entry_with_nothing_afterwards,
    test_an_account_that_is_only_adopted_leaves_no_entry,
    test_each_changed_user_is_one_entry_as_the_products_audit_screen_shows_them,
    test_no_password_and_no_fingerprint_stands_in_the_trail,
    test_nothing_is_noted_by_an_apply_that_is_refused,
    test_what_is_odd_in_a_value_is_the_same_after_the_xml_was_read,
)
from tests.world import World


@pytest.fixture(params=["table", "procedure"])
def audited(request: pytest.FixtureRequest, sales: World) -> World:
    """The company of `sales`, which wants every change in the audit trail."""
    make_procedure(sales)
    keep_trail(sales, f'through = "{request.param}"\n')
    return sales


def test_an_entry_that_the_database_refuses_rolls_everything_back(audited: World) -> None:
    audited.sql("ALTER TABLE Auditorias ADD CONSTRAINT full_trail CHECK (Codigo <> 'MROJAS')")
    audited.change("MROJAS", port=25)
    before = audited.dump()
    result = call_json(audited, "apply", "--yes", "--allow-redirect", "MROJAS")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("database")["message"].startswith("the audit trail of user MROJAS: ")
    assert audited.dump() == before
    assert entries(audited) == []


def test_an_entry_that_is_too_long_for_its_column_rolls_everything_back(audited: World) -> None:
    kind = "TYPE varchar(40)" if audited.url.startswith("postgresql") else "varchar(40)"
    verb = "ALTER COLUMN" if audited.url.startswith("postgresql") else "MODIFY"
    audited.sql(f"ALTER TABLE Auditorias {verb} Detalle {kind}")
    before = audited.dump()
    result = call_json(audited, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert result.problem("database")["message"].startswith("the audit trail of user JPEREZ: ")
    assert (audited.dump(), entries(audited)) == (before, [])


def test_a_missing_procedure_stops_before_the_first_write(audited: World) -> None:
    audited.sql("DROP PROCEDURE " + ('"sp_GuardarAuditoria"' if audited.url.startswith("p") else "sp_GuardarAuditoria"))
    keep_trail(audited, 'through = "procedure"\n')
    result = call_json(audited, "apply", "--yes")
    assert result.status == 1
    assert "there is no audit procedure sp_GuardarAuditoria" in result.json["problems"][0]["message"]
    assert audited.live("JPEREZ")["address"] is None


def test_a_missing_audit_table_stops_before_the_first_write(audited: World) -> None:
    keep_trail(audited, 'name = "Otra"\n')
    result = call_json(audited, "apply", "--yes")
    assert (result.status, result.json["problems"][0]["message"]) == (1, "the database has no audit table Otra")
    assert audited.live("JPEREZ")["address"] is None


@pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
def test_an_audit_table_without_transactions_is_refused(sales: World) -> None:
    keep_trail(sales)
    sales.sql("ALTER TABLE Auditorias ENGINE = MyISAM")
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.codes[0]) == (1, "database")
    assert "the table Auditorias is of kind MyISAM" in result.json["problems"][0]["message"]
    assert sales.live("JPEREZ")["address"] is None


def test_the_trail_is_kept_with_property_rows_too(audited: World) -> None:
    settings = (audited.folder / "efsync.toml").read_text(encoding="utf-8")
    audited.write("efsync.toml", settings.replace("tenant =", 'layout = "efactory-properties"\ntenant ='))
    applied(audited)
    jperez, _ = entries(audited)
    assert jperez.fields["USU-MAILSRV"] == ("", "smtp.acme.example")
    assert jperez.fields["USU-MAILCLA"] == ("", "(sensitive)")
