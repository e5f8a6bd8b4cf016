"""`efsync doctor` on the state and on ERP databases, all on SQLite."""

import os
import sqlite3
import sys

import pytest
from sqlalchemy import NullPool, create_engine, update

from efsync.database.access import Access
from efsync.state.store import open_state
from efsync.state.tables import locks
from tests.cli.examined import checks_of, not_ok, topics
from tests.cli.inside import applied, call
from tests.workflows.test_crash import kill_at
from tests.world import SETTINGS, World

STATE = "sqlite:///.efsync/state.db"


def _state_sql(world: World, statement: str) -> None:
    connection = sqlite3.connect(world.folder / ".efsync/state.db")
    with connection:
        connection.execute(statement)
    connection.close()


def test_a_state_of_a_newer_version_is_an_error_and_the_key_is_still_looked_at(sales: World) -> None:
    applied(sales)
    _state_sql(sales, "UPDATE alembic_version SET version_num = '9999'")
    checks = checks_of(sales, status=1)
    ((status, topic, message, remedy),) = not_ok(checks)
    assert (status, topic, remedy) == ("error", "state", "use the newer efsync")
    assert "9999" in message
    assert "key" in topics(checks)
    assert "users" in topics(checks)


def test_a_state_that_is_somebody_elses_database_is_an_error(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[state]\nurl = "sqlite:///erp.db"\n')
    ((status, topic, message, _),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "state")
    assert "other tables" in message


def test_a_state_that_is_no_database_is_an_error(sales: World) -> None:
    sales.write(".efsync/state.db", "this is a text\n" * 100)
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "state", "the state: .efsync/state.db is not a database")
    assert "move it away" in remedy


def test_a_read_only_state_is_an_error(sales: World) -> None:
    applied(sales)
    (sales.folder / ".efsync/state.db").chmod(0o444)
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "state")
    assert "read-only" in message
    assert "chmod u+w" in remedy


def test_a_run_that_was_cut_off_is_a_warning_and_so_is_its_lock(sales: World) -> None:
    kill_at(sales, "after the commit")
    found = not_ok(checks_of(sales, status=0))
    assert [(status, topic) for status, topic, *_ in found] == [("warning", "state")] * 2
    lock, run = (message for _, _, message, _ in found)
    assert "who is gone" in lock
    assert "was cut off" in run


def test_a_run_under_way_is_a_warning_that_says_who(sales: World) -> None:
    applied(sales)
    with open_state(STATE, sales.folder, Access.WRITE) as state:
        holder = state.lock("erp")
        ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=0))
        state.release("erp", holder.token)
    assert (status, topic) == ("warning", "state")
    assert f"{holder.who} on {holder.host} (process {os.getpid()}) since {holder.since}" in message
    assert "wait" in remedy
    assert holder.token not in message


def test_a_lock_without_a_beat_for_a_minute_is_of_somebody_who_is_gone(sales: World) -> None:
    applied(sales)
    with open_state(STATE, sales.folder, Access.WRITE) as state:
        state.lock("erp")
    engine = create_engine(f"sqlite:///{sales.folder / '.efsync/state.db'}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(update(locks).values(beat="2020-01-01T00:00:00.000Z"))
    ((status, _, message, _),) = not_ok(checks_of(sales, status=0))
    assert (status, "who is gone" in message) == ("warning", True)


def test_a_driver_that_is_missing_is_an_error_that_names_the_extra(
    sales: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # what an environment without it looks like
    sales.write("efsync.toml", SETTINGS.replace("sqlite:///erp.db", "postgresql://user:clave@db.example/erp"))
    checks = checks_of(sales, status=1)
    ((status, topic, message, remedy),) = not_ok(checks)
    assert (status, topic) == ("error", "driver")
    assert "efsync-erp[postgres]" in remedy
    assert "clave" not in message
    assert not topics(checks) & {"column", "rights", "users"}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///lost.db", "there is no database file lost.db"),
        ("env:ERP_URL", "the variable ERP_URL is not set"),
        ("no url at all", "the url can't be read"),
        ("oracle://user@db.example/erp", "efsync does not talk to oracle"),
        ("postgresql://user:cla@ve-rota@db.example/erp", "an @ that is not written as %40"),
    ],
)
def test_a_database_that_cannot_be_opened_is_an_error_with_a_remedy(sales: World, url: str, says: str) -> None:
    sales.write("efsync.toml", SETTINGS.replace("sqlite:///erp.db", url))
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "connection")
    assert says in message
    assert remedy
    assert "ve-rota" not in message + remedy


