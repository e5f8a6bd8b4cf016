"""What shells are answered that ask for completions: names of targets, departments, users, runs and plans."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.inside import call_json
from tests.cli.test_plan_ref import git
from tests.world import World


def completed(world: World, *words: str, shell: str = "bash", **environment: str) -> list[str]:
    """The lines that `shell` is answered for the last of the words after `efsync`."""
    position = words[-1] if shell == "fish" else str(len(words))
    result = world.run(
        _EFSYNC_COMPLETE=f"{shell}_complete", COMP_WORDS="\n".join(("efsync", *words)), COMP_CWORD=position,
        **environment,
    )  # fmt: skip
    assert (result.status, result.err) == (0, "")
    return [line for line in result.out.split("\n") if line]


def names(world: World, *words: str, **environment: str) -> list[str]:
    """The names among them, as bash is answered."""
    lines = completed(world, *words, **environment)
    assert all(line.startswith("plain,") for line in lines)
    return [line.removeprefix("plain,") for line in lines]


@pytest.fixture
def lived_in(sales: World) -> World:
    """Two targets, two departments, two applies, and a user who is in the state alone."""
    settings = (sales.folder / "efsync.toml").read_text()
    sales.write("efsync.toml", settings + '[targets.empty]\nurl = "sqlite:///none.db"\ntenant = "ACME"\n')
    sales.user("GONE", address="x@acme.example")
    sales.department("  GONE:\n    address: gone@acme.example\n", file="extra.yaml", name="COMPRAS")
    sales.sql("UPDATE Usuarios SET Departamento = 'COMPRAS' WHERE Cod_Usu LIKE 'GONE%'")
    sales.apply()
    sales.write("accounts/extra.yaml", "version: 1\ndepartment: RECURSOS HUMANOS\nusers: {}\n")
    return sales


@pytest.mark.parametrize(
    "command",
    [("plan",), ("apply",), ("drift",), ("validate",), ("preview",), ("history",), ("doctor",), ("state", "list"),
     ("state", "show"), ("state", "forget"), ("state", "unlock"), ("secrets", "check"), ("probe",)],
    ids=" ".join,
)  # fmt: skip
def test_targets_are_those_of_the_settings(lived_in: World, command: tuple[str, ...]) -> None:
    assert names(lived_in, *command, "--target", "") == ["erp", "empty"]
    assert names(lived_in, *command, "-t", "em") == ["empty"]


@pytest.mark.parametrize("command", [("plan",), ("apply",), ("drift",), ("validate",), ("state", "list"), ("probe",)])
def test_users_and_departments_are_those_of_files_and_state(lived_in: World, command: tuple[str, ...]) -> None:
    assert names(lived_in, *command, "--department", "") == ["COMPRAS", r"RECURSOS\ HUMANOS", "VENTAS"]
    assert names(lived_in, *command, "--department", "rec") == [r"RECURSOS\ HUMANOS"]
    assert names(lived_in, *command, "--user", "") == ["GONE", "JPEREZ", "MROJAS"]
    assert names(lived_in, *command, "-d", "ventas", "-u", "") == ["JPEREZ", "MROJAS"]
    assert names(lived_in, *command, "-u", "JPEREZ", "-u", "") == ["GONE", "MROJAS"]


def test_users_are_known_where_a_command_takes_them_as_arguments(lived_in: World) -> None:
    lived_in.department("  NEW:\n    port: 25\n", name="NUEVO")
    assert names(lived_in, "preview", "j") == ["JPEREZ"]
    assert names(lived_in, "preview", "JPEREZ", "") == ["GONE", "MROJAS", "NEW"]
    assert names(lived_in, "history", "--user", "m") == ["MROJAS"]
    assert names(lived_in, "apply", "--allow-redirect", "j") == ["JPEREZ"]
    for command in ("show", "forget"):
        assert names(lived_in, "state", command, "") == ["GONE", "JPEREZ", "MROJAS"]
        assert names(lived_in, "state", command, "-t", "empty", "") == []


def test_commits_are_the_branches_and_tags_of_the_repository_of_the_settings(lived_in: World) -> None:
    assert names(lived_in, "plan", "--ref", "") == []
    git(lived_in.folder, "init", "--quiet", "--initial-branch=main")
    assert names(lived_in, "plan", "--ref", "") == []
    git(lived_in.folder, "commit", "--quiet", "--allow-empty", "-m", "First")
    for command in (("branch", "feature/ports"), ("branch", "x$(id)"), ("tag", "v1.0")):
        git(lived_in.folder, *command)
    git(lived_in.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert names(lived_in, "plan", "--ref", "") == ["feature/ports", "main", "origin/main", "v1.0"]
    assert names(lived_in, "plan", "--ref", "fea") == ["feature/ports"]
    assert names(lived_in, "plan", "--ref", "", PATH="") == []
    (lived_in.folder / ".git" / "HEAD").unlink()
    assert names(lived_in, "plan", "--ref", "") == []


def test_runs_are_the_newest_first_with_time_and_status(lived_in: World) -> None:
    lived_in.department("  JPEREZ:\n    port: 25\n", name="VENTAS")
    call_json(lived_in, "apply", "--yes", "--allow-redirect", "JPEREZ")
    runs = [run["run"] for run in call_json(lived_in, "history").json["runs"]]
    assert len(runs) == 2
    assert names(lived_in, "history", "") == names(lived_in, "rollback", "") == runs
    assert names(lived_in, "history", runs[1]) == [runs[1]]
    assert names(lived_in, "history", "--target", "empty", "") == []
    kind, name, told = completed(lived_in, "history", runs[0], shell="zsh")
    assert (kind, name) == ("plain", runs[0])
    assert told.endswith(", applied, erp")
    assert completed(lived_in, "rollback", runs[0], shell="fish") == [f"plain,{runs[0]}\t{told}"]
    spanish = completed(lived_in, "rollback", runs[0], shell="fish", EFSYNC_LANG="es")
    assert spanish[0].startswith(f"plain,{runs[0]}\t")


def test_a_run_that_wrote_nothing_can_not_be_rolled_back(lived_in: World) -> None:
    with sqlite3.connect(lived_in.folder / ".efsync" / "state.db") as connection:
        connection.execute("UPDATE runs SET status = 'failed'")
    connection.close()
    assert len(names(lived_in, "history", "")) == 1
    assert names(lived_in, "rollback", "") == []


@pytest.mark.parametrize("command", ["show", "apply", "script"])
def test_a_saved_plan_is_a_file_that_the_shell_knows_best(world: World, command: str) -> None:
    assert completed(world, command, "") == ["file,"]


def test_the_department_of_a_user_is_said(sales: World) -> None:
    assert completed(sales, "plan", "--user", "j", shell="zsh") == ["plain", "JPEREZ", "VENTAS"]
    assert completed(sales, "plan", "--user", "j", shell="fish") == ["plain,JPEREZ\tVENTAS"]


def test_a_value_in_the_word_of_its_option_keeps_it(sales: World) -> None:
    assert completed(sales, "plan", "--target=e", shell="zsh") == ["plain", "--target=erp", "_"]
    assert names(sales, "plan", "--target", "=", "e") == names(sales, "plan", "--target", "=") == ["erp"]


def test_settings_are_those_that_the_line_or_the_environment_names(sales: World, tmp_path: Path) -> None:
    sales.write("other/efsync.toml", '[targets.other]\nurl = "sqlite:///x.db"\n')
    assert names(sales, "-c", "other/efsync.toml", "plan", "--target", "") == ["other"]
    assert names(sales, "plan", "--target", "", EFSYNC_CONFIG="other/efsync.toml") == ["other"]
    assert names(sales, "--config", "~/efsync.toml", "plan", "-t", "", HOME=str(sales.folder / "other")) == ["other"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("settings", [None, "", "= broken", 'version = 2\n[targets.a]\nurl = "x"\n', "\xff\xfe"])
def test_broken_settings_complete_nothing_and_say_nothing(world: World, settings: str | None, shell: str) -> None:
    (world.folder / "efsync.toml").unlink()
    if settings is not None:
        world.write("efsync.toml", settings.encode("latin-1"))
    for words in (["plan", "-t", ""], ["plan", "-u", ""], ["plan", "-d", ""], ["history", ""], ["state", "show", ""]):
        assert completed(world, *words, shell=shell) == []


def test_what_can_not_be_read_is_left_out(lived_in: World) -> None:
    lived_in.write("accounts/broken.yaml", "users: [")
    assert names(lived_in, "plan", "-u", "") == ["GONE", "JPEREZ", "MROJAS"]
    lived_in.write(".efsync/state.db", "this is no database, and long enough to be looked at" * 100)
    assert names(lived_in, "plan", "-u", "") == ["JPEREZ", "MROJAS"]
    assert names(lived_in, "history", "") == []


def test_nothing_is_made_and_no_erp_is_opened(sales: World) -> None:
    (sales.folder / "erp.db").unlink()
    settings = (sales.folder / "efsync.toml").read_text()
    sales.write("efsync.toml", settings.replace('tenant = "ACME"\n', ""))  # only the ERP would know it
    before = sorted(sales.folder.rglob("*"))
    assert names(sales, "plan", "-u", "") == ["JPEREZ", "MROJAS"]
    for words in (["plan", "-d", ""], ["history", ""], ["rollback", ""], ["state", "show", ""], ["plan", "-t", ""]):
        completed(sales, *words)
    assert sorted(sales.folder.rglob("*")) == before


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_name_that_a_shell_could_run_is_not_offered(world: World, shell: str) -> None:
    hostile = ["$(touch x)", "`touch x`", "a\nb", "a\x1b[2J", "-rf", "a\\b", "now!", "\u202eevil"]
    for number, name in enumerate([*hostile, "BUENO"]):
        world.write(
            f"accounts/{number}.yaml", f"version: 1\ndepartment: {json.dumps(name, ensure_ascii=True)}\nusers: {{}}\n"
        )
    lines = completed(world, "plan", "--department", "", shell=shell)
    assert [line for line in lines if "BUENO" in line] == ["BUENO" if shell == "zsh" else "plain,BUENO"]
    assert len(lines) == (3 if shell == "zsh" else 1)
