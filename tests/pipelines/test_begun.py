"""A repository as `efsync init --ci` begins it: its pipeline is sound, and knows what was applied elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.inside import call
from tests.pipelines.conftest import ACCOUNTS, AtGitHub, Company
from tests.pipelines.github_stand_in import GitHubStandIn, Store
from tests.pipelines.runner import Repository, Runner
from tests.pipelines.stand_in import served
from tests.pipelines.test_files import GITLAB, SCHEMAS, WORKFLOW, as_json, tool
from tests.published import published_schema
from tests.world import World

LANGUAGES = ("en", "es")
PASSWORDS = ("env", "file", "age", "aws", "keyring")


def begun(world: World, folder: Path, *options: str, **environment: str) -> None:
    """`efsync init` in `folder`."""
    result = call(world, "init", str(folder), *options, **environment)
    assert result.status == 0, result.err


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PASSWORDS)
def test_what_is_written_for_a_host_is_sound(world: World, tmp_path: Path, kind: str, language: str) -> None:
    options = ("--passwords", kind, "--url", "env:FACTORY" if kind == "env" else "sqlite:///erp.db")
    begun(world, tmp_path / "hub's", *options, "--ci", "github", EFSYNC_LANG=language)
    begun(world, tmp_path / "lab's", *options, "--ci", "gitlab", EFSYNC_LANG=language)
    workflow = tmp_path / "hub's/.github/workflows/efsync.yml"
    assert tool("actionlint", "-no-color", workflow) == ""
    for shipped, path in ((WORKFLOW, workflow), (GITLAB, tmp_path / "lab's/.gitlab-ci.yml")):
        schema: Any = published_schema(SCHEMAS[shipped])
        jsonschema.validators.validator_for(schema)(schema).validate(as_json(path))


@dataclass
class Begun:
    """A repository that `init` began, with settings in `place`, applied once from somebody's own machine."""

    at: AtGitHub
    place: str

    def edit(self, domain: str) -> str:
        """Commit an accounts file with another domain; the commit."""
        file = f"{self.place}accounts/ventas.yaml".replace("/", "__").replace(".", "_dot_")
        return self.at.company.repository.commit("change", **{file: ACCOUNTS.format(domain=domain)})


@pytest.fixture(params=["", "correo/"], ids=["top", "below"])
def repository(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Begun]:
    """JPEREZ has been applied with the domain acme.example; the pipeline is at the top, wherever it was written."""
    place: str = request.param
    world.user("JPEREZ", name="José Pérez", title="Gerente")
    secrets = {
        "ERP_URL": world.url,
        "EFSYNC_STATE_URL": f"sqlite:///{tmp_path / 'shared-state.db'}",
        "EFSYNC_KEY": "0123456789abcdef" * 4,
        "MAIL_JPEREZ": "clave-jperez",
    }
    kept = Repository(tmp_path / "repository")
    folder = kept.folder / place
    begun(world, folder, "--url", "env:ERP_URL", "--tenant", "ACME", "--ci", "github", **secrets)
    (folder / "accounts/ventas.yaml").write_text(ACCOUNTS.format(domain="acme.example"), encoding="utf-8")
    if place:
        (folder / ".github").rename(kept.folder / ".github")
    kept.commit("main")
    applied = world.run("-c", str(folder / "efsync.toml"), "apply", "--yes", **secrets)
    assert applied.status == 0, applied.err
    with served(GitHubStandIn()) as github, served(Store()) as store:
        assert isinstance(github, GitHubStandIn)
        assert isinstance(store, Store)
        github.store, store.github = store, github
        (tmp_path / "runs").mkdir()
        runner = Runner(
            github, kept.folder, tmp_path / "runs", secrets, {"EFSYNC_LANG": "en"},
            workflow=kept.folder / ".github/workflows/efsync.yml",
        )  # fmt: skip
        yield Begun(AtGitHub(Company(world, kept, secrets), github, runner), place)


def test_a_runner_finds_drift_from_what_was_applied_elsewhere(repository: Begun) -> None:
    at = repository.at
    assert at.runner.schedule(at.main)["drift"].status == "success"
    assert not at.github.issues
    at.company.world.change("JPEREZ", domain="tres.example")
    jobs = at.runner.schedule(at.main)
    assert jobs["drift"].status == "success", jobs["drift"].log
    (issue,) = at.github.issues.values()
    assert "`tres.example`" in issue["body"]


def test_a_change_is_reviewed_merged_and_applied(repository: Begun) -> None:
    at = repository.at
    planned = at.pull(repository.edit("uno.example"))
    assert planned["plan"].status == "success", planned["plan"].log
    (comment,) = (body for body in at.github.bodies(7) if "efsync" in body)
    assert "uno.example" in comment
    merged = at.merge()
    assert [merged[name].status for name in ("ready", "apply")] == ["success", "success"], merged["ready"].log
    assert at.company.domain == "uno.example"


def test_a_runner_without_the_state_fails_and_does_not_call_all_well(repository: Begun) -> None:
    at = repository.at
    at.company.secrets["EFSYNC_STATE_URL"] = ""
    jobs = at.runner.schedule(at.main)
    assert jobs["drift"].status == "failure"
    assert "`EFSYNC_STATE_URL` is not set" in jobs["drift"].summary