def test_a_missing_table_is_an_error_with_the_nearest_name(sales: World) -> None:
    sales.sql("ALTER TABLE Usuarios RENAME TO Usuario")
    checks = checks_of(sales, status=1)
    ((status, topic, message, remedy),) = not_ok(checks)
    assert (status, topic, message) == ("error", "table", "the database has no table Usuarios")
    assert remedy == "there is Usuario: name it as table in [targets.erp]"
    assert not topics(checks) & {"column", "users"}


def test_each_missing_column_is_an_error_with_the_nearest_name_and_the_others_are_still_shown(sales: World) -> None:
    sales.sql("ALTER TABLE Usuarios RENAME COLUMN Ser_Cor TO Serv_Cor")
    sales.write("efsync.toml", SETTINGS + '\n[targets.erp.columns]\nfooter = "Zzzzzz"\n')
    checks = checks_of(sales, status=1)
    first, second = not_ok(checks)
    message = "the table Usuarios has no column Ser_Cor, which is mapped to server"
    assert first == ("error", "column", message, "there is Serv_Cor: name it as server in [targets.erp.columns]")
    assert second[3] == "name the right one as footer in [targets.erp.columns]"
    assert sum(check["topic"] == "column" for check in checks) == 15
    assert "users" not in topics(checks)


PROPERTIES = SETTINGS.replace("tenant =", 'layout = "efactory-properties"\ntenant =')


def test_what_is_missing_of_the_property_rows_is_named_where_it_belongs(sales: World) -> None:
    sales.write("efsync.toml", PROPERTIES)
    for name in ("Cod_Reg", "Val_Num"):
        sales.sql(f"ALTER TABLE Campos_Propiedades RENAME COLUMN {name} TO {name}o")
    assert [(topic, remedy) for _, topic, _, remedy in not_ok(checks_of(sales, status=1))] == [
        ("column", "there is Cod_Rego: name it as record in [targets.erp.property_table]"),
        ("column", "there is Val_Numo: name it as value of port in [targets.erp.columns]"),
    ]


def test_a_missing_property_table_is_named_where_it_belongs(sales: World) -> None:
    sales.write("efsync.toml", PROPERTIES)
    sales.sql("ALTER TABLE Campos_Propiedades RENAME TO Campos_Propiedad")
    ((_, topic, _, remedy),) = not_ok(checks_of(sales, status=1))
    assert topic == "table"
    assert remedy == "there is Campos_Propiedad: name it as table in [targets.erp.property_table]"


def test_users_whose_codes_another_tenant_has_are_a_warning_where_property_rows_are_used(sales: World) -> None:
    for code in ("ANA", "BEA", "CARLA", "DORA", "ana2"):
        sales.user(code)
        sales.user(code.upper(), tenant="GLOBEX")
    assert not_ok(checks_of(sales, status=0)) == []
    sales.write("efsync.toml", PROPERTIES)
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=0))
    assert (status, topic) == ("warning", "users")
    assert message == (
        "another tenant has the codes of 5 users too, and property rows do not say whose they are: "
        "ANA, BEA, CARLA and 2 more"
    )
    assert "leave them out of the files" in remedy


def test_a_codec_that_is_not_installed_is_an_error_that_says_so(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[targets.erp.columns]\npassword = {codec = "rot13"}\n')
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic, message) == ("error", "column", "there is no password codec rot13")
    assert "[targets.erp.columns]" in remedy
    assert "url" not in remedy


def test_a_tenant_without_any_user_is_no_mistake_in_the_url(sales: World) -> None:
    sales.sql("DELETE FROM Usuarios")
    ((status, topic, _, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "users")
    assert "check the url" not in remedy
    assert "[targets.erp]" in remedy


def test_a_state_of_an_older_version_is_one_error_for_plan_stops_at_it(sales: World) -> None:
    applied(sales)
    _state_sql(sales, "UPDATE alembic_version SET version_num = '0001'")
    ((status, topic, _, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "state")
    assert "any apply brings it up to date" in remedy
    assert call(sales, "plan").status == 1


def test_a_read_only_file_is_an_error_and_can_still_be_read(sales: World) -> None:
    (sales.folder / "erp.db").chmod(0o444)
    checks = checks_of(sales, status=1)
    ((status, topic, message, remedy),) = not_ok(checks)
    assert (status, topic) == ("error", "rights")
    assert "read-only" in message
    assert "plan and drift work without" in remedy
    assert "users" in topics(checks)


def test_several_tenants_and_none_named_is_an_error(sales: World) -> None:
    sales.user("OTRO", tenant="GLOBEX")
    sales.write("efsync.toml", SETTINGS.replace('tenant = "ACME"\n', ""))
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "users")
    assert "ACME, GLOBEX" in message
    assert "tenant" in remedy


def test_two_users_with_one_code_are_an_error(sales: World) -> None:
    sales.user("jperez")
    ((status, topic, message, _),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "users")
    assert "JPEREZ" in message
