"""A company in which nothing differs, and whether a plan finds that the short way."""

import atexit
import functools
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from efsync.workflows.desired import Wanted
from efsync.workflows.shortcut import Shortcut
from tests.cli.inside import applied, call_json
from tests.world import World

SMTP = "defaults:\n  server: smtp.acme.example\n  port: 587\n  ssl: true\n"
SALES = """\
  JPEREZ:
    address: jperez@acme.example
    password: {env: MAIL_JPEREZ}
    header: {file: _texts/header.html}
  MROJAS:
    address: mrojas@acme.example
    password: {file: secrets/mrojas}
    signature: {template: _texts/signature.html}
"""
PASSWORDS = ("clave-de-jperez", "clave-de-mrojas")


def settle(world: World) -> World:
    """Two departments with each kind of text and password, all applied; RSOTO is in no file, AJENO another tenant's."""
    shutil.copytree(_settled_once(), world.folder, dirs_exist_ok=True)
    world.environment |= {"MAIL_JPEREZ": PASSWORDS[0]}
    return world


@functools.cache
def _settled_once() -> Path:
    """The folder of such a company, which is copied."""
    folder = TemporaryDirectory(prefix="efsync-test-")
    atexit.register(folder.cleanup)
    world = World(Path(folder.name))
    world.user("JPEREZ", name="José Pérez", title="Gerente")
    world.user("MROJAS", name="María Rojas")
    world.user("0012", department="COMPRAS", footer="<p>kept</p>")
    world.user("RSOTO", address="rsoto@acme.example")
    world.user("AJENO", tenant="GLOBEX", address="ajeno@globex.example")
    world.environment |= {"MAIL_JPEREZ": PASSWORDS[0]}
    world.secret("mrojas", PASSWORDS[1])
    world.write("accounts/_texts/header.html", "<!DOCTYPE html><html><body><h1>Acme</h1>\n")
    world.write("accounts/_texts/signature.html", "<p>{{ user.name }}, {{ user.title }}</p>\n")
    world.department(SALES, more=SMTP)
    world.department("  0012:\n    address: bodega@acme.example\n    domain: null\n", name="COMPRAS")
    applied(world)
    return world.folder


def cache(world: World) -> Path:
    """The folder of what plans saw."""
    return world.folder / ".efsync" / "cache"


def plan(world: World, *arguments: str) -> tuple[int, object]:
    """What a plan says, but for when it was made."""
    result = call_json(world, "plan", "--detailed-exitcode", *arguments)
    assert "Traceback" not in result.err
    return result.status, {**result.json, "created_at": None, "plan_id": None}


def plan_the_short_way(world: World, *arguments: str) -> tuple[int, object]:
    """The same, and no department file may be read for its content."""
    with mock.patch("efsync.workflows.comparing.Wanted", side_effect=AssertionError("the long way")):
        return plan(world, *arguments)


def plan_of_what_changed(world: World, *arguments: str) -> tuple[int, object]:
    """The same, where some of that may be read, and not all."""
    with mock.patch("efsync.workflows.comparing.compare_within", side_effect=AssertionError("the long way")):
        return plan(world, *arguments)


def takes_the_short_way(world: World, *arguments: str) -> bool:
    """Whether a plan reads no department file for its content."""
    with mock.patch("efsync.workflows.comparing.Wanted", side_effect=Wanted) as read:
        plan(world, *arguments)
    return not read.called


def plan_anew(world: World, *arguments: str) -> tuple[int, object]:
    """What a plan says that nobody made before."""
    shutil.rmtree(cache(world), ignore_errors=True)
    return plan(world, *arguments)


def plan_in_full(world: World, *arguments: str) -> tuple[int, object]:
    """What a plan says that looks at all accounts in full, whatever is known; it keeps nothing."""
    with (
        mock.patch("efsync.workflows.plan.compare_rest", return_value=None),
        mock.patch.object(Shortcut, "remember"),
    ):
        return plan(world, *arguments)
