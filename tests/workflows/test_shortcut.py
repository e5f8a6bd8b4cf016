"""A plan that was made before says exactly what one says that was not, whatever changed in between."""

import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError

import efsync
from efsync.workflows import shortcut
from tests.cli.inside import applied, call, call_json
from tests.workflows.settled import (
    PASSWORDS,
    SALES,
    SMTP,
    cache,
    plan,
    plan_anew,
    plan_of_what_changed,
    plan_the_short_way,
    settle,
    takes_the_short_way,
)
from tests.world import SETTINGS, USER_COLUMNS, World

Change = Callable[[World], object]
KEY = "another key of the fingerprints"


@pytest.fixture
def settled(world: World) -> World:
    """A company in which nothing differs."""
    return settle(world)


def _file(name: str, content: str) -> Change:
    return lambda world: world.write(name, content)


def _files_of_sales(users: str, more: str = SMTP) -> Change:
    return lambda world: world.department(users, more=more)


def _users_of_stock(users: str) -> Change:
    return lambda world: world.department(users, name="COMPRAS")


def _row(column: str, value: Any, code: str = "JPEREZ") -> Change:
    return lambda world: world.sql(f"UPDATE Usuarios SET {column} = ? WHERE rtrim(Cod_Usu) = ?", value, code)


def _state(statement: str) -> Change:
    def change(world: World) -> None:
        connection = sqlite3.connect(world.folder / ".efsync" / "state.db")
        with connection:
            connection.execute(statement)
        connection.close()

    return change


def _column(name: str, declared: str) -> Change:
    """Declare a column anew, its rows and the others kept."""

    def change(world: World) -> None:
        ((schema,),) = world.sql("SELECT sql FROM sqlite_master WHERE name = 'Usuarios'")
        lines = [
            f'"{name}" {declared},' if line.strip().partition(" ")[0].strip('"') == name else line
            for line in schema.replace("TEXT\n)", "TEXT,\nCHECK (1))").splitlines()
        ]
        assert f'"{name}" {declared},' in lines
        world.sql("ALTER TABLE Usuarios RENAME TO Older")
        world.sql("\n".join(lines))
        world.sql("INSERT INTO Usuarios SELECT * FROM Older")
        world.sql("DROP TABLE Older")

    return change


def _environment(**variables: str) -> Change:
    return lambda world: world.environment.update(variables)


def _secret_leads_outside(world: World) -> None:
    outside = world.write("elsewhere", "clave-de-mrojas")
    (world.folder / "secrets" / "mrojas").unlink()
    (world.folder / "secrets" / "mrojas").symlink_to(outside)


def _passwords_change_places(world: World) -> None:
    world.secret("mrojas", PASSWORDS[0])
    world.environment["MAIL_JPEREZ"] = PASSWORDS[1]


def _apply_of_other_files(world: World) -> None:
    world.department(SALES.replace("jperez@", "jose@"), more=SMTP)
    applied(world)


def _apply_there_and_back(world: World) -> None:
    world.department(SALES, more=SMTP + "on_removal: forget\n")
    applied(world)
    world.department(SALES, more=SMTP)


