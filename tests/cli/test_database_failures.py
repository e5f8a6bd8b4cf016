"""Databases that are away, broken, locked or something else: one problem that says so, and nothing written."""

import sqlite3
from collections.abc import Callable

import pytest

import efsync.database.sqlite
from tests.cli.inside import applied, call_json
from tests.world import SETTINGS, World

COMMANDS = [
    pytest.param(("plan",), id="plan"),
    pytest.param(("apply", "--yes"), id="apply"),
    pytest.param(("drift",), id="drift"),
]
KINDS = {"plan": "plan", "apply": "apply", "drift": "drift"}


def _missing(world: World) -> None:
    (world.folder / "erp.db").unlink()


def _folder(world: World) -> None:
    _missing(world)
    (world.folder / "erp.db").mkdir()


def _other_file(world: World) -> None:
    world.write("erp.db", "Lorem ipsum dolor sit amet. " * 100)


def _empty(world: World) -> None:
    world.write("erp.db", b"")


def _no_table(world: World) -> None:
    world.sql("ALTER TABLE Usuarios RENAME TO Usuaris")


def _no_column(world: World) -> None:
    world.sql("ALTER TABLE Usuarios RENAME COLUMN Ser_Cor TO Serv_Cor")


def _cut_off(world: World) -> None:
    data = (world.folder / "erp.db").read_bytes()
    world.write("erp.db", data[: len(data) // 2])


BROKEN = [
    pytest.param(_missing, "there is no database file erp.db", id="missing"),
    pytest.param(_folder, "there is no database file erp.db", id="a-folder"),
    pytest.param(_other_file, "not a database", id="something-else"),
    pytest.param(_empty, "has no table Usuarios", id="empty"),
    pytest.param(_no_table, "has no table Usuarios", id="no-table"),
    pytest.param(_no_column, "has no column Ser_Cor", id="no-column"),
    pytest.param(_cut_off, "malformed", id="cut-off"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("break_it", "message"), BROKEN)
def test_a_broken_erp_is_a_database_problem(
    sales: World, command: tuple[str, ...], break_it: Callable[[World], None], message: str
) -> None:
    break_it(sales)
    result = call_json(sales, *command)
    assert result.status == 1
    assert result.json["kind"] == KINDS[command[0]]
    assert message in result.problem("database")["message"]
    assert result.json.get("status", "failed") == "failed"
    assert not (sales.folder / ".efsync" / "state.db").exists()


def test_looking_at_a_missing_erp_does_not_make_it(sales: World) -> None:
    _missing(sales)
    call_json(sales, "plan")
    assert not (sales.folder / "erp.db").exists()


def test_a_read_only_erp_can_be_planned_for_and_is_refused_by_apply(sales: World) -> None:
    file = sales.folder / "erp.db"
    file.chmod(0o444)
    assert call_json(sales, "plan").status == 0
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    assert "read-only" in result.problem("database")["message"]
    file.chmod(0o644)
    assert sales.live("JPEREZ")["address"] is None
    applied(sales)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock."""
    monkeypatch.setattr(efsync.database.sqlite, "LOCK_TIMEOUT", 0.2)


@pytest.mark.usefixtures("impatient")
def test_an_erp_that_another_program_writes_to_is_left_alone_and_the_run_ends(sales: World) -> None:
    other = sqlite3.connect(sales.folder / "erp.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = call_json(sales, "apply", "--yes")
    assert (result.status, result.json["status"]) == (1, "failed")
    problem = result.problem("busy")
    assert problem["message"].startswith("the ERP database: another program holds the database file locked")
    assert "try again" in problem["hint"]
    other.execute("ROLLBACK")
    other.close()
    assert sales.live("JPEREZ")["address"] is None
    assert applied(sales).json["status"] == "applied"


@pytest.mark.usefixtures("impatient")
def test_a_state_that_another_program_writes_to_stops_apply_before_the_erp(sales: World) -> None:
    applied(sales)
    sales.change("MROJAS", port=25)
    before = sales.dump()
    other = sqlite3.connect(sales.folder / ".efsync" / "state.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    result = call_json(sales, "apply", "--yes")
    other.close()
    assert result.status == 1
    assert result.problem("busy")["message"].startswith("the state: another program holds the database file locked")
    assert sales.dump() == before


def _newer(world: World) -> None:
    with sqlite3.connect(world.folder / ".efsync" / "state.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _state_something_else(world: World) -> None:
    world.write(".efsync/state.db", "Lorem ipsum dolor sit amet. " * 100)


def _state_other_tables(world: World) -> None:
    file = world.folder / ".efsync" / "state.db"
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE customers (name)")
    connection.close()


def _state_folder(world: World) -> None:
    file = world.folder / ".efsync" / "state.db"
    file.unlink()
    file.mkdir()


BROKEN_STATES = [
    pytest.param(_newer, "state-version", "newer efsync", id="newer"),
    pytest.param(_state_something_else, "database", ".efsync/state.db is not a database", id="something-else"),
    pytest.param(_state_other_tables, "database", "other tables, such as customers", id="another-database"),
    pytest.param(_state_folder, "database", "the state", id="a-folder"),
]


@pytest.mark.parametrize(
    "command",
    [*COMMANDS, pytest.param(("state", "list"), id="list"), pytest.param(("state", "show", "MROJAS"), id="show")],
)
@pytest.mark.parametrize(("break_it", "code", "message"), BROKEN_STATES)
def test_a_state_that_is_none_stops_every_command_that_needs_it(
    sales: World, command: tuple[str, ...], break_it: Callable[[World], None], code: str, message: str
) -> None:
    applied(sales)
    sales.change("MROJAS", port=25)
    before = sales.dump()
    break_it(sales)
    result = call_json(sales, *command)
    assert result.status == 1
    assert message in result.problem(code)["message"]
    assert sales.dump() == before


def test_without_the_file_that_was_no_state_efsync_begins_anew(sales: World) -> None:
    _state_something_else(sales)
    assert "move it away" in call_json(sales, "plan").problem("database")["hint"]
    (sales.folder / ".efsync" / "state.db").rename(sales.folder / "other")
    applied(sales)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_where_the_folder_for_state_and_key_should_be_is_said(sales: World, command: tuple[str, ...]) -> None:
    sales.write(".efsync", "a file")
    result = call_json(sales, *command)
    assert (result.status, result.codes) == (1, ["config"])
    assert "the fingerprint key" in result.json["problems"][0]["message"]


def test_a_state_folder_that_can_not_be_made_is_said(sales: World) -> None:
    sales.write("efsync.toml", f'{SETTINGS}\n[state]\nurl = "sqlite:///erp.db/state.db"\n')
    result = call_json(sales, "apply", "--yes")
    assert result.status == 1
    assert "can't be made" in result.problem("database")["message"]


PASSWORD_URLS = [
    "nosuchdb://user:clave-0@host/db",
    "nosuchdb+driver://user:clave-0@host/db",
    "sqlite+nosuch://user:clave-0@host/",
    "postgresql://user:clave-0@host:port/db",
    "postgresql://user:clave-0/x@host/db",
    "sqlite://user:clave-0@host/",
    "://user:clave-0@host/db",
    "clave-0",
]


@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["quiet", "verbose"])
@pytest.mark.parametrize("table", ["targets.erp", "state"])
@pytest.mark.parametrize("url", PASSWORD_URLS)
def test_a_password_in_a_url_is_never_printed(sales: World, url: str, table: str, verbose: tuple[str, ...]) -> None:
    settings = SETTINGS if table == "state" else SETTINGS.replace("sqlite:///erp.db", url)
    sales.write("efsync.toml", settings + (f'\n[state]\nurl = "{url}"\n' if table == "state" else ""))
    result = call_json(sales, *verbose, "plan")
    assert result.status == 1
    assert set(result.codes) <= {"config", "database"}
    assert "clave-0" not in result.out + result.err


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param('[targets]\nerp = "postgresql://user:clave-0@host/db"\n', id="not-a-table"),
        pytest.param('[targets.erp]\nurl = ["postgresql://user:clave-0@host/db"]\n', id="a-list"),
        pytest.param('[targets.erp]\nurl = "postgresql://user:clave-0@host/db\n', id="no-toml"),
        pytest.param(
            'state = "postgresql://user:clave-0@host/db"\n[targets.erp]\nurl = "sqlite:///erp.db"\n',
            id="state-not-a-table",
        ),
    ],
)
def test_a_url_in_settings_that_are_wrong_is_not_printed(sales: World, settings: str) -> None:
    sales.write("efsync.toml", settings)
    result = call_json(sales, "plan")
    assert (result.status, set(result.codes)) == (1, {"config"})
    assert "clave-0" not in result.out + result.err
