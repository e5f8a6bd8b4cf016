"""The page about pipelines: what it says to paste is as good as the files, and it leaves nothing out."""

import re
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import yaml

from tests.pipelines.runner import TOP
from tests.pipelines.test_files import ACTION, GITLAB, SCHEMAS, WORKFLOW, document, tool
from tests.published import published_schema

PAGE = (TOP / "docs/pipelines.md").read_text(encoding="utf-8")
BLOCKS = [dedent(found[1]) for found in re.findall(r"^( *)```yaml\n(.*?)^\1```$", PAGE, re.MULTILINE | re.DOTALL)]


def block(word: str) -> str:
    """The one block that has a word."""
    (found,) = (each for each in BLOCKS if word in each)
    return found


def table(heading: str) -> set[str]:
    """The names in the first column of a table."""
    rows = PAGE.partition(f"| {heading} | |\n")[2].partition("\n\n")[0].splitlines()[1:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_a_workflow_for_several_targets_is_sound(tmp_path: Path) -> None:
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    own = WORKFLOW.read_text(encoding="utf-8")
    called = re.sub(r"^on:\n.*?(?=^permissions:)", block("workflow_call") + "\n", own, flags=re.MULTILINE | re.DOTALL)
    assert called != own
    (folder / "efsync.yml").write_text(called)
    (folder / "efsync-targets.yml").write_text(block("matrix"))
    for name in ("efsync.yml", "efsync-targets.yml"):
        assert tool("actionlint", "-no-color", folder / name) == ""


def test_the_permissions_of_several_targets_are_those_of_one() -> None:
    jobs = document(WORKFLOW)["jobs"].values()
    granted: dict[str, str] = {}
    for name, level in (each for job in jobs for each in job["permissions"].items()):
        granted[name] = "write" if "write" in (level, granted.get(name)) else level
    assert yaml.safe_load(block("matrix"))["jobs"]["target"]["permissions"] == granted


def test_jobs_for_another_target_of_gitlab_are_sound() -> None:
    more = yaml.safe_load(block("efsync-plan-beta"))
    schema = published_schema(SCHEMAS[GITLAB])
    jsonschema.validators.validator_for(schema)(schema).validate(document(GITLAB) | more)
    assert {each["extends"] for each in more.values()} <= set(document(GITLAB))


def test_every_input_and_output_of_the_action_is_described() -> None:
    action: Any = document(ACTION)
    assert table("input") == set(action["inputs"])
    assert table("output") == set(action["outputs"])
    assert set(yaml.safe_load(block("mail/efsync.toml\n    extras"))[0]["with"]) <= set(action["inputs"])


def test_every_command_of_the_program_is_described() -> None:
    from efsync.pipelines.program import program

    assert {name.split()[1] for name in table("command")} == set(program.commands)


def test_every_hook_is_described() -> None:
    hooks = {each["id"] for each in document(TOP / ".pre-commit-hooks.yaml")}
    assert {each["id"] for each in yaml.safe_load(block("repos:"))["repos"][0]["hooks"]} == hooks


def test_every_variable_that_the_files_name_is_described() -> None:
    text = WORKFLOW.read_text(encoding="utf-8") + GITLAB.read_text(encoding="utf-8")
    secrets = set(re.findall(r"secrets\.(\w+)", text)) - {"MAIL_JPEREZ"}
    assert secrets
    assert all(f"`{each}`" in PAGE for each in secrets | {"EFSYNC_GITLAB_TOKEN"})
