"""`efsync init`: what it asks and writes, what it leaves alone, and that the rest works after it."""

import os
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.inside import call, call_json
from tests.cli.terminal import Terminal
from tests.world import EFSYNC, World

FIRST = [
    "efsync.toml", "accounts/_example.yaml", ".gitignore", "schemas/configuration.schema.json",
    "schemas/department.schema.json",
]  # fmt: skip


@pytest.fixture
def empty(world: World) -> World:
    """An ERP with a user, and `new`, a folder that is not there yet."""
    world.user("JPEREZ", name="José Pérez", address="jperez@acme.example", server="smtp.acme.example", port=587, ssl=1)
    return world


def url(world: World) -> str:
    return f"sqlite:///{world.folder / 'erp.db'}"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def settings(world: World, folder: str = "new") -> dict[str, Any]:
    return tomllib.loads((world.folder / folder / "efsync.toml").read_text(encoding="utf-8"))


def test_it_writes_what_is_answered_and_the_doctor_looks_at_it(empty: World) -> None:
    result = call_json(empty, "init", "new", "--target", "prod", "--url", url(empty), "--tenant", "ACME")
    assert result.status == 0
    assert sorted(result.json["written"]) == sorted(FIRST)
    assert result.json["kept"] == []
    assert result.json["doctor"]["summary"]["error"] == 0
    assert any("1 user of tenant ACME" in check["message"] for check in result.json["doctor"]["checks"])
    assert settings(empty) == {
        "version": 1,
        "accounts": "accounts",
        "targets": {"prod": {"url": url(empty), "layout": "efactory", "tenant": "ACME"}},
        "secrets": {"env": {"allow": ["MAIL_*"]}},
    }
    assert (empty.folder / "new/.gitignore").read_text() == ".efsync/\n"


def test_validate_plan_and_import_work_after_it(empty: World) -> None:
    call_json(empty, "init", "new", "--url", url(empty), "--tenant", "ACME")
    new = World.__new__(World)
    new.folder, new.environment = empty.folder / "new", {}
    assert call_json(new, "validate").status == 0
    planned = call_json(new, "plan", "--detailed-exitcode")
    assert (planned.status, planned.json["changes"]) == (0, [])
    assert call(new, "import", "--write").status == 0
    assert "JPEREZ" in (new.folder / "accounts/ventas.yaml").read_text()
    planned = call_json(new, "plan")
    assert (planned.status, planned.json["summary"]["changed"]) == (0, 0)


@pytest.mark.parametrize("kind", ["env", "file", "age", "vault", "aws", "keyring"])
def test_the_example_is_a_department_file_that_settings_allow(empty: World, kind: str) -> None:
    vault = ("--vault-address", "https://vault.acme.example:8200") if kind == "vault" else ()
    result = call_json(empty, "init", "new", "--url", url(empty), "--passwords", kind, *vault)
    assert result.status == 0, result.out
    assert list(settings(empty)["secrets"]) == [kind]
    example = empty.folder / "new/accounts/_example.yaml"
    (account,) = yaml.safe_load(example.read_text())["users"].values()
    assert list(account["password"]) == [kind]
    example.rename(example.with_name("ventas.yaml"))
    assert call_json(empty, "-c", "new/efsync.toml", "validate").status == 0
    checked = call_json(empty, "-c", "new/efsync.toml", "secrets", "check")
    assert "secret-not-allowed" not in checked.out


def test_a_database_that_does_not_answer_is_told_and_stops_nothing(empty: World) -> None:
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL")
    assert result.status == 0
    assert result.json["doctor"]["status"] == "error"
    assert "ERP_URL is not set" in result.out
    assert sorted(files(empty.folder / "new")) == sorted(FIRST)


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://erp:clave-secreta@db.acme.example/factory",
        "mssql://erp@db.acme.example/factory?password=clave-secreta",
        "mssql+pyodbc:///?odbc_connect=SERVER%3Ddb%3BPWD%3Dclave-secreta",
        "Server=db;Password=clave-secreta",
        "postgresql://erp:clave@secreta@db.acme.example/factory",
    ],
)
def test_a_password_in_the_url_is_refused_and_never_shown(empty: World, secret: str) -> None:
    for result in (call_json(empty, "init", "new", "--url", secret), call(empty, "init", "new", "--url", secret)):
        assert result.status == 1
        assert "secreta" not in result.out + result.err
        assert not (empty.folder / "new").exists()
    refused = call_json(empty, "init", "new", "--url", "postgresql://erp:clave-secreta@db.acme.example/factory")
    assert "env:ERP_URL" in refused.problem("config")["hint"]


