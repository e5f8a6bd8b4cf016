"""Whole commands as somebody who reads Spanish sees them."""

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.inside import applied, call, saved_plan
from tests.world import World

VARYING = re.compile(
    r"\d{8}-\d{6}-[0-9a-f]+|\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z| UTC)|(?<=clave )[0-9a-f]{16}|(?<=SQLite )[\d.]+"
)
"""Runs, times, the fingerprint key, versions."""


def spanish(world: World, *arguments: str, typed: str = "") -> str:
    """What is said, on both ways out, without what differs each time."""
    result = call(world, *arguments, typed=typed, EFSYNC_LANG="es")
    told = f"{result.out}--- {result.status}\n{result.err}".replace(str(world.folder), "…")
    return re.sub(r"efsync \d+\.\d+\.\d+\S*", "efsync …", VARYING.sub("…", told))


@pytest.mark.parametrize("arguments", [("--help",), ("plan", "--help"), ("state", "--help")], ids=" ".join)
def test_help(world: World, snapshot: SnapshotAssertion, arguments: tuple[str, ...]) -> None:
    assert spanish(world, *arguments) == snapshot


def test_apply_and_its_question(sales: World, snapshot: SnapshotAssertion) -> None:
    refused, done = spanish(sales, "apply", typed="no\n"), spanish(sales, "apply", typed="sí\n")
    assert f"{refused}\n{done}" == snapshot


def test_a_saved_plan_and_the_drift_after_it(sales: World, snapshot: SnapshotAssertion) -> None:
    saved_plan(sales)
    shown = [spanish(sales, "show", "plan.json"), spanish(sales, "apply", "plan.json")]
    sales.change("JPEREZ", port=25, address=None)
    shown += [spanish(sales, *arguments) for arguments in (("drift",), ("show", "plan.json"), ("apply", "plan.json"))]
    assert "\n".join(shown) == snapshot


def test_files_with_several_problems(sales: World, snapshot: SnapshotAssertion) -> None:
    sales.department(
        "  JPEREZ:\n    address: jperez@acme.example\n"
        "  LDIAZ:\n    adress: ldiaz@acme.example\n    port: 70000\n    ssl: tal vez\n    password: clave\n",
        name="COMPRAS",
    )
    sales.write("accounts/rota.yaml", "version: 1\ndepartment: [\n")
    assert spanish(sales, "validate") == snapshot


def test_the_mail_and_its_warnings(sales: World, snapshot: SnapshotAssertion) -> None:
    sales.department(
        "  LDIAZ:\n    address: ldiaz@acme.example\n    server: 10.0.0.1\n    port: 465\n    ssl: false\n"
        "    signature: <p><script>x</script><img src='http://a.example/x.png'></p>\n",
        name="COMPRAS",
    )
    assert spanish(sales, "validate") == snapshot


def test_doctor(sales: World, snapshot: SnapshotAssertion) -> None:
    applied(sales)
    sales.environment.pop("MAIL_JPEREZ")
    sales.sql("ALTER TABLE Usuarios DROP COLUMN Pie_Cor")
    assert spanish(sales, "doctor") == snapshot


def test_state_and_history(sales: World, snapshot: SnapshotAssertion) -> None:
    before = [spanish(sales, *arguments) for arguments in (("state", "list"), ("history",), ("state", "unlock"))]
    applied(sales)
    after = [
        spanish(sales, *arguments, typed="s\n")
        for arguments in (("state", "list"), ("state", "show", "jperez"), ("state", "forget", "MROJAS"))
    ]
    assert "\n".join((*before, *after)) == snapshot


def test_secrets_and_scripts(sales: World, snapshot: SnapshotAssertion) -> None:
    saved_plan(sales)
    sales.environment.pop("MAIL_MROJAS")
    shown = [spanish(sales, "secrets", "check"), spanish(sales, "script", "plan.json", "--out", "s.sql")]
    told = re.sub(r"(?<=check_key = )\w+", "…", "\n".join(shown))
    assert told == snapshot
