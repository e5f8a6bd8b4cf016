"""The installing script of the action."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.pipelines.runner import TOP

PACKAGES = sysconfig.get_path("purelib")


def install(work: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run it in a checkout, without an index: what it would fetch is that of this environment."""
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "RUNNER_TEMP": str(work / "temp"),
        "GITHUB_PATH": str(work / "path"), "GITHUB_ACTION_PATH": str(TOP), "PYTHONPATH": PACKAGES,
        "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "HOME": str(work),
    }  # fmt: skip
    script = TOP / "pipelines/scripts/install.sh"
    (work / "temp").mkdir(exist_ok=True)
    return subprocess.run([script], cwd=work, env=variables | more, capture_output=True, text=True, check=False)


def test_it_installs_efsync_and_puts_nothing_else_on_the_path(tmp_path: Path) -> None:
    # modules that a checkout brings are not run
    for name in ("pip.py", "venv.py", "json.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit('run!')")
    done = install(tmp_path, EXTRAS="postgres, age")
    assert done.returncode == 0, done.stderr
    added = Path((tmp_path / "path").read_text().strip())
    assert sorted(each.name for each in added.iterdir()) == ["efsync", "efsync-pipeline"]
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": PACKAGES}
    shown = subprocess.run([added / "efsync", "--version"], capture_output=True, text=True, env=variables, check=True)
    assert shown.stdout.startswith("efsync ")
    again = install(tmp_path)
    assert (again.returncode, again.stdout) == (0, "")


def test_it_installs_the_versions_of_the_lock(tmp_path: Path) -> None:
    install(tmp_path)
    pins = (tmp_path / "temp/efsync-installed/constraints.txt").read_text().splitlines()
    assert len(pins) == (TOP / "requirements.lock").read_text().count("==")
    assert any(each.startswith("sqlalchemy==") for each in pins)
    assert all(" " not in each for each in pins)


def test_extras_are_names(tmp_path: Path) -> None:
    done = install(tmp_path, EXTRAS="] @ https://evil.example/x.whl")
    assert done.returncode == 1
    assert "::error" in done.stdout
    assert not (tmp_path / "temp/efsync-installed/venv").exists()