@pytest.mark.parametrize(
    "options",
    [("--target", "a b"), ("--target", "producción"), ("--target", "x]\n[y"), ("--target", "a-*"), ("--url", "env:A B"),
     ("--url", "env:"), ("--url", "no url"), ("--url", "foo://bar/baz"), ("--url", "postgresql+asyncpg://bar/baz"),
     ("--passwords", "vault", "--vault-address", "http://vault.acme.example")],
    ids=" ".join,
)  # fmt: skip
def test_an_answer_that_can_not_be_is_refused_with_nothing_written(empty: World, options: tuple[str, ...]) -> None:
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL", *options)
    assert (result.status, result.json["kind"], result.codes) == (1, "init", ["config"])
    assert result.problem("config")["file"] is None  # there is none
    assert not (empty.folder / "new").exists()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--target", "producción"), "the letters a to z without accents"),
        (("--url", "hola"), "write it without a password, like mssql://host/database"),
        (("--url", "foo://bar/baz"), "efsync does not talk to foo"),
        (("--url", "env:MY-URL"), "what env: names can't be a variable"),
        (("--url", "env:"), "env: names no variable"),
        (
            ("--passwords", "vault", "--vault-address", "http://vault.acme.example"),
            "address: 'http://vault.acme.example' is not the address of a server (https://…; ",
        ),
    ],
)
def test_what_is_refused_is_said_with_what_would_be_taken(empty: World, option: tuple[str, ...], said: str) -> None:
    result = call(empty, "init", "new", "--url", "env:ERP_URL", *option)
    assert (result.status, said in result.err) == (1, True)


def test_the_path_of_a_password_file_is_no_password(empty: World) -> None:
    result = call_json(empty, "init", "new", "--url", "postgresql://db/erp?user=a&passfile=/x")
    assert result.status == 0
    assert call_json(empty, "init", "other", "--url", "postgresql://db/erp?sslpassword=x").status == 1


def test_an_answer_is_text_in_the_settings_whatever_it_holds(empty: World) -> None:
    tenant = 'A"\\\n[safety]\nñ'
    assert call_json(empty, "init", "new", "--url", "env:ERP_URL", "--tenant", tenant).status == 0
    assert settings(empty)["targets"]["erp"]["tenant"] == tenant
    assert call_json(empty, "init", "other", "--url", "env:ERP_URL", "--target", "erp.2").status == 0
    assert list(settings(empty, "other")["targets"]) == ["erp.2"]


@pytest.mark.parametrize(
    ("options", "missing"),
    [((), "--url"), (("--url", "env:ERP_URL", "--passwords", "vault"), "--vault-address")],
)
def test_without_a_terminal_an_option_that_is_needed_is_named(
    empty: World, options: tuple[str, ...], missing: str
) -> None:
    result = call_json(empty, "init", "new", *options)
    assert (result.status, result.codes) == (1, ["usage"])
    assert missing in result.problem("usage")["message"]
    assert not (empty.folder / "new").exists()


def test_a_second_call_says_what_is_there_and_changes_nothing(empty: World) -> None:
    options = ("init", "new", "--url", url(empty), "--tenant", "ACME", "--ci", "github")
    first = call_json(empty, *options)
    before = files(empty.folder / "new")
    for again in (call_json(empty, *options), call_json(empty, "init", "new")):
        assert (again.status, again.json["written"], again.json["doctor"]) == (0, [], None)
        assert set(FIRST) <= set(again.json["kept"]) <= set(first.json["written"])
    assert files(empty.folder / "new") == before
    said = call(empty, *options).out
    assert "Nothing was changed." in said
    assert ".github/workflows/efsync.yml" in said
    assert said.splitlines()[-1] == "Next: cd new && efsync doctor"


def test_options_that_come_too_late_are_named(empty: World) -> None:
    call_json(empty, "init", "new", "--url", url(empty))
    assert call_json(empty, "init", "new").json["problems"] == []
    late = call_json(empty, "init", "new", "--url", "Server=db;Password=clave-secreta", "--tenant", "NORTE")
    assert (late.status, late.json["written"], late.codes) == (0, [], ["not-used"])
    assert late.problem("not-used")["message"] == "--url, --tenant were not used"
    assert "efsync.toml stands already" in late.problem("not-used")["hint"]
    assert "secreta" not in late.out
    one = call_json(empty, "init", "new", EFSYNC_INIT_LAYOUT="efactory")
    assert one.problem("not-used")["message"] == "--layout was not used"


def test_an_address_of_vault_without_vault_is_named(empty: World) -> None:
    options = ("--url", url(empty), "--vault-address", "https://vault.acme.example")
    assert call_json(empty, "init", "new", *options).problem("not-used")["message"] == "--vault-address was not used"
    assert call_json(empty, "init", "other", *options, "--passwords", "vault").codes == []


