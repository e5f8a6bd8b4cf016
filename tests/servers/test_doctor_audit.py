"""`efsync doctor` on the ERP's own audit trail: kinds of tables and columns, procedures and what they take."""

import pytest

from tests.cli.inside import call_json
from tests.erp.audited import keep_trail, make_procedure
from tests.servers.examined import checks_of, kind_of, not_ok
from tests.world import World

only_mariadb = pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
only_postgresql = pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)

PROCEDURE = 'through = "procedure"\n'


def wrong(world: World) -> tuple[str, str]:
    """Message and remedy of the one error, which is about the audit trail."""
    ((status, topic, message, remedy),) = not_ok(checks_of(world, status=1))
    assert (status, topic) == ("error", "audit")
    return message, remedy


def test_a_trail_through_the_table_is_in_order_column_by_column(sales: World) -> None:
    keep_trail(sales)
    checks = checks_of(sales, status=0)
    assert not_ok(checks) == []
    assert sum(check["topic"] == "audit" for check in checks) == 18
    assert "INSERT on Auditorias is granted" in {check["message"] for check in checks}


def test_a_trail_through_the_procedure_is_in_order(sales: World) -> None:
    make_procedure(sales)
    keep_trail(sales, PROCEDURE)
    checks = checks_of(sales, status=0)
    assert not_ok(checks) == []
    (line,) = [check["message"] for check in checks if check["topic"] == "audit"]
    assert line == "the procedure sp_GuardarAuditoria takes 17 parameters, and may be called"


@only_mariadb
def test_an_audit_table_without_transactions_is_an_error(sales: World) -> None:
    keep_trail(sales)
    sales.sql("ALTER TABLE Auditorias ENGINE = MyISAM")
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "table")
    assert "the table Auditorias is of kind MyISAM" in message
    assert "InnoDB" in remedy


def test_a_column_that_takes_no_time_is_an_error(sales: World) -> None:
    keep_trail(sales)
    sales.sql("ALTER TABLE Auditorias DROP COLUMN Registro")
    sales.sql("ALTER TABLE Auditorias ADD COLUMN Registro INTEGER")
    assert "the column Registro (INTEGER) takes no time" in wrong(sales)[0]
    result = call_json(sales, "apply", "--yes")
    assert (result.status, "takes no time" in result.json["problems"][0]["message"]) == (1, True)
    assert sales.live("JPEREZ")["address"] is None


def test_a_column_that_counts_up_by_itself_need_not_be_filled(sales: World) -> None:
    keep_trail(sales)
    counting = "SERIAL" if kind_of(sales) == "postgresql" else "INTEGER AUTO_INCREMENT"
    sales.sql(f"ALTER TABLE Auditorias ADD COLUMN numero {counting} PRIMARY KEY")
    assert not_ok(checks_of(sales, status=0)) == []


def test_a_column_that_nothing_fills_is_an_error(sales: World) -> None:
    keep_trail(sales)
    sales.sql("ALTER TABLE Auditorias ADD COLUMN numero INTEGER NOT NULL")
    message, remedy = wrong(sales)
    assert message == "Auditorias.numero may not be NULL, has no default, and is filled by no entry"
    assert "default" in remedy


def test_a_procedure_with_other_parameters_is_an_error_before_anything_is_written(sales: World) -> None:
    quoted, body = ('"', "LANGUAGE sql AS $$ SELECT 1 $$") if kind_of(sales) == "postgresql" else ("`", "SELECT 1")
    sales.sql(f"CREATE PROCEDURE {quoted}sp_GuardarAuditoria{quoted}(one varchar(9), two varchar(9)) {body}")
    keep_trail(sales, PROCEDURE)
    message, remedy = wrong(sales)
    assert message == "the audit procedure sp_GuardarAuditoria takes 2 parameters, and efsync gives it the product's 17"
    assert remedy == "name the right one in [targets.erp.audit]"
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.json["problems"][0]["message"]) == (1, message)
    assert sales.live("JPEREZ")["address"] is None


def test_a_function_in_place_of_the_procedure_is_an_error(sales: World) -> None:
    if kind_of(sales) == "postgresql":
        sales.sql('CREATE FUNCTION "sp_GuardarAuditoria"() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$')
    else:
        sales.sql("CREATE FUNCTION sp_GuardarAuditoria() RETURNS int RETURN 1")
    keep_trail(sales, PROCEDURE)
    assert "sp_GuardarAuditoria is a function" in wrong(sales)[0]


@only_postgresql
def test_a_procedure_that_was_made_without_quotes_is_offered(sales: World) -> None:
    sales.sql("CREATE PROCEDURE sp_GuardarAuditoria() LANGUAGE sql AS $$ SELECT 1 $$")
    keep_trail(sales, PROCEDURE)
    message, remedy = wrong(sales)
    assert "there is no audit procedure sp_GuardarAuditoria" in message
    assert remedy == "there is sp_guardarauditoria: name it in [targets.erp.audit]"
    (problem, *_) = call_json(sales, "apply", "--yes").json["problems"]
    assert problem["hint"] == "there is sp_guardarauditoria: name it in [targets.NAME.audit]"


@only_postgresql
def test_parameters_with_defaults_need_not_be_given(sales: World) -> None:
    make_procedure(sales)
    sales.sql('ALTER PROCEDURE "sp_GuardarAuditoria" RENAME TO other')
    parameters = ", ".join(["text"] * 17 + ["text DEFAULT ''"])
    sales.sql(f'CREATE PROCEDURE "sp_GuardarAuditoria"({parameters}) LANGUAGE sql AS $$ SELECT 1 $$')
    keep_trail(sales, PROCEDURE)
    assert not_ok(checks_of(sales, status=0)) == []


@only_mariadb
def test_the_case_of_a_procedures_name_does_not_count_on_mariadb(sales: World) -> None:
    make_procedure(sales)
    keep_trail(sales, PROCEDURE + 'name = "SP_GUARDARAUDITORIA"\n')
    assert not_ok(checks_of(sales, status=0)) == []
