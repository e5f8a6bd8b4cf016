"""Settings and department files in the pages are such that efsync takes them."""

import re
import tomllib
from pathlib import Path

import pytest

from efsync.settings.read import read_settings
from tests.docs.examples import Example, examples
from tests.world import SETTINGS, World

TARGET = '[targets.erp]\nurl = "sqlite:///erp.db"\n'
SETTINGS_EXAMPLES = [each for each in examples("toml") if "[project]" not in each.text]
DEPARTMENTS = [each for each in examples("yaml") if re.search("^department:", each.text, re.MULTILINE)]
RECIPES = sorted({each.page for each in DEPARTMENTS if "/recipes/" in each.page})


def whole(example: str) -> str:
    """Settings with a target, where the example leaves that out."""
    if "[targets.erp.columns]" in example and "[targets.erp]" not in example:
        return example.replace("[targets.erp.columns]", f"{TARGET}[targets.erp.columns]")
    if "[targets" in example:
        return example
    return f"{example}\n{TARGET}"


@pytest.mark.parametrize("example", SETTINGS_EXAMPLES, ids=str)
def test_settings_are_valid_with_what_is_commented_out_too(example: Example, tmp_path: Path) -> None:
    for name in re.findall(r'^names = "(.+?)"', example.text, re.MULTILINE):
        (tmp_path / name).write_text("acme\n")
    for text in (example.text, re.sub(r"^# (?=\w+ =)", "", example.text, flags=re.MULTILINE)):
        (tmp_path / "efsync.toml").write_text(whole(text), encoding="utf-8")
        read_settings(tmp_path / "efsync.toml")


@pytest.mark.parametrize("example", DEPARTMENTS, ids=str)
def test_a_department_file_is_valid_but_for_texts_that_the_page_does_not_show(example: Example, world: World) -> None:
    world.write("efsync.toml", SETTINGS.replace('["secrets"]', '["secrets", "/run/secrets"]'))
    world.write("accounts/example.yaml", example.text)
    problems = world.json("validate").json.get("problems", [])
    assert {each["code"] for each in problems if each["severity"] == "error"} <= {"text-file"}


@pytest.mark.parametrize("page", RECIPES)
def test_a_recipe_is_complete_its_files_with_its_settings_have_neither_errors_nor_warnings(
    page: str, world: World
) -> None:
    for number, each in enumerate(examples("yaml", page)):
        world.write(f"accounts/part{number}.yaml", each.text.replace("department: ", f"department: D{number}"))
    world.write("efsync.toml", whole("\n".join(each.text for each in examples("toml", page))))
    result = world.json("validate")
    assert (result.status, result.json.get("problems", [])) == (0, [])


def test_every_table_of_the_settings_is_in_an_example() -> None:
    named = {table for each in SETTINGS_EXAMPLES for table in tomllib.loads(each.text)}
    assert {"targets", "state", "secrets", "probe", "lint"} <= named
