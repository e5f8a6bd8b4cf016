"""`efsync doctor` on the rights of a server's user: asked exactly, never tried."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import make_url

from tests.cli.inside import applied, call
from tests.erp.audited import make_procedure
from tests.servers.examined import PASSWORD, administer, checks_of, kind_of, new_user, not_ok, reach_by
from tests.world import World

VALUES = {
    "address": "Val_Car", "password": "Val_Car", "server": "Val_Car", "port": "Val_Num", "ssl": "Val_Log",
    "domain": "Val_Car", "header": "Val_Mem", "signature": "Val_Mem", "footer": "Val_Mem",
}  # fmt: skip
LAYOUT = 'layout = "efactory-properties"\ntenant = "ACME"\n\n[targets.erp.columns]\n' + "".join(
    f'{field} = {{property = "USU-M{number:02}", value = "{value}"}}\n'
    for number, (field, value) in enumerate(VALUES.items())
)

Grant = Callable[..., None]


@pytest.fixture
def grant(sales: World) -> Iterator[Grant]:
    """Grants rights to a user of its own, by whom the target is reached from then on."""
    with ExitStack() as stack:
        name = stack.enter_context(new_user(sales))
        host = "" if kind_of(sales) == "postgresql" else "@'%'"
        quote = '"' if kind_of(sales) == "postgresql" else "`"
        url = make_url(sales.url).set(username=name, password=PASSWORD).render_as_string(hide_password=False)

        def give(*rights: tuple[str, str], more: str = 'tenant = "ACME"') -> None:
            for right, table in rights:
                administer(sales, f"GRANT {right.replace('|', quote)} ON {quote}{table}{quote} TO {name}{host}")
            reach_by(sales, url, more)

        yield give


def test_a_user_who_may_only_read_is_an_error_and_plan_works(sales: World, grant: Grant) -> None:
    grant(("SELECT", "Usuarios"))
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "rights", "the right UPDATE on Usuarios is missing")
    assert remedy.endswith(" to the user of the url; plan and drift work without")
    assert call(sales, "plan").status == 0
    assert call(sales, "apply", "--yes").status == 1


def test_a_right_that_is_missing_on_one_column_is_named_with_that_column(sales: World, grant: Grant) -> None:
    columns = ("Correo", "Cla_Cor", "Ser_Cor", "Pue_Cor", "Ssl_Cor", "Dom_Cor", "Enc_Cor", "Pie_Cor")
    grant(("SELECT", "Usuarios"), (f"UPDATE ({', '.join(f'|{name}|' for name in columns)})", "Usuarios"))
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "rights", "the right UPDATE (Fir_Cor) on Usuarios is missing")
    do(sales, remedy)
    assert not_ok(checks_of(sales, status=0)) == []


def test_rights_on_just_the_mapped_columns_are_enough_for_an_apply(sales: World, grant: Grant) -> None:
    fields = "|Correo|, |Cla_Cor|, |Ser_Cor|, |Pue_Cor|, |Ssl_Cor|, |Dom_Cor|, |Enc_Cor|, |Fir_Cor|, |Pie_Cor|"
    identity = "|Cod_Usu|, |Nom_Usu|, |Cargo|, |Departamento|, |Status|, |Cod_Cli|"
    # what MariaDB tells of a table's columns takes a right on the whole table
    reading = f"SELECT ({identity}, {fields})" if kind_of(sales) == "postgresql" else "SELECT"
    grant((reading, "Usuarios"), (f"UPDATE ({fields})", "Usuarios"))
    assert not_ok(checks_of(sales, status=0)) == []
    applied(sales)


ON_USERS = (("SELECT", "Usuarios"), ("UPDATE", "Usuarios"))


@pytest.mark.parametrize("missing", ["INSERT", "UPDATE", "DELETE"])
def test_property_rows_need_the_right_to_add_change_and_delete_them(sales: World, grant: Grant, missing: str) -> None:
    rights = [right for right in ("SELECT", "INSERT", "UPDATE", "DELETE") if right != missing]
    grant(*ON_USERS, *((right, "Campos_Propiedades") for right in rights), more=LAYOUT)
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "rights", f"the right {missing} on Campos_Propiedades is missing")
    do(sales, remedy)
    assert not_ok(checks_of(sales, status=0)) == []


@pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)
def test_rows_that_stay_as_they_are_need_a_right_too_to_be_locked(sales: World, grant: Grant) -> None:
    of_properties = [(right, "Campos_Propiedades") for right in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    grant(("SELECT", "Usuarios"), *of_properties, more=LAYOUT)
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "rights", "the right UPDATE (Cod_Usu) on Usuarios is missing")
    do(sales, remedy)
    assert not_ok(checks_of(sales, status=0)) == []


def do(world: World, remedy: str) -> None:
    """What a remedy says, by who may do that."""
    statement, _, _ = remedy.partition(" to the user of the url")
    host = "" if kind_of(world) == "postgresql" else "@'%'"
    administer(world, f"{statement} TO {make_url(world.environment['ERP_URL']).username}{host}")


AUDIT = 'tenant = "ACME"\n\n[targets.erp.audit]\nthrough = "{}"\n'


def test_an_audit_trail_needs_the_right_to_add_to_its_table(sales: World, grant: Grant) -> None:
    grant(("SELECT", "Usuarios"), ("UPDATE", "Usuarios"), ("SELECT", "Auditorias"), more=AUDIT.format("table"))
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "rights", "the right INSERT on Auditorias is missing")
    do(sales, remedy)
    assert not_ok(checks_of(sales, status=0)) == []


def test_an_audit_procedure_has_to_be_there_and_the_user_may_call_it(sales: World, grant: Grant) -> None:
    grant(("SELECT", "Usuarios"), ("UPDATE", "Usuarios"), more=AUDIT.format("procedure"))
    ((status, topic, message, _),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "audit")
    assert "no audit procedure sp_GuardarAuditoria" in message
    make_procedure(sales)
    quoted = kind_of(sales) == "postgresql"
    if quoted:
        administer(sales, 'REVOKE EXECUTE ON PROCEDURE "sp_GuardarAuditoria" FROM PUBLIC')
    ((_, _, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert "the right EXECUTE on " in message
    do(sales, remedy if quoted else "GRANT EXECUTE ON PROCEDURE sp_GuardarAuditoria to the user of the url")
    assert not_ok(checks_of(sales, status=0)) == []


def test_rights_through_a_role_count(sales: World, grant: Grant) -> None:
    grant()
    user = make_url(sales.environment["ERP_URL"]).username
    role, quote = f"{user}_r", '"' if kind_of(sales) == "postgresql" else "`"
    default = [f"SET DEFAULT ROLE {role} FOR {user}@'%'"] if kind_of(sales) == "mariadb" else []
    member = user if kind_of(sales) == "postgresql" else f"{user}@'%'"
    clean = [f"DROP OWNED BY {role}"] if kind_of(sales) == "postgresql" else []
    administer(sales, f"CREATE ROLE {role}")
    try:
        granted = f"GRANT SELECT, UPDATE ON {quote}Usuarios{quote} TO {role}"
        administer(sales, granted, f"GRANT {role} TO {member}", *default)
        assert not_ok(checks_of(sales, status=0)) == []
    finally:
        administer(sales, *clean, f"DROP ROLE {role}")
