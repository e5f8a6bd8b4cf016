"""What every test may ask for."""

import gc
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.one_tls_context import use_one_tls_context
from tests.servers.databases import drop_emptied
from tests.shared_statements import share_statements
from tests.world import EFSYNC, THOROUGH, World

settings.register_profile(
    "efsync", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100 if THOROUGH else 40
)
settings.load_profile("efsync")
use_one_tls_context()
share_statements()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty company: settings, no department files, an ERP without users."""
    return World(tmp_path)


@pytest.fixture
def sales(world: World) -> World:
    """A company with two accounts in one file: JPEREZ not applied yet, MROJAS as desired already."""
    world.user("JPEREZ", name="José Pérez", title="Gerente")
    world.user(
        "MROJAS", name="María Rojas", address="mrojas@acme.example", password="clave-mrojas",
        server="smtp.acme.example", port=587, ssl=1,
    )  # fmt: skip
    world.environment |= {"MAIL_JPEREZ": "clave-jperez", "MAIL_MROJAS": "clave-mrojas"}
    world.department(
        "  JPEREZ:\n    address: jperez@acme.example\n    password: {env: MAIL_JPEREZ}\n"
        "  MROJAS:\n    address: mrojas@acme.example\n    password: {env: MAIL_MROJAS}\n",
        more="defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n",
    )
    return world


@pytest.fixture(scope="session")
def demo_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, as `efsync demo` makes it in an empty folder."""
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run([EFSYNC, "demo"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def demo(demo_master: Path, tmp_path: Path) -> Path:
    """A folder of its own with the demo."""
    return Path(shutil.copytree(demo_master, tmp_path / "demo"))


AGAIN = ("layouts/test_crash.py", "layouts/test_plan_files.py", "mssql/test_crash.py")
"""What is tried elsewhere with the usual layout, and takes minutes with every other one."""


def _is_again(name: str) -> bool:
    """Whether a test is one of AGAIN, or one of property rows on a server, which has tests of its own."""
    file, _, test = name.partition("::")
    on_server = "postgresql" in test or "mariadb" in test
    return file.endswith(AGAIN) or ("/layouts/" in file and on_server)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, so that no process is left alone with one at the end; what is only AGAIN where asked for."""
    if not THOROUGH and len(items) > 1000:  # whoever names a file means it
        again = [item for item in items if _is_again(item.nodeid)]
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in set(again)]
    items.sort(key=lambda item: "test_interleavings" not in item.nodeid)


def pytest_collection(session: pytest.Session) -> None:
    """Thousands of tests and all their modules stay to the end: the garbage collector need not look at them."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What comes from now on is garbage again when its test is over."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped, a skipped test fails the run."""
    drop_emptied()
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and os.environ.get("EFSYNC_TEST_NO_SKIP") and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