CHANGES: dict[str, Change] = {
    "nothing": lambda world: None,
    "a value in a department file": _files_of_sales(SALES.replace("jperez@", "jose@")),
    "a comment in a department file": _files_of_sales("  # a comment\n" + SALES),
    "a default in a department file": _files_of_sales(SALES, SMTP.replace("587", "465")),
    "what becomes of those who leave": _files_of_sales(SALES, SMTP + "on_removal: forget\n"),
    "a reference to the same password": _files_of_sales(SALES.replace("{env: MAIL_JPEREZ}", "{env: MAIL_JOSE}")),
    "an account leaves a department file": _files_of_sales(SALES.partition("  MROJAS")[0]),
    "an account joins a department file": _files_of_sales(SALES + "  RSOTO:\n    domain: acme.example\n"),
    "a mistake in a department file": _files_of_sales(SALES.replace("address: j", "adress: j")),
    "a department file is gone": lambda world: (world.folder / "accounts" / "compras.yaml").unlink(),
    "a department file is renamed": lambda world: (world.folder / "accounts" / "compras.yaml").rename(
        world.folder / "accounts" / "otra.yaml"
    ),
    "another department file": lambda world: world.department("  RSOTO: {}\n", name="OTRA"),
    "the same department twice": lambda world: world.department("  RSOTO: {}\n", file="sur/ventas.yaml"),
    "no accounts folder": lambda world: (world.folder / "accounts").rename(world.folder / "gone"),
    "a department file includes a text no more": _files_of_sales(
        SALES.replace("    header: {file: _texts/header.html}\n", "")
    ),
    "a department file includes another text": _files_of_sales(
        SALES.replace("header: {file: _texts/header.html}", "footer: {template: _texts/signature.html}")
    ),
    "a user's former code is in no file": _files_of_sales(
        SALES.replace("  MROJAS:\n", "  MROJAS:\n    renamed_from: ROJAS\n")
    ),
    "a user's former code is in another file": _files_of_sales(
        SALES.replace("  MROJAS:\n", "  MROJAS:\n    renamed_from: '0012'\n")
    ),
    "a user moves to another file": _users_of_stock("  0012:\n    domain: null\n  RSOTO:\n    domain: null\n"),
    "a user is in two files": _users_of_stock("  0012:\n    domain: null\n  JPEREZ:\n    domain: null\n"),
    "an included text": _file("accounts/_texts/header.html", "<h1>Globex</h1>"),
    "an included text is gone": lambda world: (world.folder / "accounts" / "_texts" / "header.html").unlink(),
    "a template": _file("accounts/_texts/signature.html", "<b>{{ user.name }}</b>"),
    "a template that fails": _file("accounts/_texts/signature.html", "{{ user.nombre }}"),
    "a text that nobody includes": _file("accounts/_texts/other.html", "<p></p>"),
    "settings: a comment": _file("efsync.toml", SETTINGS + "# a comment\n"),
    "settings: another tenant": _file("efsync.toml", SETTINGS.replace("ACME", "GLOBEX")),
    "settings: what counts as active": _file(
        "efsync.toml", SETTINGS.replace("[secrets.env]", 'active = "X"\n\n[secrets.env]')
    ),
    "settings: a column is left out": _file(
        "efsync.toml", SETTINGS.replace("[secrets.env]", "[targets.erp.columns]\ndomain = false\n\n[secrets.env]")
    ),
    "settings: another column": _file(
        "efsync.toml", SETTINGS.replace("[secrets.env]", '[targets.erp.columns]\ndomain = "Correo2"\n\n[secrets.env]')
    ),
    "settings: another converter": _file(
        "efsync.toml",
        SETTINGS.replace("[secrets.env]", '[targets.erp.columns]\nssl = {converter = "S/N"}\n\n[secrets.env]'),
    ),
    "settings: a variable is allowed no more": _file("efsync.toml", SETTINGS.replace("MAIL_*", "POST_*")),
    "settings: a folder is allowed no more": _file("efsync.toml", SETTINGS.replace('["secrets"]', '["other"]')),
    "settings: another state": _file("efsync.toml", SETTINGS + '\n[state]\nurl = "sqlite:///other.db"\n'),
    "settings: a brake": _file("efsync.toml", SETTINGS + "\n[safety]\nmax_changed_percent = 1\n"),
    "settings: another database": lambda world: (world.folder / "erp.db").rename(world.folder / "away.db"),
    **{f"the ERP: {field}": _row(column, "1" if field in ("port", "ssl") else "x") for field, column in
       USER_COLUMNS.items()},
    **{f"the ERP: {field} cleared": _row(column, None) for field, column in USER_COLUMNS.items()},
    "the ERP: a name in a template": _row("Nom_Usu", "María Rosas", "MROJAS"),
    "the ERP: a title in a template": _row("Cargo", "Jefa", "MROJAS"),
    "the ERP: a name in no template": _row("Nom_Usu", "José"),
    "the ERP: a status": _row("Status", "I"),
    "the ERP: a status in no file": _row("Status", "I", "RSOTO"),
    "the ERP: a department": _row("Departamento", "COMPRAS"),
    "the ERP: the department of all": lambda world: world.sql("UPDATE Usuarios SET Departamento = 'X'"),
    "the ERP: a code in lower case": _row("Cod_Usu", "jperez"),
    "the ERP: another code": _row("Cod_Usu", "JPEREZ2"),
    "the ERP: a tenant in lower case": _row("Cod_Cli", "acme"),
    "the ERP: another tenant": _row("Cod_Cli", "GLOBEX"),
    "the ERP: a column that is not mapped": _row("Correo2", "x"),
    "the ERP: a field that is not managed": _row("Pie_Cor", "<p>other</p>", "0012"),
    "the ERP: a number as text": _row("Pue_Cor", " 587 "),
    "the ERP: padding": _row("Ser_Cor", "smtp.acme.example   "),
    "the ERP: a user joins": lambda world: world.user("NUEVA", password="x"),
    "the ERP: a user leaves": lambda world: world.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'JPEREZ%'"),
    "the ERP: a user in no file leaves": lambda world: world.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'RSOTO%'"),
    "the ERP: one in no file for another": _row("Cod_Usu", "NUEVA", "RSOTO"),
    "the ERP: a user twice": lambda world: world.user("jperez"),
    "the ERP: a row twice": lambda world: world.sql(
        "INSERT INTO Usuarios SELECT * FROM Usuarios WHERE Cod_Usu LIKE 'JPEREZ%'"
    ),
    "the ERP: a user in no file twice": lambda world: world.user("rsoto"),
    "the ERP: no users": lambda world: world.sql("DELETE FROM Usuarios"),
    "the ERP: a user without a code": lambda world: world.user(""),
    "the ERP: a column takes no NULL": _column("Correo", "VARCHAR(254) NOT NULL"),
    "the ERP: a column is of another type": _column("Pue_Cor", "VARCHAR(5)"),
    "the ERP: a column is shorter": _column("Correo", "VARCHAR(5)"),
    "a password in a variable is renewed": _environment(MAIL_JPEREZ="clave-nueva"),
    "a password in a variable is empty": _environment(MAIL_JPEREZ=" "),
    "a password in a variable is gone": lambda world: world.environment.pop("MAIL_JPEREZ"),
    "a password in a file is renewed": lambda world: world.secret("mrojas", "clave-nueva"),
    "a password in a file ends in a line": lambda world: world.secret("mrojas", "clave-de-mrojas\n"),
    "a password in a file is gone": lambda world: (world.folder / "secrets" / "mrojas").unlink(),
    "a password's file leads outside": _secret_leads_outside,
    "two passwords change places": _passwords_change_places,
    "another key": _environment(EFSYNC_KEY=KEY),
    "the key is gone": lambda world: (world.folder / ".efsync" / "key").unlink(),
    "an account is forgotten": lambda world: call(world, "state", "forget", "JPEREZ", "--yes"),
    "an apply of nothing": applied,
    "an apply of other files": _apply_of_other_files,
    "an apply of other files, whose text comes back": _apply_there_and_back,
    "an apply that did not end": _state("UPDATE runs SET status = 'started', finished_at = NULL"),
    "the state is gone": lambda world: (world.folder / ".efsync" / "state.db").unlink(),
    "the state is of an older efsync": _state("UPDATE alembic_version SET version_num = '0002'"),
    "a digest in the state is gone": _state("UPDATE applied_accounts SET digest = NULL WHERE key = 'jperez'"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_plan_says_what_it_would_say_had_none_been_made_before(settled: World, change: str) -> None:
    first = plan(settled)
    assert first[0] == 0
    assert plan_the_short_way(settled) == first
    CHANGES[change](settled)
    again = plan(settled)
    once_more = plan(settled)
    assert again == once_more == plan_anew(settled)


SEEN_BY_ALL = ["the ERP: a user joins", "the ERP: a user in no file leaves", "settings: a comment", "nothing"]


@pytest.mark.parametrize("change", SEEN_BY_ALL)
def test_the_short_way_is_taken_again_once_a_plan_found_nothing(settled: World, change: str) -> None:
    plan(settled)
    CHANGES[change](settled)
    assert plan(settled)[0] == 0
    plan_the_short_way(settled)


def test_another_efsync_looks_for_itself(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(settled)
    monkeypatch.setattr(efsync, "__version__", "99.0")
    assert not takes_the_short_way(settled)
    assert takes_the_short_way(settled)


def test_another_schema_is_asked(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(settled)
    monkeypatch.setattr(shortcut, "schema_text", lambda name: "{}")
    assert not takes_the_short_way(settled)


def test_an_efsync_that_keeps_other_things_is_no_trouble(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(efsync, "__version__", "0.0.1")
        older.setattr("efsync.workflows.seen.json", mock.Mock(dumps=lambda *_, **__: '{"other": 1}'))
        plan(settled)
    assert list(cache(settled).iterdir())
    assert plan(settled) == plan_anew(settled)


def test_without_the_key_there_is_no_short_way_for_anybody_could_have_made_it(settled: World) -> None:
    for _ in range(2):
        assert not takes_the_short_way(settled, "--without-secrets")
        assert not cache(settled).exists()
    plan(settled)
    assert not takes_the_short_way(settled, "--without-secrets")
    assert takes_the_short_way(settled)


def test_an_apply_counts_whose_clock_is_late(settled: World) -> None:
    _state("UPDATE runs SET started_at = '2099-01-01T00:00:00.000Z', finished_at = '2099-01-01T00:00:00.000Z'")(settled)
    plan(settled)
    _apply_there_and_back(settled)
    again = plan(settled)
    assert again[0] == 2
    assert again == plan_anew(settled)


def test_settings_that_change_while_a_plan_is_made_are_not_taken_for_those_it_had(settled: World) -> None:
    from efsync.workflows.sides import Sides

    each = Sides.each

    def edited_meanwhile(sides: Sides, *, witnessed: bool = False) -> Any:
        settled.write("efsync.toml", SETTINGS.replace("MAIL_*", "POST_*"))
        return each(sides, witnessed=witnessed)

    with mock.patch.object(Sides, "each", edited_meanwhile):
        assert plan(settled)[0] == 0
    again = plan(settled)
    assert again[0] == 1
    assert again == plan_anew(settled)


def test_an_account_that_is_both_changed_and_changed_back_needs_no_long_way(settled: World) -> None:
    plan(settled)
    before = settled.live("JPEREZ")["address"]
    settled.change("JPEREZ", address="other@acme.example")
    assert plan(settled)[0] == 2
    settled.change("JPEREZ", address=before)
    plan_the_short_way(settled)


@pytest.mark.parametrize("way", [("--user", "JPEREZ"), ("--department", "VENTAS")])
def test_a_plan_of_some_accounts_neither_takes_the_short_way_nor_makes_one(
    settled: World, way: tuple[str, ...]
) -> None:
    plan(settled, *way)
    assert not cache(settled).exists()
    plan(settled)
    assert not takes_the_short_way(settled, *way)


KEPT_BACK: dict[str, Change] = {
    "a warning": _row("Status", "I"),
    "an error": _files_of_sales(SALES.replace("address: j", "adress: j")),
    "an apply that did not end": _state("UPDATE runs SET status = 'started', finished_at = NULL"),
}


@pytest.mark.parametrize("what", KEPT_BACK)
def test_nothing_is_kept_where_there_is_a_problem_to_tell(settled: World, what: str) -> None:
    KEPT_BACK[what](settled)
    plan(settled)
    assert not cache(settled).exists()


def test_nothing_is_kept_where_there_are_no_accounts(world: World) -> None:
    world.user("RSOTO")
    world.department("  {}\n")
    plan(world)
    assert not cache(world).exists()


def test_fields_in_property_rows_are_always_looked_at(world: World) -> None:
    from tests.layouts.properties import PropertyWorld  # its tables are made there

    (world.folder / "properties").mkdir()
    company = PropertyWorld(world.folder / "properties")
    company.user("JPEREZ")
    company.department("  JPEREZ:\n    address: jperez@acme.example\n")
    applied(company)
    assert plan(company)[0] == 0
    assert not cache(company).exists()


def test_apply_takes_the_short_way_too_and_does_nothing(settled: World) -> None:
    plan(settled)
    with mock.patch("efsync.workflows.comparing.Wanted", side_effect=AssertionError("the long way")):
        assert call_json(settled, "apply", "--yes").json["status"] == "nothing"


LOOKED_AT_ALONE = [
    "a value in a department file",
    "a comment in a department file",
    "a default in a department file",
    "what becomes of those who leave",
    "an account joins a department file",
    "a reference to the same password",
    "the ERP: address",
    "the ERP: password cleared",
    "the ERP: a title in a template",
    "the ERP: a name in a template",
    "a password in a variable is renewed",
    "a password in a file is renewed",
    "two passwords change places",
]


@pytest.mark.parametrize("change", LOOKED_AT_ALONE)
def test_what_did_not_change_is_not_looked_at_again(settled: World, change: str) -> None:
    settled.environment["MAIL_JOSE"] = PASSWORDS[0]
    plan(settled)
    CHANGES[change](settled)
    looked_at = plan_of_what_changed(settled)
    assert looked_at == plan_of_what_changed(settled) == plan_anew(settled)
    assert looked_at[0] == (change != "a comment in a department file") * 2


def test_what_still_differs_is_looked_at_alone_too(settled: World) -> None:
    CHANGES["a value in a department file"](settled)
    CHANGES["the ERP: address"](settled)
    settled.sql("UPDATE Usuarios SET Dom_Cor = 'x' WHERE Cod_Usu LIKE '0012%'")
    first = plan(settled)
    assert first[0] == 2
    assert first == plan_of_what_changed(settled) == plan_anew(settled)


def test_a_file_that_changes_while_its_accounts_are_looked_at_is_read_with_all_others(settled: World) -> None:
    from efsync.workflows.sides import Sides

    plan(settled)
    CHANGES["the ERP: address"](settled)
    witnessed = Sides.witnessed

    def edited_meanwhile(sides: Sides) -> Any:
        CHANGES["a default in a department file"](settled)
        return witnessed(sides)

    with mock.patch.object(Sides, "witnessed", edited_meanwhile):
        found = plan(settled)
    assert found == plan(settled) == plan_anew(settled)


@pytest.mark.parametrize("change", ["the ERP: a title in a template", "a value in a department file", "nothing"])
def test_where_a_template_includes_another_all_is_looked_at_or_nothing(settled: World, change: str) -> None:
    settled.write("accounts/_texts/boss.html", "<b>{{ user.name }}</b>")
    settled.write(
        "accounts/_texts/signature.html",
        "{% if user.title == 'Jefa' %}{% include '_texts/boss.html' %}{% else %}{{ user.name }}{% endif %}",
    )
    settled.sql("UPDATE Usuarios SET Cargo = 'Jefa' WHERE Cod_Usu LIKE 'MROJAS%'")
    applied(settled)
    first = plan(settled)
    assert first[0] == 0
    assert plan_the_short_way(settled) == first
    settled.sql("UPDATE Usuarios SET Cargo = '' WHERE Cod_Usu LIKE 'MROJAS%'")
    CHANGES[change](settled)
    again = plan(settled)
    assert again == plan(settled) == plan_anew(settled)


@given(steps=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=5))
def test_whatever_happens_between_plans_each_says_what_it_would_say_had_none_been_made_before(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    world = settle(World(tmp_path_factory.mktemp("company")))
    plan(world)
    for step in steps:
        # what it changes may be gone already
        with contextlib.suppress(OSError, ValueError, LookupError, AssertionError, sqlite3.Error, SQLAlchemyError):
            CHANGES[step](world)
        again = plan(world)
        with mock.patch("efsync.workflows.plan.Shortcut", return_value=None):
            assert again == plan(world)
