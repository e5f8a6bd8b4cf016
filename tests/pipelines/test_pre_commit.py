"""The hooks, tried with pre-commit itself."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.pipelines.conftest import ACCOUNTS, SETTINGS
from tests.pipelines.runner import TOP, Repository

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
UNTIDY = ACCOUNTS.format(domain="acme.example").replace("department: VENTAS\n", "department:    'VENTAS'\n\n\n")


def variables(home: Path) -> dict[str, str]:
    """An environment in which pip needs no index: what is installed here is found through the path of modules."""
    return {
        "PATH": os.environ["PATH"], "HOME": str(home), "PRE_COMMIT_HOME": str(home / "pre-commit"), "EFSYNC_LANG": "en",
        "PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0", "PYTHONUTF8": "1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what a clone of efsync has for its hooks, and where pre-commit keeps it installed."""
    folder = tmp_path_factory.mktemp("hooks")
    repository = Repository(folder / "efsync")
    for name in ("efsync", "schemas", "accounts", "docs", "pipelines"):
        shutil.copytree(TOP / name, folder / "efsync" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "efsync.toml"):
        shutil.copy(TOP / name, folder / "efsync")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "efsync")
    return folder


@pytest.fixture
def company(hooks: Path, tmp_path: Path) -> Repository:
    """A repository of a company that uses the hooks, as the documentation says."""
    made = Repository(tmp_path / "company")
    commit = Repository(hooks / "efsync").git("rev-parse", "HEAD")
    used = {"repo": str(hooks / "efsync"), "rev": commit, "hooks": [{"id": "efsync-fmt"}, {"id": "efsync-validate"}]}
    (made.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [used]}))
    (made.folder / "accounts/_templates").mkdir(parents=True)
    (made.folder / "accounts/_templates/notes.yaml").write_text("a:   not a department\n")
    made.commit("main", efsync_dot_toml=SETTINGS, accounts__ventas_dot_yaml=UNTIDY)
    return made


def test_the_manifest_is_one() -> None:
    subprocess.run([PRE_COMMIT, "validate-manifest", TOP / ".pre-commit-hooks.yaml"], check=True)


def test_hooks_format_and_validate_what_is_committed(hooks: Path, company: Repository) -> None:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command: list[str | Path] = [PRE_COMMIT, "run", "--color", "never", *arguments]
        return subprocess.run(
            command, cwd=company.folder, env=variables(hooks), capture_output=True, text=True, check=False
        )

    file = company.folder / "accounts/ventas.yaml"
    done = run("--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert file.read_text() != UNTIDY
    company.git("add", "--all")
    done = run("--all-files")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 2

    file.write_text(file.read_text().replace("587", "70000"))
    company.git("add", "--all")
    done = run()
    assert done.returncode == 1
    assert "accounts/ventas.yaml:" in done.stdout
    assert "70000 is greater than 65535" in done.stdout

    company.git("reset", "--quiet", "--hard")
    (company.folder / "readme").write_text("hello")
    company.git("add", "--all")
    assert run().stdout.count("Skipped") == 2
