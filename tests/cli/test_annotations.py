"""`validate` in the formats of hosts: paths, places, exit statuses, and commands that fail before they begin."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.inside import call
from tests.views.hosts import assert_is_sarif, commands, junit_of
from tests.world import World

FORMATS = ("github", "gitlab", "junit", "sarif")


def problems_in(form: str, out: str) -> list[tuple[str, int]]:
    """The file and line of every problem."""
    match form:
        case "github":
            return [(each.properties.get("file", ""), int(each.properties.get("line", 0))) for each in commands(out)]
        case "gitlab":
            return [(each["location"]["path"], each["location"]["lines"]["begin"]) for each in json.loads(out)]
        case "sarif":
            return [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in _places(out)]
    places = (str(each.text).split(":") for each in junit_of(out).iter("failure"))
    return [(file, int(line) if line.isdigit() else 0) for file, line, *_ in places]


def _places(out: str) -> list[Any]:
    log = json.loads(out)
    assert_is_sarif(log)
    return [result["locations"][0]["physicalLocation"] for result in log["runs"][0]["results"]]


@pytest.fixture
def wrong(sales: World) -> World:
    """A company with one error in the fifth line of its one file."""
    sales.department("  JPEREZ:\n    port: 70000\n")
    return sales


@pytest.mark.parametrize("form", FORMATS)
def test_a_problem_is_at_its_line_and_is_not_repeated(wrong: World, form: str) -> None:
    result = call(wrong, "validate", "--format", form)
    assert (result.status, result.err) == (1, "")
    assert problems_in(form, result.out) == [("accounts/ventas.yaml", 5)]


@pytest.mark.parametrize("form", FORMATS)
def test_valid_files_are_exit_status_0(sales: World, form: str) -> None:
    result = call(sales, "validate", "--format", form)
    assert (result.status, result.err) == (0, "")
    assert problems_in(form, result.out) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_warning_is_exit_status_0_as_with_text(sales: World, form: str) -> None:
    sales.user("VIEJO", status="I")
    sales.department("  VIEJO:\n    port: 25\n")
    assert call(sales, "validate", "--target", "erp").status == 0
    result = call(sales, "validate", "--target", "erp", "--format", form)
    assert result.status == 0
    assert "VIEJO" in result.out


@pytest.mark.parametrize("form", FORMATS)
def test_paths_begin_at_the_top_of_the_git_repository(wrong: World, tmp_path_factory: pytest.TempPathFactory,
                                                      form: str) -> None:  # fmt: skip
    top = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", top], check=True)
    shutil.copytree(wrong.folder, top / "erp" / "mail")
    moved = World.__new__(World)
    moved.folder, moved.environment = top / "erp" / "mail", {}
    inside = call(moved, "validate", "--format", form)
    assert problems_in(form, inside.out) == [("erp/mail/accounts/ventas.yaml", 5)]
    elsewhere = call(wrong, "-c", str(top / "erp" / "mail" / "efsync.toml"), "validate", "--format", form)
    assert elsewhere.out == inside.out


def test_a_work_tree_of_git_has_its_own_top(wrong: World) -> None:
    wrong.write(".git", "gitdir: /somewhere/else\n")
    shutil.move(wrong.folder / "accounts", wrong.folder / "sub" / "accounts")
    shutil.copy(wrong.folder / "efsync.toml", wrong.folder / "sub")
    result = call(wrong, "-c", "sub/efsync.toml", "validate", "--format", "gitlab")
    assert problems_in("gitlab", result.out) == [("sub/accounts/ventas.yaml", 5)]


def test_without_git_paths_begin_at_the_working_directory(wrong: World) -> None:
    assert not any((each / ".git").exists() for each in (wrong.folder, *wrong.folder.parents))
    sub = wrong.folder / "sub"
    sub.mkdir()
    shutil.move(wrong.folder / "accounts", sub)
    shutil.move(wrong.folder / "efsync.toml", sub)
    result = call(wrong, "-c", "sub/efsync.toml", "validate", "--format", "gitlab")
    assert problems_in("gitlab", result.out) == [("sub/accounts/ventas.yaml", 5)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("asked", ["option", "variable"])
def test_a_command_that_can_not_begin_says_so_in_its_format(sales: World, form: str, asked: str) -> None:
    (sales.folder / "efsync.toml").unlink()
    if asked == "option":
        result = call(sales, "validate", "--format", form)
    else:
        result = call(sales, "validate", EFSYNC_FORMAT=form)
    assert (result.status, result.err) == (1, "")
    assert problems_in(form, result.out) == [("efsync.toml", 1 if form in ("gitlab", "sarif") else 0)]
    assert "there is no such file here" in result.out


@pytest.mark.parametrize("form", FORMATS)
def test_a_usage_error_is_in_its_format_too(sales: World, form: str) -> None:
    result = call(sales, "validate", "--bogus", f"--format={form}")
    assert result.status == 1
    problems_in(form, result.out)
    assert "No such option" in result.out


def test_columns_are_counted_in_code_points(sales: World) -> None:
    sales.department("  JPEREZ: {domain: '😀😀', prot: 5}\n")
    result = call(sales, "validate", "--format", "sarif")
    (place,) = _places(result.out)
    line = (sales.folder / "accounts" / "ventas.yaml").read_text().split("\n")[3]
    assert place["region"] == {"startLine": 4, "startColumn": line.index("prot") + 1}
    assert line.index("prot") + 1 == 26


def test_names_from_files_speak_to_no_host(sales: World) -> None:
    sales.department("  JPEREZ: {'::error::x\\n::error::y': 5}\n".replace("'", '"'), file="a::error::,b.yaml")
    github = call(sales, "validate", "--format", "github")
    (file,) = {command.properties["file"] for command in commands(github.out)} - {"accounts/ventas.yaml"}
    assert file == "accounts/a::error::,b.yaml"
    assert all(command.name == "error" for command in commands(github.out))
    assert problems_in("gitlab", call(sales, "validate", "--format", "gitlab").out)[0][0] == file


def test_a_selection_names_its_files_only(sales: World) -> None:
    sales.department("  OTRO:\n    port: 25\n", name="COMPRAS")
    result = call(sales, "validate", "--user", "OTRO", "--format", "junit")
    assert [suite.get("name") for suite in junit_of(result.out)] == ["accounts/compras.yaml"]


def test_what_codes_mean_is_in_the_wheel() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"docs/problems.md" = "efsync/shipped/docs/problems.md"' in text