@pytest.mark.parametrize("options", [(), ("--ci", "gitlab"), ("--url", "env:ERP_URL", "--ci", "github")], ids=str)
def test_settings_that_can_not_be_read_are_told_and_nothing_is_written(empty: World, options: tuple[str, ...]) -> None:
    empty.write("new/efsync.toml", "garbage [[")
    result = call_json(empty, "init", "new", *options)
    assert (result.status, result.codes) == (1, ["config"])
    assert result.problem("config")["file"] == "efsync.toml"
    assert result.problem("config")["message"].startswith("is not TOML")
    assert list(files(empty.folder / "new")) == ["efsync.toml"]


def test_a_host_can_be_added_later(empty: World) -> None:
    call_json(empty, "init", "new", "--url", url(empty), "--tenant", "ACME")
    before = files(empty.folder / "new")
    added = call_json(empty, "init", "new", "--ci", "gitlab")
    assert added.json["written"] == [".gitlab-ci.yml", "CODEOWNERS"]
    assert before.items() <= files(empty.folder / "new").items()


@pytest.mark.parametrize("name", [*FIRST[1:], ".github/workflows/efsync.yml", ".github/CODEOWNERS"])
def test_a_file_that_is_there_stays_as_it_is_and_is_named(empty: World, name: str) -> None:
    path = empty.write(f"new/{name}", "mine")
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL", "--ci", "github")
    assert (result.status, path.read_text()) == (0, "mine")
    assert name in result.json["kept"]
    assert name not in result.json["written"]


def test_accounts_that_are_there_get_no_example(empty: World) -> None:
    empty.write("new/accounts/ventas.yaml", "version: 1\ndepartment: VENTAS\nusers: {}\n")
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL")
    assert result.json["kept"] == ["accounts"]
    assert not (empty.folder / "new/accounts/_example.yaml").exists()


def test_a_link_is_not_followed(empty: World) -> None:
    victim = empty.write("victim", "precious")
    (empty.folder / "new").mkdir()
    (empty.folder / "new/.gitignore").symlink_to(victim)
    assert call_json(empty, "init", "new", "--url", "env:ERP_URL").status == 0
    assert victim.read_text() == "precious"
    (empty.folder / "new/efsync.toml").unlink()
    (empty.folder / "new/efsync.toml").symlink_to(empty.folder / "nowhere")
    astray = call_json(empty, "init", "new", "--url", "env:ERP_URL", "--ci", "github")
    assert (astray.status, astray.problem("config")["message"]) == (1, "is a link that leads nowhere")
    assert not (empty.folder / "nowhere").exists()
    assert not (empty.folder / "new/.github").exists()


def test_a_list_for_git_that_lacks_the_state_is_told(empty: World) -> None:
    empty.write("new/.gitignore", "*.log\n")
    assert "Add a line to .gitignore: .efsync/" in call(empty, "init", "new", "--url", "env:ERP_URL").out
    empty.write("new/.gitignore", "*.log\n/.efsync\n")
    assert "Add a line" not in call(empty, "init", "new").out


def test_a_folder_that_can_not_be_made_is_said(empty: World) -> None:
    empty.write("new/accounts", "a file")
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL")
    assert (result.status, result.codes) == (1, ["config"])
    assert not (empty.folder / "new/efsync.toml").exists()


def test_without_a_folder_it_is_this_one(empty: World) -> None:
    os.remove(empty.folder / "efsync.toml")
    result = call(empty, "init", "--url", url(empty), "--tenant", "ACME")
    assert result.status == 0
    assert result.out.splitlines()[-1] == "Next: efsync import --password-ref 'env:MAIL_{user}'"
    assert (empty.folder / "efsync.toml").exists()


def test_the_next_step_names_a_folder_as_a_shell_takes_it(empty: World) -> None:
    result = call(empty, "init", "my $(new)\x1b[2J", "--url", url(empty), "--tenant", "ACME")
    assert result.out.splitlines()[-1].startswith("Next: cd 'my $(new)\\x1b[2J' && efsync import")


@pytest.mark.parametrize("kind", ["env", "file", "age", "vault", "aws", "keyring"])
def test_the_next_step_is_an_import_with_references_that_the_settings_allow(empty: World, kind: str) -> None:
    vault = ("--vault-address", "https://vault.acme.example:8200") if kind == "vault" else ()
    empty.change("JPEREZ", password="clave")
    options = ("--url", url(empty), "--tenant", "ACME", "--passwords", kind, *vault)
    step = call(empty, "init", "new", *options).out.splitlines()[-1].removeprefix("Next: cd new && ")
    program, *arguments = shlex.split(step)
    imported = call_json(empty, "-c", "new/efsync.toml", *arguments)
    assert (program, imported.status, imported.codes) == ("efsync", 0, []), imported.out
    assert f"{{{kind}: " in imported.out


