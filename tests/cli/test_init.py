"""`efsync init`: what it asks and writes, what it leaves alone, and that the rest works after it."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.inside import call, call_json
from tests.cli.terminal import Terminal
from tests.world import EFSYNC, World

TOP = Path(__file__).parents[2]
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


@pytest.mark.parametrize(
    ("host", "shipped", "pipeline", "owners"),
    [
        ("github", "pipelines/github/efsync.yml", ".github/workflows/efsync.yml", ".github/CODEOWNERS"),
        ("gitlab", "pipelines/gitlab/efsync.gitlab-ci.yml", ".gitlab-ci.yml", "CODEOWNERS"),
    ],
)
def test_the_pipeline_is_the_one_that_ships(empty: World, host: str, shipped: str, pipeline: str, owners: str) -> None:
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL", "--ci", host)
    assert sorted(result.json["written"]) == sorted([*FIRST, pipeline, owners])
    assert (empty.folder / "new" / pipeline).read_bytes() == (TOP / shipped).read_bytes()
    assert all(line.startswith("#") for line in (empty.folder / "new" / owners).read_text().splitlines())


def test_the_pipeline_has_the_driver_the_extras_and_the_variable_of_the_answers(empty: World) -> None:
    options = ("--url", "env:FACTORY", "--passwords", "age", "--ci", "github")
    call_json(empty, "init", "new", *options, FACTORY="mariadb://erp@db.acme.example/factory")
    text = (empty.folder / "new/.github/workflows/efsync.yml").read_text()
    assert "EFSYNC_EXTRAS: mysql,age #" in text
    assert "FACTORY: ${{ secrets.FACTORY }}" in text
    assert "ERP_URL" not in text


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
    [("--target", "a b"), ("--target", "x]\n[y"), ("--url", "env:A B"), ("--url", "env:"), ("--url", "no url"),
     ("--passwords", "vault", "--vault-address", "http://vault.acme.example")],
    ids=" ".join,
)  # fmt: skip
def test_an_answer_that_can_not_be_is_refused_with_nothing_written(empty: World, options: tuple[str, ...]) -> None:
    result = call_json(empty, "init", "new", "--url", "env:ERP_URL", *options)
    assert (result.status, result.json["kind"], result.codes) == (1, "init", ["config"])
    assert not (empty.folder / "new").exists()


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


def test_a_host_can_be_added_later(empty: World) -> None:
    call_json(empty, "init", "new", "--url", url(empty), "--tenant", "ACME")
    before = files(empty.folder / "new")
    added = call_json(empty, "init", "new", "--ci", "gitlab")
    assert added.json["written"] == [".gitlab-ci.yml", "CODEOWNERS"]
    assert before.items() <= files(empty.folder / "new").items()


@pytest.mark.parametrize("name", [*FIRST, ".github/workflows/efsync.yml", ".github/CODEOWNERS"])
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
    (empty.folder / "new/efsync.toml").symlink_to(empty.folder / "nowhere")
    assert call_json(empty, "init", "new", "--url", "env:ERP_URL").status == 0
    assert victim.read_text() == "precious"
    assert not (empty.folder / "nowhere").exists()


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
    result = call(empty, "init", "--url", "env:ERP_URL")
    assert result.status == 0
    assert result.out.splitlines()[-1] == "Next: efsync import"
    assert (empty.folder / "efsync.toml").exists()


def test_the_next_step_names_a_folder_as_a_shell_takes_it(empty: World) -> None:
    result = call(empty, "init", "my $(new)\x1b[2J", "--url", "env:ERP_URL")
    assert result.out.splitlines()[-1] == "Next: cd 'my $(new)\\x1b[2J' && efsync import"


def test_options_can_be_variables(empty: World) -> None:
    assert call_json(empty, "init", "new", EFSYNC_INIT_URL="env:ERP_URL", EFSYNC_INIT_TARGET="prod").status == 0
    assert list(settings(empty)["targets"]) == ["prod"]


def test_comments_are_in_the_language_of_who_asks(empty: World) -> None:
    call(empty, "init", "new", "--url", "env:ERP_URL")
    assert "# Settings of efsync. Guard this file" in (empty.folder / "new/efsync.toml").read_text()
    call(empty, "init", "nuevo", "--url", "env:ERP_URL", EFSYNC_LANG="es")
    assert "# Configuración de efsync. Proteja" in (empty.folder / "nuevo/efsync.toml").read_text(encoding="utf-8")


def test_somebody_at_a_terminal_is_asked(empty: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    terminal = Terminal(empty, tmp_path_factory.mktemp("home"), [str(EFSYNC), "init", "new", "--tenant", "ACME"])
    try:
        for question, answer in (
            ("be called", "prod"),
            ("database?", "postgresql://erp:clave@db.acme.example/factory"),
            ("env:ERP_URL", url(empty)),
            ("mail settings?", "efactory-properties"),
            ("passwords come from?", "vault"),
            ("address of Vault?", "https://vault.acme.example"),
            ("repository live?", ""),
        ):
            terminal.wait_for(question)
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
