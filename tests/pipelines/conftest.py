"""A company whose mail accounts are in a repository, with a pipeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pipelines.github_stand_in import GitHubStandIn, Store
from tests.pipelines.runner import Job, Repository, Runner
from tests.pipelines.stand_in import served
from tests.world import World

SETTINGS = """\
default_target = "erp"

[targets.erp]
url = "env:ERP_URL"
tenant = "ACME"

[state]
url = "env:EFSYNC_STATE_URL"

[secrets.env]
allow = ["MAIL_*"]
"""

ACCOUNTS = """\
version: 1
department: VENTAS
defaults: {{server: smtp.acme.example, port: 587, ssl: true, domain: {domain}}}
users:
  JPEREZ:
    address: jperez@acme.example
    password: {{env: MAIL_JPEREZ}}
"""


@dataclass
class Company:
    """An ERP, a repository whose main branch is applied, and a runner."""

    world: World
    repository: Repository
    secrets: dict[str, str]

    def edit(self, domain: str, branch: str = "change", **files: str) -> str:
        """Commit an accounts file with another domain; the commit."""
        return self.repository.commit(branch, accounts__ventas_dot_yaml=ACCOUNTS.format(domain=domain), **files)

    @property
    def domain(self) -> str:
        """What the ERP holds."""
        return str(self.world.live("JPEREZ")["domain"]).strip()


@dataclass
class AtGitHub:
    """The company at GitHub."""

    company: Company
    github: GitHubStandIn
    runner: Runner

    def pull(self, head: str, number: int = 7, branch: str = "change", repository: str = "acme/mail") -> dict[str, Job]:
        """Push to a pull request; the run for it, without validating."""
        self.github.pull(number, head, repository)
        return self.runner.pull_request(number, self.company.repository.try_merge(branch), leave_out=("validate",))

    def merge(self, number: int = 7, branch: str = "change", *, squash: bool = False) -> dict[str, Job]:
        """Merge it; the run for the main branch."""
        commit = self.company.repository.merge(branch, squash=squash)
        self.github.merge(number, commit)
        return self.runner.push(commit)

    @property
    def main(self) -> str:
        """The commit of the main branch."""
        return self.company.repository.git("rev-parse", "main")


@pytest.fixture
def company(world: World, tmp_path: Path) -> Company:
    """JPEREZ has been applied from the main branch, with the domain acme.example."""
    world.user("JPEREZ", name="José Pérez", title="Gerente")
    secrets = {
        "ERP_URL": world.url,
        "EFSYNC_STATE_URL": f"sqlite:///{tmp_path / 'shared-state.db'}",
        "EFSYNC_KEY": "0123456789abcdef" * 4,
        "MAIL_JPEREZ": "clave-jperez",
    }
    repository = Repository(tmp_path / "repository")
    repository.commit(
        "main", efsync_dot_toml=SETTINGS, accounts__ventas_dot_yaml=ACCOUNTS.format(domain="acme.example")
    )
    applied = world.run("-c", str(repository.folder / "efsync.toml"), "apply", "--yes", **secrets)
    assert applied.status == 0, applied.err
    return Company(world, repository, secrets)


@pytest.fixture
def at_github(company: Company, tmp_path: Path) -> Iterator[AtGitHub]:
    """The same with its repository at GitHub, which keeps artifacts elsewhere."""
    with served(GitHubStandIn()) as github, served(Store()) as store:
        assert isinstance(github, GitHubStandIn)
        assert isinstance(store, Store)
        github.store, store.github = store, github
        (tmp_path / "runs").mkdir()
        runner = Runner(github, company.repository.folder, tmp_path / "runs", company.secrets, {"EFSYNC_LANG": "en"})
        yield AtGitHub(company, github, runner)