@pytest.mark.parametrize(
    "options",
    [("--url", "env:ERP_URL"), ("--url", "sqlite:///missing.db"), ("--url", "sqlite:///../erp.db", "--tenant", "X")],
    ids=" ".join,
)
def test_after_an_error_of_the_doctor_the_next_step_is_to_put_it_right(empty: World, options: tuple[str, ...]) -> None:
    empty.user("JPEREZ", tenant="NORTE")
    result = call(empty, "init", "new", *options)
    assert result.status == 0
    last = result.out.splitlines()[-1]
    assert last.startswith("Next: put right what is an error above, in efsync.toml or in the environment; then: ")
    assert last.endswith("cd new && efsync doctor")


def test_options_can_be_variables(empty: World) -> None:
    assert call_json(empty, "init", "new", EFSYNC_INIT_URL="env:ERP_URL", EFSYNC_INIT_TARGET="prod").status == 0
    assert list(settings(empty)["targets"]) == ["prod"]


def test_comments_are_in_the_language_of_who_asks(empty: World) -> None:
    call(empty, "init", "new", "--url", "env:ERP_URL")
    assert "# Settings of efsync. Guard this file" in (empty.folder / "new/efsync.toml").read_text()
    call(empty, "init", "nuevo", "--url", "env:ERP_URL", EFSYNC_LANG="es")
    assert "# Configuración de efsync. Proteja" in (empty.folder / "nuevo/efsync.toml").read_text(encoding="utf-8")


def test_in_spanish_a_tenant_is_a_company_and_one_file_is_one(empty: World) -> None:
    empty.write("new/.gitignore", ".efsync/\n")
    told = call(empty, "init", "new", "--url", url(empty), "--tenant", "NADIE", EFSYNC_LANG="es").out
    assert "Ya existe y se deja como está: .gitignore." in told
    assert told.splitlines()[-1].startswith("Siguiente: corrija lo que arriba es un error, en efsync.toml")
    assert "Ya existen y se dejan como están: efsync.toml, " in call(empty, "init", "new", EFSYNC_LANG="es").out
    assert "La empresa cuyos usuarios" in call(empty, "init", "--help", EFSYNC_LANG="es").out
    assert "cliente" not in call(empty, "init", "--help", EFSYNC_LANG="es").out


def test_an_example_in_a_comment_stands_in_one_line(empty: World) -> None:
    for language in ("en", "es"):
        folder = f"{language}/new"
        options = ("--url", url(empty), "--passwords", "vault", "--vault-address", "https://vault.acme.example")
        call(empty, "init", folder, *options, EFSYNC_LANG=language)
        lines = (empty.folder / folder / "efsync.toml").read_text(encoding="utf-8").splitlines()
        assert any("{vault: secret/mail/jperez}" in line for line in lines), lines


def test_somebody_at_a_terminal_is_asked(empty: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    terminal = Terminal(empty, tmp_path_factory.mktemp("home"), [str(EFSYNC), "init", "new", "--tenant", "ACME"])
    try:
        for question, answer in (
            ("be called", "producción"),
            ("    a name has the letters a to z without accents", None),
            ("be called", "prod"),
            ("database?", "postgresql://erp:clave@db.acme.example/factory"),
            ("    keep the url in a variable", None),
            ("database?", "foo://bar"),
            ("database?", url(empty)),
            ("mail settings?", "efactory-properties"),
            ("passwords come from?", "vault"),
            ("address of Vault", "http://vault.acme.example"),
            ("address of Vault", "https://vault.acme.example"),
            ("repository live?", ""),
        ):
            terminal.wait_for(question)
            if answer is not None:
                terminal.wait_for(": ")
                terminal.type(f"{answer}\n")
        assert terminal.ended() == 0
    finally:
        terminal.close()
    assert settings(empty)["targets"] == {
        "prod": {"url": url(empty), "layout": "efactory-properties", "tenant": "ACME"}
    }
    assert settings(empty)["secrets"] == {
        "vault": {"address": "https://vault.acme.example", "allow": ["secret/mail/*"]}
    }
    assert sorted(files(empty.folder / "new")) == sorted(FIRST)


def test_an_option_that_can_not_be_is_refused_before_anything_is_asked(
    empty: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    terminal = Terminal(empty, tmp_path_factory.mktemp("home"), [str(EFSYNC), "init", "new", "--target", "mi erp"])
    try:
        assert terminal.ended() == 1
    finally:
        terminal.close()
    assert not (empty.folder / "new").exists()


def test_a_question_that_is_left_ends_its_line(empty: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    terminal = Terminal(empty, tmp_path_factory.mktemp("home"), [str(EFSYNC), "init", "new"])
    try:
        terminal.wait_for("be called? [erp]: ")
        terminal.interrupt()
        terminal.wait_for("\nNothing was written.")
        assert terminal.ended() == 1
    finally:
        terminal.close()
    assert not (empty.folder / "new").exists()
