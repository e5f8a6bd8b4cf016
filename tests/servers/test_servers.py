"""What is particular to servers: the demo on them, a shared state, locks, the kind of a table, layouts."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

import efsync.state.migrations
from efsync.database.access import Access
from efsync.database.engine import open_engine
from efsync.erp.demo.database import metadata as metadata_of_the_demo
from efsync.state.tables import metadata
from tests.cli.inside import applied, assert_in_order, call, call_json
from tests.servers.databases import empty_database
from tests.servers.examined import PASSWORD, administer, kind_of, new_user
from tests.world import SETTINGS, World


def test_the_demo_on_a_server_shows_the_same_plan_and_applies(tmp_path: Path, server_url: str) -> None:
    (tmp_path / "sqlite").mkdir()
    (tmp_path / "server").mkdir()
    local, server = (World.__new__(World) for _ in range(2))
    local.folder, server.folder = tmp_path / "sqlite", tmp_path / "server"
    local.environment, server.environment = {}, {}
    assert call(local, "demo").status == 0
    assert call(server, "demo", "--url", server_url).status == 0
    expected = call_json(local, "plan").json
    planned = call_json(server, "plan").json
    assert planned["summary"] == expected["summary"]
    assert [change["user"] for change in planned["changes"]] == [change["user"] for change in expected["changes"]]
    applied(server)
    assert_in_order(server)


def test_the_demo_leaves_a_database_alone_that_has_its_tables(world: World) -> None:
    before = world.dump()
    result = call_json(world, "demo", "--url", world.url)
    assert (result.status, result.codes) == (1, ["database"])
    assert world.dump() == before


@pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
@pytest.mark.parametrize("command", ["demo --url {}", "plan", "doctor"])
def test_a_url_without_a_database_is_an_error_that_says_how_to_write_it(world: World, command: str) -> None:
    url = make_url(world.url).set(database="").render_as_string(hide_password=False)
    world.write("efsync.toml", SETTINGS.replace("sqlite:///erp.db", url))
    result = call(world, *command.format(url).split())
    assert result.status == 1
    assert "the url names no database" in result.out + result.err
    assert "mariadb://user@host/database" in result.out + result.err


@pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
def test_a_right_that_the_demo_lacks_is_said_to_be_granted(world: World) -> None:
    metadata_of_the_demo.drop_all(world.engine)
    with new_user(world) as name:
        database = make_url(world.url).database
        administer(world, f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON {database}.* TO {name}@'%'")
        url = make_url(world.url).set(username=name, password=PASSWORD).render_as_string(hide_password=False)
        problem = call_json(world, "demo", "--url", url).problem("database")
        assert "INDEX command denied" in problem["message"]
        assert problem["hint"].startswith("have that right granted to the user of the url")
        again = call_json(world, "demo", "--url", url).problem("database")
        assert again["hint"] == "name another one, or drop all tables of this one"


@pytest.fixture
def without_encoding(world: World) -> Iterator[World]:
    """A company whose database takes any bytes for a text."""
    name = f"{make_url(world.url).database}_ascii"
    administer(world, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    company = World.__new__(World)
    company.folder, company.environment = world.folder, {}
    url = make_url(world.url).set(database=name)
    company.url = url.render_as_string(hide_password=False)
    company.write("efsync.toml", SETTINGS)
    assert call(company, "demo", "--url", company.url).status == 0
    company.url = url.set(query={"client_encoding": "utf8"}).render_as_string(hide_password=False)
    yield company
    administer(world, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("server_url", ["postgresql"], indirect=True)
def test_a_database_without_an_encoding_takes_ascii_and_a_text_that_is_not_utf_8_is_said(
    without_encoding: World,
) -> None:
    world = without_encoding
    world.department("  JPEREZ:\n    domain: acme.example\n  RMENDEZ:\n    footer: Señor\n")
    planned = call_json(world, "plan")
    assert "the character set of the column Pie_Cor (TEXT) has no ñ" in planned.problem("does-not-fit")["message"]
    world.department("  JPEREZ:\n    domain: acme.example\n")
    applied(world)
    assert_in_order(world)
    world.sql(r"UPDATE Usuarios SET Nom_Usu = E'Jos\xe9' WHERE rtrim(Cod_Usu) = 'RMENDEZ'")
    problem = call_json(world, "plan").problem("database")
    assert "UTF8" in problem["message"]
    assert "not UTF-8" in problem["hint"]


@contextmanager
def shared_state(world: World) -> Iterator[Engine]:
    """Lets the state live in another database of the ERP's server."""
    with empty_database(kind_of(world)) as url:
        world.write("efsync.toml", SETTINGS + f'\n[state]\nurl = "{url}"\n')
        yield create_engine(url, poolclass=NullPool)


def test_the_state_can_live_on_a_server_and_be_shared(sales: World) -> None:
    with shared_state(sales):
        assert call_json(sales, "state", "list").json["accounts"] == []
        planned = call_json(sales, "plan")
        assert planned.json["summary"]["adopted"] == 1
        applied(sales)
        assert_in_order(sales)
        assert len(call_json(sales, "state", "list").json["accounts"]) == 2
        assert not (sales.folder / ".efsync" / "state.db").exists()


