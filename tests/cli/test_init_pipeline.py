"""The pipeline that `efsync init` writes: fitted to the answers or to settings that stand, and what it asks for."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from efsync.workflows.init.pipeline import SENTENCES
from tests.cli.inside import call, call_json
from tests.world import Result, World

TOP = Path(__file__).parents[2]
GITHUB = ".github/workflows/efsync.yml"
GITLAB = ".gitlab-ci.yml"
SHIPPED = {GITHUB: TOP / "pipelines/github/efsync.yml", GITLAB: TOP / "pipelines/gitlab/efsync.gitlab-ci.yml"}
HOST = {GITHUB: "github", GITLAB: "gitlab"}
PINNED = re.compile(r"# v[0-9.]+$")

STANDING = """\
accounts = "correo"

[targets.a]
url = "env:A_URL"

[targets.a.columns]
password = {column = "Clave", codec = "fernet"}

[targets.b]
url = "env:B_URL"

[state]
url = "env:SHARED"

[secrets.env]
allow = ["CORREO_*"]

[secrets.age]
"""


def begun(world: World, pipeline: str, *options: str, **environment: str) -> str:
    """The text of the pipeline that is written into `new`."""
    result = call(world, "init", "new", "--ci", HOST[pipeline], *options, **environment)
    assert result.status == 0, result.err
    return (world.folder / "new" / pipeline).read_text(encoding="utf-8")


def variables(text: str) -> dict[str, str]:
    """What the pipeline sets for all jobs."""
    document = yaml.safe_load(text)
    found: dict[str, str] = document.get("env") or document["variables"]
    return found


def secrets(text: str) -> list[str]:
    return list(yaml.safe_load(text)["jobs"]["plan"]["env"])


def comments(text: str) -> set[str]:
    return {line.partition("# ")[2] for line in text.splitlines() if "# " in line and not PINNED.search(line)}


def work(path: Path | str) -> Any:
    """What a pipeline does: all of it but what is fitted, and but what is said to people."""
    text = path if isinstance(path, str) else path.read_text(encoding="utf-8")
    document = yaml.safe_load(re.sub(r"description: .*?,", "", text))
    for name in ("EFSYNC_EXTRAS", "EFSYNC_LANG"):
        del (document.get("env") or document["variables"])[name]
    for job in document.get("jobs", {}).values():
        job.pop("env", None)
    for job in document.values():
        for rule in job.get("rules", []) if isinstance(job, dict) else []:
            rule.pop("changes", None)
    return document


@pytest.mark.parametrize("pipeline", SHIPPED)
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_does_what_the_one_that_ships_does(world: World, pipeline: str, language: str) -> None:
    text = begun(world, pipeline, "--url", "env:ERP_URL", EFSYNC_LANG=language)
    assert work(text) == work(SHIPPED[pipeline])
    assert "Copy this" not in text
    assert "Include this" not in text
    owners = world.folder / "new" / (".github/CODEOWNERS" if pipeline == GITHUB else "CODEOWNERS")
    assert all(line.startswith("#") for line in owners.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("pipeline", SHIPPED)
def test_it_speaks_the_language_of_who_asks(world: World, pipeline: str) -> None:
    english = begun(world, pipeline, "--url", "env:ERP_URL", "--passwords", "file")
    (world.folder / "new/efsync.toml").unlink()
    (world.folder / "new" / pipeline).unlink()
    spanish = begun(world, pipeline, "--url", "env:ERP_URL", "--passwords", "file", EFSYNC_LANG="es")
    assert not {each for each in comments(english) & comments(spanish) if each}
    assert (variables(english)["EFSYNC_LANG"], variables(spanish)["EFSYNC_LANG"]) == ("en", "es")
    descriptions = re.compile(r"description: (.*?),")
    assert not set(descriptions.findall(english)) & set(descriptions.findall(spanish))


def test_every_sentence_that_is_translated_stands_in_a_file_that_ships() -> None:
    shipped = "".join(path.read_text(encoding="utf-8") for path in SHIPPED.values())
    assert [sentence for sentence in SENTENCES if sentence not in shipped] == []


@pytest.mark.parametrize("pipeline", SHIPPED)
@pytest.mark.parametrize(
    ("options", "environment", "extras", "unknown"),
    [
        (("--url", "postgresql://db/erp"), {}, "postgres", "EFSYNC_STATE_URL"),
        (("--url", "mssql://db/erp"), {}, "mssql", "EFSYNC_STATE_URL"),
        (("--url", "sqlite:///erp.db"), {}, "", "EFSYNC_STATE_URL"),
        (("--url", "env:ERP_URL"), {}, "mssql", "ERP_URL, EFSYNC_STATE_URL"),
        (("--url", "file:url.txt"), {}, "mssql", "url.txt, EFSYNC_STATE_URL"),
        (("--url", "env:F", "--passwords", "age"), {"F": "mariadb://erp@db/factory"}, "mysql,age", "EFSYNC_STATE_URL"),
        (("--url", "mssql://db/erp"), {"EFSYNC_STATE_URL": "postgresql://db/state"}, "mssql,postgres", None),
        (("--url", "mssql://db/erp", "--passwords", "aws"), {"EFSYNC_STATE_URL": "mssql://db/s"}, "mssql,aws", None),
    ],
    ids=str,
)  # fmt: skip
def test_it_installs_the_drivers_of_the_urls_and_says_which_are_not_known(
    world: World, pipeline: str, options: tuple[str, ...], environment: dict[str, str], extras: str, unknown: str | None
) -> None:
    text = begun(world, pipeline, *options, **environment)
    assert variables(text)["EFSYNC_EXTRAS"] == extras
    flat = re.sub(r"\n *#", "", text)
    found = re.search(r"CHANGE: the servers? of (.*?) can't be known here", flat)
    assert (found[1] if found else None) == unknown


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--url", "env:FACTORY"), ["FACTORY", "EFSYNC_STATE_URL", "EFSYNC_KEY", "MAIL_JPEREZ"]),
        (("--url", "mssql://db/erp"), ["EFSYNC_STATE_URL", "EFSYNC_KEY", "MAIL_JPEREZ"]),
        (("--url", "mssql://db/erp", "--passwords", "age"), ["EFSYNC_STATE_URL", "EFSYNC_KEY", "EFSYNC_AGE_KEY"]),
        (("--url", "mssql://db/erp", "--passwords", "vault", "--vault-address", "https://vault.acme.example"),
         ["EFSYNC_STATE_URL", "EFSYNC_KEY", "VAULT_TOKEN"]),
        (("--url", "mssql://db/erp", "--passwords", "aws"),
         ["EFSYNC_STATE_URL", "EFSYNC_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        (("--url", "mssql://db/erp", "--passwords", "keyring"), ["EFSYNC_STATE_URL", "EFSYNC_KEY"]),
    ],
    ids=str,
)  # fmt: skip
def test_jobs_get_the_secrets_of_the_answers_and_no_others(
    world: World, options: tuple[str, ...], expected: list[str]
) -> None:
    text = begun(world, GITHUB, *options)
    assert secrets(text) == expected
    assert set(re.findall(r"secrets\.(\w+)", text)) == set(expected)


def test_the_project_variables_of_gitlab_are_named_at_its_head(world: World) -> None:
    head = " ".join(
        begun(world, GITLAB, "--url", "env:ERP_URL", "--passwords", "age").partition("\nvariables")[0].split()
    )
    head = head.replace("# ", "")
    assert "variables ERP_URL, EFSYNC_STATE_URL, EFSYNC_KEY, EFSYNC_AGE_KEY, EFSYNC_GITLAB_TOKEN." in head


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--url", "sqlite:///erp.db"), "the database of erp is a file on this machine"),
        (("--url", "file:url.txt"), "the url of erp stands in a file on this machine"),
        (("--url", "env:ERP_URL", "--passwords", "file"), "passwords stand in files on this machine"),
        (("--url", "env:ERP_URL", "--passwords", "keyring"), "passwords stand in a keyring on this machine"),
    ],
    ids=str,
)
def test_what_a_runner_does_not_reach_is_said_in_the_file_and_at_the_end(
    world: World, options: tuple[str, ...], said: str
) -> None:
    result = call_json(world, "init", "new", "--ci", "github", *options)
    assert said in result.problem("pipeline-reach")["message"]
    assert f"# CHANGE: {said}, which a runner of GitHub" in (world.folder / "new" / GITHUB).read_text(encoding="utf-8")
    assert "pipeline-reach" not in call_json(world, "init", "other", *options).codes


def shared(result: Result) -> str:
    problem = result.problem("shared-state")
    return f"{problem['message']}; {problem['hint']}"


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_with_a_pipeline_the_state_is_shared_and_the_end_says_what_to_set(world: World, host: str) -> None:
    world.user("JPEREZ")
    result = call_json(world, "init", "new", "--url", world.url, "--tenant", "ACME", "--ci", host)
    assert "set EFSYNC_STATE_URL to its url, there and here" in shared(result)
    stopped = call_json(world, "-c", "new/efsync.toml", "plan")
    assert (stopped.status, stopped.codes) == (1, ["config"])
    assert "EFSYNC_STATE_URL is not set" in stopped.problem("config")["message"]
    assert "set it to the url of this database" in stopped.problem("config")["hint"]
    state = f"sqlite:///{world.folder / 'shared.db'}"
    assert call_json(world, "-c", "new/efsync.toml", "plan", EFSYNC_STATE_URL=state).status == 0


def test_without_a_pipeline_the_state_is_a_file_and_nobody_speaks_of_it(world: World) -> None:
    world.user("JPEREZ")
    assert "shared-state" not in call_json(world, "init", "new", "--url", world.url, "--tenant", "ACME").codes
    assert call_json(world, "-c", "new/efsync.toml", "plan").status == 0


def test_a_pipeline_for_settings_that_keep_the_state_in_a_file_is_warned_of(world: World) -> None:
    call_json(world, "init", "new", "--url", world.url)
    before = (world.folder / "new/efsync.toml").read_bytes()
    added = call_json(world, "init", "new", "--ci", "gitlab")
    assert "would never find drift" in shared(added)
    assert 'url = "env:EFSYNC_STATE_URL" below [state] in efsync.toml' in shared(added)
    assert (world.folder / "new/efsync.toml").read_bytes() == before


def test_a_pipeline_that_comes_later_is_fitted_to_the_settings_that_stand(world: World) -> None:
    world.write("new/efsync.toml", STANDING)
    drivers = {"A_URL": "mssql://db/a", "B_URL": "postgresql://db/b", "SHARED": "postgresql://db/state"}
    text = begun(world, GITHUB, **drivers)
    assert secrets(text) == [
        "A_URL", "B_URL", "SHARED", "EFSYNC_KEY", "EFSYNC_AGE_KEY", "EFSYNC_FERNET_KEY", "CORREO_JPEREZ",
    ]  # fmt: skip
    assert variables(text)["EFSYNC_EXTRAS"] == "mssql,postgres,age,fernet"
    assert "/correo/" in (world.folder / "new/.github/CODEOWNERS").read_text(encoding="utf-8")


def test_a_pattern_of_variables_that_makes_no_name_gives_no_example(world: World) -> None:
    world.write("new/efsync.toml", STANDING.replace("CORREO_*", "CORREO_[A-Z]*"))
    text = begun(world, GITHUB)
    assert secrets(text)[-1] == "EFSYNC_FERNET_KEY"
    assert "CHANGE: such a line for each password" in text


@pytest.mark.parametrize("pipeline", SHIPPED)
def test_below_the_top_of_a_repository_it_is_written_for_the_top_and_that_is_said(world: World, pipeline: str) -> None:
    (world.folder / ".git").mkdir()
    result = call_json(world, "init", "sub/new", "--url", "env:ERP_URL", "--ci", HOST[pipeline])
    problem = result.problem("pipeline-place")
    assert f"looks for {pipeline} and " in problem["message"]
    assert problem["message"].endswith("at the top of the repository alone, and not in sub/new")
    assert str(world.folder) in problem["hint"]
    text = (world.folder / "sub/new" / pipeline).read_text(encoding="utf-8")
    assert variables(text)["EFSYNC_CONFIG"] == "sub/new/efsync.toml"
    if pipeline == GITLAB:
        assert text.count("changes: [sub/new/efsync.toml, 'sub/new/accounts/**/*']") == 2
    owners = world.folder / "sub/new" / (".github/CODEOWNERS" if pipeline == GITHUB else "CODEOWNERS")
    assert "# /sub/new/accounts/ " in owners.read_text(encoding="utf-8")


def test_at_the_top_of_a_repository_there_is_nothing_to_move(world: World) -> None:
    (world.folder / "new/.git").mkdir(parents=True)
    result = call_json(world, "init", "new", "--url", "env:ERP_URL", "--ci", "github")
    assert "pipeline-place" not in result.codes
    assert "EFSYNC_CONFIG" not in (world.folder / "new" / GITHUB).read_text(encoding="utf-8")


def test_settings_of_another_name_are_named(world: World) -> None:
    assert call(world, "-c", "it's mine.toml", "init", "new", "--url", "env:ERP_URL", "--ci", "github").status == 0
    assert variables((world.folder / "new" / GITHUB).read_text(encoding="utf-8"))["EFSYNC_CONFIG"] == "it's mine.toml"
