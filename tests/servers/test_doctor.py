"""`efsync doctor` on real servers: passwords, clocks, collations, kinds of tables, a shared state; it reads only."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import NullPool, create_engine, inspect, make_url, text

from tests.cli.inside import applied, call
from tests.servers.examined import PASSWORD, administer, checks_of, kind_of, new_user, not_ok, reach_by
from tests.world import SETTINGS, World

only_mariadb = pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
only_postgresql = pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)


def test_a_company_on_a_server_is_in_order(sales: World) -> None:
    checks = checks_of(sales, status=0)
    assert not_ok(checks) == []
    messages = [check["message"] for check in checks]
    assert "the server's clock and this machine's agree" in messages
    assert "UPDATE on Usuarios is granted" in messages
    product = {"postgresql": "PostgreSQL", "mariadb": "MariaDB"}[kind_of(sales)]
    assert any(message.startswith(f"the server is {product} ") for message in messages)


def test_a_user_or_password_that_is_wrong_is_an_error_that_shows_no_password(sales: World) -> None:
    with new_user(sales) as name:
        # PostgreSQL trusts whoever comes over loopback here, if only there is such a user
        known = {"postgresql": "efsync_test_nobody", "mariadb": name}[kind_of(sales)]
        url = make_url(sales.url).set(username=known, password=f"{PASSWORD}x")
        reach_by(sales, url.render_as_string(hide_password=False))
        checks = checks_of(sales, status=1)
    ((status, topic, _, remedy),) = not_ok(checks)
    assert (status, topic) == ("error", "connection")
    assert "password" in remedy
    assert not {"driver", "server", "column", "rights", "users", "clock"} & {check["topic"] for check in checks}


def test_a_password_in_the_urls_query_is_not_shown(sales: World) -> None:
    reach_by(sales, make_url(sales.url).update_query_dict({"password": PASSWORD}).render_as_string(False))
    result = call(sales, "doctor")
    assert PASSWORD not in result.out + result.err
    assert "127.0.0.1" in result.out


def test_a_server_that_cannot_be_reached_is_an_error_and_the_rest_is_still_looked_at(sales: World) -> None:
    reach_by(sales, make_url(sales.url).set(port=1, password=PASSWORD).render_as_string(hide_password=False))
    checks = checks_of(sales, status=1)
    ((status, topic, _, remedy),) = not_ok(checks)
    assert (status, topic) == ("error", "connection")
    assert "[targets.erp]" in remedy
    assert {"settings", "accounts", "secrets", "key", "state"} <= {check["topic"] for check in checks}


def test_a_missing_table_is_an_error_with_the_nearest_name(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS.replace("tenant =", 'table = "Usuario"\ntenant ='))
    checks = checks_of(sales, status=1)
    ((status, topic, message, remedy),) = not_ok(checks)
    assert (status, topic, message) == ("error", "table", "the database has no table Usuario")
    assert remedy == "there is Usuarios: name it as table in [targets.erp]"
    assert not {"column", "rights", "users"} & {check["topic"] for check in checks}


def test_a_missing_column_is_an_error_with_the_nearest_name(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[targets.erp.columns]\nserver = "Ser_Corr"\n')
    ((status, topic, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "column")
    assert message == "the table Usuarios has no column Ser_Corr, which is mapped to server"
    assert remedy == "there is Ser_Cor: name it as server in [targets.erp.columns]"


@only_postgresql
def test_a_table_in_a_schema_that_may_not_be_used_is_perhaps_only_not_seen(sales: World) -> None:
    with new_user(sales) as name:
        administer(sales, "REVOKE USAGE ON SCHEMA public FROM PUBLIC", f'GRANT SELECT ON "Usuarios" TO {name}')
        reach_by(sales, make_url(sales.url).set(username=name).render_as_string(hide_password=False))
        ((status, topic, _, remedy),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "table")
    assert remedy == "name the right one as table in [targets.erp], or let the user of the url see it"


@pytest.mark.parametrize("seconds", [-45, 3600])
def test_a_clock_that_is_off_is_told_from_the_servers_own(sales: World, seconds: int) -> None:
    with _clock(sales, seconds) as url:
        reach_by(sales, url)
        ((status, topic, message, _),) = not_ok(checks_of(sales))
    assert (status, topic) == ("warning" if seconds == -45 else "error", "clock")
    assert ("behind" if seconds < 0 else "ahead of") in message


@contextmanager
def _clock(world: World, seconds: int) -> Iterator[str]:
    """A URL whose connections see a server that is so many seconds ahead."""
    url = make_url(world.url)
    if kind_of(world) == "mariadb":
        set_clock = f"SET timestamp = UNIX_TIMESTAMP() + {seconds}"
        yield url.update_query_dict({"init_command": set_clock}).render_as_string(hide_password=False)
        return
    administer(
        world,
        "CREATE SCHEMA fast",
        "CREATE FUNCTION fast.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        f"$$ SELECT pg_catalog.clock_timestamp() + make_interval(secs => {seconds}) $$",
    )
    path = "-csearch_path=fast,public,pg_catalog"
    yield url.update_query_dict({"options": path}).render_as_string(hide_password=False)


@only_mariadb
@pytest.mark.parametrize(
    ("collation", "status", "says"),
    [
        ("utf8mb4_uca1400_as_ci", "ok", "as in efsync"),
        ("utf8mb4_spanish_ci", "warning", "accents"),
        ("utf8mb4_general_ci", "warning", "accents"),
        ("utf8mb4_bin", "warning", "upper and lower case"),
        ("latin1_swedish_ci", "warning", "accents"),
    ],
)
def test_the_collation_of_the_key_is_asked_what_it_takes_as_one(
    sales: World, collation: str, status: str, says: str
) -> None:
    administer(sales, f"ALTER TABLE Usuarios MODIFY Cod_Usu CHAR(10) COLLATE {collation} NOT NULL")
    (check,) = [check for check in checks_of(sales, status=0) if check["topic"] == "collation"]
    assert check["status"] == status
    assert says in check["message"]
    assert collation in check["message"]


@only_postgresql
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("char(10)", "warning", "it tells upper and lower case apart"),
        ('varchar(10) COLLATE "C"', "warning", "it tells upper and lower case apart"),
        ("varchar(10) COLLATE no_case", "ok", "as in efsync"),
        ("char(10) COLLATE no_accents", "warning", "accents"),
    ],
)
def test_postgresql_is_asked_too_what_it_takes_as_one_code(sales: World, kind: str, status: str, says: str) -> None:
    for name, level in (("no_case", 2), ("no_accents", 1)):
        options = f"provider = icu, locale = 'und-u-ks-level{level}', deterministic = false"
        administer(sales, f"CREATE COLLATION {name} ({options})")
    administer(sales, f'ALTER TABLE "Usuarios" ALTER COLUMN "Cod_Usu" TYPE {kind}')
    (check,) = [check for check in checks_of(sales, status=0) if check["topic"] == "collation"]
    assert (check["status"], says in check["message"]) == (status, True)
    assert status == "ok" or check["remedy"]


@only_mariadb
def test_a_table_without_transactions_is_an_error(sales: World) -> None:
    sales.sql("ALTER TABLE Usuarios ENGINE = MyISAM")
    ((status, _, message, remedy),) = not_ok(checks_of(sales, status=1))
    assert status == "error"
    assert "no transactions" in message
    assert "InnoDB" in remedy


@only_postgresql
def test_a_database_that_takes_no_writes_is_an_error(sales: World) -> None:
    name = make_url(sales.url).database
    administer(sales, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    ((status, topic, message, _),) = not_ok(checks_of(sales, status=1))
    assert (status, topic) == ("error", "server")
    assert "takes no writes" in message


@pytest.fixture
def shared(sales: World) -> Iterator[str]:
    """The URL of a state on the server, made by an apply."""
    name = f"{make_url(sales.url).database}_state"
    administer(sales, f"CREATE DATABASE {name}")
    url = make_url(sales.url).set(database=name).render_as_string(hide_password=False)
    sales.environment["STATE_URL"] = url
    sales.write("efsync.toml", SETTINGS + '\n[state]\nurl = "env:STATE_URL"\n')
    try:
        yield url
    finally:
        administer(sales, f"DROP DATABASE {name}")


def test_an_empty_state_on_a_server_stays_empty(sales: World, shared: str) -> None:
    messages = [check["message"] for check in checks_of(sales, status=0)]
    assert "the state is empty: the first apply makes its tables" in messages
    assert inspect(create_engine(shared, poolclass=NullPool)).get_table_names() == []


def test_a_state_on_a_server_is_looked_at_like_an_erp(sales: World, shared: str) -> None:
    applied(sales)
    checks = checks_of(sales, status=0)
    assert not_ok(checks) == []
    messages = [check["message"] for check in checks if check["topic"] == "state"]
    assert any("revision" in message for message in messages)
    about = {check["topic"] for check in checks if check["target"] is None and "clock" in check["message"]}
    assert about == {"state"}


def test_a_state_that_may_only_be_read_is_an_error_that_names_the_rights(sales: World, shared: str) -> None:
    applied(sales)
    with new_user(sales) as name:
        tables = inspect(create_engine(shared, poolclass=NullPool)).get_table_names()
        host = "" if kind_of(sales) == "postgresql" else "@'%'"
        engine = create_engine(shared, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for table in tables:
                connection.execute(text(f"GRANT SELECT ON {table} TO {name}{host}"))
        user = make_url(shared).set(username=name, password=PASSWORD)
        sales.environment["STATE_URL"] = user.render_as_string(hide_password=False)
        try:
            ((status, topic, message, _),) = not_ok(checks_of(sales, status=1))
        finally:
            if kind_of(sales) == "postgresql":
                with engine.connect() as connection:
                    connection.execute(text(f"DROP OWNED BY {name}"))
    assert (status, topic) == ("error", "state")
    assert "INSERT on runs" in message
    assert "SELECT" not in message


def test_a_state_on_a_server_that_cannot_be_reached_leaves_the_erp_to_be_looked_at(sales: World, shared: str) -> None:
    sales.environment["STATE_URL"] = make_url(shared).set(port=1).render_as_string(hide_password=False)
    checks = checks_of(sales, status=1)
    ((status, topic, _, remedy),) = not_ok(checks)
    assert (status, topic) == ("error", "state")
    assert "[state]" in remedy
    assert "users" in {check["topic"] for check in checks}
