"""The files that people paste: checked by those who know them, and held to what keeps secrets safe."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.pipelines.runner import TOP
from tests.published import published_schema

WORKFLOW = TOP / "pipelines/github/efsync.yml"
ACTION = TOP / "action.yml"
GITLAB = TOP / "pipelines/gitlab/efsync.gitlab-ci.yml"
SCRIPTS = sorted((TOP / "pipelines/scripts").glob("*.sh"))
SCHEMAS = {
    WORKFLOW: "https://json.schemastore.org/github-workflow.json",
    ACTION: "https://json.schemastore.org/github-action.json",
    GITLAB: "https://gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
}


def tool(name: str, *arguments: str | Path, given: str = "") -> str:
    """What a tool of this environment finds; nothing where all is well."""
    command = [Path(sys.executable).with_name(name), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd=TOP, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def document(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def as_json(path: Path) -> Any:
    """A file as its schema sees it: `on` is no yes."""
    text = re.sub(r"^on:", "'on':", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return yaml.safe_load(text)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_file_is_valid_against_its_published_schema(path: Path) -> None:
    schema = published_schema(SCHEMAS[path])
    jsonschema.validators.validator_for(schema)(schema).validate(as_json(path))


def test_the_schemas_find_mistakes() -> None:
    for path, wrong in (
        (WORKFLOW, {"jobs": {"a": {"steps": []}}}),
        (ACTION, {"runs": {}}),
        (GITLAB, {"a": {"script": 1}}),
    ):
        schema = published_schema(SCHEMAS[path])
        assert not jsonschema.validators.validator_for(schema)(schema).is_valid({**as_json(path), **wrong})


def test_actionlint_finds_nothing_in_the_workflow() -> None:
    assert tool("actionlint", "-no-color", WORKFLOW) == ""


def test_actionlint_finds_mistakes() -> None:
    wrong = WORKFLOW.read_text(encoding="utf-8").replace("needs.ready.outputs.differs", "needs.raedy.outputs.differs")
    assert "raedy" in tool("actionlint", "-no-color", "-", given=wrong)


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    assert len(SCRIPTS) == 2
    assert tool("shellcheck", "--enable=all", "--exclude=SC2250,SC2310,SC2312", *SCRIPTS) == ""


def test_shellcheck_finds_nothing_in_the_lines_for_gitlab(tmp_path: Path) -> None:
    for name, job in document(GITLAB).items():
        if isinstance(job, dict) and (lines := [*job.get("before_script", []), *job.get("script", [])]):
            script = tmp_path / f"{name}.sh"
            script.write_text("#!/bin/sh -eu\n" + "\n".join(lines) + "\n")
            assert tool("shellcheck", script) == ""


def test_scripts_can_be_run() -> None:
    assert all(each.stat().st_mode & 0o111 for each in SCRIPTS)


def _used(found: Any) -> list[str]:
    if isinstance(found, dict):
        own = [found["uses"]] if isinstance(found.get("uses"), str) else []
        return own + [each for value in found.values() for each in _used(value)]
    return [each for value in found for each in _used(value)] if isinstance(found, list) else []


@pytest.mark.parametrize("path", [WORKFLOW, ACTION], ids=lambda path: path.name)
def test_actions_of_others_are_pinned_by_a_whole_commit(path: Path) -> None:
    used = set(_used(document(path))) - {"OWNER/efsync@TAG"}
    assert used
    for each in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each), each
        assert re.search(rf"{re.escape(each)} # v[0-9.]+$", path.read_text(encoding="utf-8"), re.MULTILINE), each


def _ran(found: Any) -> list[str]:
    if isinstance(found, dict):
        own = [found["run"]] if isinstance(found.get("run"), str) else []
        return own + [each for value in found.values() for each in _ran(value)]
    return [each for value in found for each in _ran(value)] if isinstance(found, list) else []


@pytest.mark.parametrize("path", [WORKFLOW, ACTION], ids=lambda path: path.name)
def test_no_line_of_a_shell_is_put_together_by_the_host(path: Path) -> None:
    assert all("${{" not in each for each in _ran(document(path)))


def test_jobs_may_do_no_more_than_they_do() -> None:
    workflow = document(WORKFLOW)
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "validate": {"contents": "read"},
        "plan": {"contents": "read", "pull-requests": "write"},
        "ready": {"contents": "read", "actions": "read", "pull-requests": "read"},
        "apply": {"contents": "read"},
        "drift": {"contents": "read", "issues": "write"},
    }


def test_secrets_are_where_they_are_needed_and_guarded() -> None:
    workflow = document(WORKFLOW)
    assert "pull_request_target" not in workflow[True]
    assert "secrets." not in str(workflow["env"])
    for name, job in workflow["jobs"].items():
        assert ("secrets." in str(job)) == (name != "validate")
        if "secrets." in str(job):
            assert job["environment"] == ("erp" if name == "apply" else "erp-review")


def test_one_apply_at_a_time() -> None:
    apply = document(WORKFLOW)["jobs"]["apply"]
    assert apply["concurrency"] == {"group": "efsync-apply-${{ inputs.target }}", "cancel-in-progress": False}
    assert document(GITLAB)["efsync-apply"]["resource_group"] == "efsync-apply"


def test_a_placeholder_stands_once_and_is_marked() -> None:
    for path, placeholder in ((WORKFLOW, "OWNER/efsync@TAG"), (GITLAB, "HOST/OWNER/efsync.git@TAG")):
        (line,) = (line for line in path.read_text(encoding="utf-8").splitlines() if placeholder in line)
        assert "# CHANGE" in line


def test_the_files_are_in_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(TOP)]
    subprocess.run(command, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        for path in (WORKFLOW, GITLAB):
            shipped = wheel.read(f"efsync/shipped/{path.relative_to(TOP).as_posix()}")
            assert shipped == path.read_bytes()