def test_a_state_on_a_server_keeps_users_apart_that_differ_in_an_accent(world: World) -> None:
    world.user("PENA")
    world.user("PEÑA")
    world.department("  PENA:\n    port: 1\n  PEÑA:\n    port: 2\n")
    with shared_state(world):
        applied(world)
        assert_in_order(world)
        listed = call_json(world, "state", "list").json["accounts"]
        assert [account["user"] for account in listed] == ["PENA", "PEÑA"]


def test_an_older_state_on_a_server_is_brought_up_to_date(world: World) -> None:
    world.user("PENA")
    world.user("PEÑA")
    world.department("  PENA:\n    port: 1\n  PEÑA:\n    port: 2\n")
    with shared_state(world) as engine:
        config = Config()
        config.set_main_option("script_location", str(Path(efsync.state.migrations.__file__).parent))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
        applied(world)
        assert_in_order(world)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []


def test_two_applies_with_two_states_do_not_overlap(sales: World) -> None:
    engine = create_engine(sales.url, poolclass=NullPool)
    lock = {
        "postgresql": "SELECT pg_advisory_xact_lock(hashtextextended('efsync apply', 0))",
        "mariadb": "SELECT GET_LOCK(CONCAT(LEFT(MD5(DATABASE()), 32), ' efsync apply'), 0)",
    }[engine.dialect.name]
    before = sales.dump()
    with engine.begin() as connection:
        connection.execute(text(lock))
        refused = call_json(sales, "apply", "--yes")
        assert (refused.status, refused.codes, refused.json["status"]) == (1, ["locked"], "refused")
    assert sales.dump() == before
    applied(sales)


def test_a_row_that_somebody_else_is_editing_is_waited_for_and_then_the_plan_is_stale(sales: World) -> None:
    applied(sales)
    sales.environment["MAIL_JPEREZ"] = "clave-nueva"
    sales.write("efsync.toml", SETTINGS.replace("tenant =", "statement_timeout = 1\ntenant ="))
    assert call(sales, "plan", "--out", "p.json").status == 0
    engine = create_engine(sales.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sales.changing("JPEREZ", password="otra"))
        waiting = call_json(sales, "apply", "p.json")
        assert (waiting.status, waiting.json["status"]) == (1, "failed")
    stale = call_json(sales, "apply", "p.json")
    assert (stale.status, stale.codes) == (1, ["plan-stale"])
    assert sales.live("JPEREZ")["password"] == "otra"


def test_what_is_opened_to_read_can_write_nothing(sales: World) -> None:
    engine = open_engine(sales.url, sales.folder, Access.READ, "the ERP")
    with pytest.raises(DBAPIError, match=r"(?i)read.only"), engine.begin() as connection:
        connection.execute(sales.changing("JPEREZ", port=1))


def test_a_field_that_the_layout_leaves_out_is_an_error_with_its_place(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + "\n[targets.erp.columns]\npassword = false\n")
    result = call_json(sales, "plan")
    assert set(result.codes) == {"unmapped-field"}
    assert [problem["line"] for problem in result.json["problems"]] == [10, 13]


def test_another_column_can_take_a_field(sales: World) -> None:
    sales.write("efsync.toml", SETTINGS + '\n[targets.erp.columns]\naddress = "Correo2"\n')
    applied(sales)
    assert sales.live("JPEREZ")["address"] is None
    assert sales.sql("SELECT Correo2 FROM Usuarios WHERE rtrim(Cod_Usu) = 'JPEREZ'") == [("jperez@acme.example",)]


@pytest.mark.parametrize("server_url", ["mariadb"], indirect=True)
def test_a_table_without_transactions_is_refused(sales: World) -> None:
    sales.sql("ALTER TABLE Usuarios ENGINE = MyISAM")
    refused = call_json(sales, "apply", "--yes")
    assert (refused.status, refused.codes[0]) == (1, "database")
    assert "no transactions" in refused.json["problems"][0]["message"]
    assert sales.live("JPEREZ")["address"] is None


def test_a_password_in_the_url_is_never_shown(sales: World) -> None:
    url = make_url(sales.url).set(username="nobody", password="clave-secreta", host="127.0.0.1", port=1)
    sales.write("efsync.toml", SETTINGS.replace("sqlite:///erp.db", "env:ERP_URL"))
    sales.environment["ERP_URL"] = url.render_as_string(hide_password=False)
    result = call(sales, "-v", "plan")
    assert result.status == 1
    assert "clave-secreta" not in result.out + result.err
    assert "[database]" in result.err


def test_a_state_on_a_server_that_never_answers_is_not_waited_for_longer_than_the_settings_say(sales: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = make_url(sales.url).set(host="127.0.0.1", port=silent.getsockname()[1], username="u")
        state = f'[state]\nurl = "{url.render_as_string(hide_password=False)}"\n'
        sales.write("efsync.toml", f"{SETTINGS}\n{state}connect_timeout = 1\nstatement_timeout = 1\n")
        began = time.monotonic()
        result = call_json(sales, "plan")
    assert (result.status, result.codes) == (1, ["database"])
    assert time.monotonic() - began < 30  # with the default it is more than a minute
