"""docs/adopting.md is done as it stands there, command by command, on an ERP that was clicked together."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.docs.examples import ROOT, examples, session
from tests.world import EFSYNC, World

TEXT = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")
SIGNATURE = "<p>{name}<br>{title}</p>\n"
PORT = "Somebody changes a port in the ERP."


@pytest.fixture
def company(tmp_path: Path) -> World:
    """The ERP, and an empty repository beside it."""
    erp = tmp_path / "erp"
    erp.mkdir()
    world = World(erp)
    for code, name in [("JPEREZ", "José Pérez"), ("MROJAS", "María Rojas"), ("0012", "Bodega")]:
        world.user(
            code, name=name, title="Ventas", address=f"{code.lower()}@acme.example", password=f"clave-{code}",
            server="smtp.acme.example", port=587, ssl=1, signature=SIGNATURE.format(name=name, title="Ventas"),
        )  # fmt: skip
    return world


def test_it_is_done_as_it_stands_there(company: World, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    environment = company.clean_environment() | {
        "ERP_URL": company.url,
        "PATH": f"{EFSYNC.parent}{os.pathsep}{os.environ['PATH']}",
        **{f"GIT_{who}_{what}": "a@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    subprocess.run(["git", "init", "--quiet"], cwd=repository, check=True)
    before, after = TEXT.split(PORT)
    for part in (before, after):
        for each in session(*re.findall(r"```console\n(.*?)```", part, re.DOTALL)):
            done = subprocess.run(
                ["bash", "-c", each.command],
                cwd=repository,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert "clave-" not in done.stdout + done.stderr
            each.check(done.stdout, done.returncode)
        company.change("JPEREZ", port=465)  # the second time it is so already
    assert company.live("JPEREZ")["port"] == 465
    (settings,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert tomllib.loads((repository / "efsync.toml").read_text()) == tomllib.loads(settings)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=repository, capture_output=True, text=True)
    assert status.stdout == ""
    secrets = {path.name: path.read_text() for path in (tmp_path / "mail-secrets").iterdir()}
    assert secrets == {code: f"clave-{code}" for code in ("JPEREZ", "MROJAS", "0012")}


def test_every_command_of_the_page_is_run() -> None:
    typed = session(*(each.text for each in examples("console", "docs/adopting.md")))
    assert len(typed) == len(re.findall(r"^\$ ", TEXT, re.MULTILINE)) > 12
