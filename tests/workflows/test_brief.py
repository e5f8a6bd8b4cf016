"""A plan that remembers no other looks at the files in short, and in full only at what is not as it was applied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

from efsync.accounts.plain import plain_data
from efsync.workflows import brief, comparing
from efsync.workflows.sides import open_sides
from tests.cli.inside import applied
from tests.workflows.settled import cache, plan, plan_anew, plan_in_full
from tests.world import SETTINGS, World

STAFF = [f"E{number:03}" for number in range(120)]
DEFAULTS = "defaults:\n  server: smtp.acme.example\n  port: 587\n  domain: null\n"
WITH_SECRETS = [(), ("--without-secrets",)]


def users(codes: list[str], more: str = "") -> str:
    """The accounts of these users in a department file."""
    each = "  {code}:\n    address: {code}@acme.example\n    password: {{file: secrets/one}}\n" + more
    return "".join(each.format(code=code) for code in codes)


@pytest.fixture
def staffed(world: World) -> World:
    """Three departments of plain accounts, all applied."""
    world.secret("one", "clave-de-todos")
    world.write("accounts/_own.html", "<h1>Acme</h1>")
    for number, name in enumerate(("VENTAS", "COMPRAS", "ALMACEN")):
        codes = STAFF[40 * number : 40 * number + 40]
        for code in codes:
            world.user(code, department=name)
        own = "    header: {file: _own.html}\n"  # of the last one
        world.department(users(codes) + own, name=name, more=DEFAULTS)
    applied(world, "--allow-changed")
    return world


def plan_in_short(world: World, *arguments: str) -> tuple[int, object]:
    """What a plan says that nobody made before, and that may not look at all accounts in full."""
    with mock.patch("efsync.workflows.comparing.compare_within", side_effect=AssertionError("the long way")):
        return plan_anew(world, *arguments)


@contextmanager
def looked_at_in_full() -> Iterator[list[int]]:
    """How many live accounts each plan compares value by value."""
    found: list[int] = []
    survey = brief.Rest

    def counted(live: list[object], *rest: object) -> brief.Rest:
        found.append(len(live))
        return survey(live, *rest)  # type: ignore[arg-type]

    with mock.patch.object(brief, "Rest", counted):
        yield found


@pytest.mark.parametrize("way", WITH_SECRETS)
def test_what_is_as_it_was_applied_is_not_looked_at_in_full(staffed: World, way: tuple[str, ...]) -> None:
    with looked_at_in_full() as found:
        in_short = plan_in_short(staffed, *way)
    assert found == [0]
    assert in_short[0] == 0
    assert in_short == plan_in_full(staffed, *way)


CHANGES: dict[str, Callable[[World], object]] = {
    "a file": lambda world: world.department(
        users(STAFF[:39]) + "  E039:\n    address: other@acme.example\n    password: {file: secrets/one}\n",
        more=DEFAULTS,
    ),
    "a row": lambda world: world.change("E007", address="other@acme.example"),
    "a row of a file that changes elsewhere": lambda world: [
        CHANGES[each](world) for each in ("a file", "a row")
    ],
    "a password in the ERP": lambda world: world.change("E007", password="otra"),
    "a department in the ERP": lambda world: world.sql(
        "UPDATE Usuarios SET Departamento = 'COMPRAS' WHERE Cod_Usu LIKE 'E007%'"
    ),
    "a user is inactive": lambda world: world.sql("UPDATE Usuarios SET Status = 'I' WHERE Cod_Usu LIKE 'E007%'"),
    "inactive users are cleared, and their texts are nobody else's": lambda world: (
        world.write("efsync.toml", SETTINGS + '\n[safety]\ninactive = "clear"\n'),
        world.sql("UPDATE Usuarios SET Status = 'I' WHERE Cod_Usu LIKE 'E__9%'"),
    ),
    "a user is gone": lambda world: world.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'E007%'"),
    "a user's row stands twice": lambda world: world.user("e007", department="VENTAS"),
    "an account leaves its file": lambda world: world.department(
        users(STAFF[:39]), more=DEFAULTS
    ),
    "an account stands twice in its file": lambda world: world.department(users([*STAFF[:40], "e007"]), more=DEFAULTS),
    "an account stands in two files": lambda world: world.department(
        users([*STAFF[40:80], "E000"]), name="COMPRAS", more=DEFAULTS
    ),
    "a department has two files": lambda world: world.department("  {}\n", file="otra.yaml"),
    "a code of before stands in a file": lambda world: world.department(
        users(STAFF[:39]) + users(["E039"], "    renamed_from: E041\n"), more=DEFAULTS
    ),
    "two codes of before are one": lambda world: world.department(
        users(STAFF[:40], "    renamed_from: E999\n"), more=DEFAULTS
    ),
    "a column is mapped no more": lambda world: world.write(
        "efsync.toml", SETTINGS.replace("[secrets.env]", "[targets.erp.columns]\ndomain = false\n\n[secrets.env]")
    ),
    "passwords may not be read": lambda world: world.write("efsync.toml", SETTINGS.replace('["secrets"]', '["other"]')),
    "a file is no YAML": lambda world: world.write("accounts/ventas.yaml", "users: ["),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("way", WITH_SECRETS)
def test_it_says_what_it_would_say_had_it_looked_at_all_accounts_in_full(
    staffed: World, change: str, way: tuple[str, ...]
) -> None:
    CHANGES[change](staffed)
    found = plan_anew(staffed, *way)
    assert found == plan(staffed, *way) == plan_in_full(staffed, *way)


ALONE = ["a file", "a row", "a row of a file that changes elsewhere", "a password in the ERP", "a user is inactive"]


@pytest.mark.parametrize("change", ALONE)
def test_what_changed_is_looked_at_alone(staffed: World, change: str) -> None:
    CHANGES[change](staffed)
    with looked_at_in_full() as found:
        plan_in_short(staffed)
    assert found == [2 if "elsewhere" in change else 1]


def test_where_most_is_new_all_is_looked_at_in_full_at_once(staffed: World) -> None:
    for code in (more := [f"N{number:03}" for number in range(300)]):
        staffed.user(code, department="NUEVO")
    staffed.department(users(more), name="NUEVO")
    with looked_at_in_full() as found, mock.patch.object(comparing, "open_sides", wraps=open_sides) as opened:
        first = plan_anew(staffed)
    assert found == []
    assert opened.call_count == 1
    assert first[0] == 2
    assert first == plan_in_full(staffed)


def test_where_nothing_was_applied_all_of_a_small_company_is_looked_at_once(world: World) -> None:
    world.secret("one", "clave-de-todos")
    for code in STAFF[:40]:
        world.user(code)
    world.department(users(STAFF[:40]))
    world.environment["EFSYNC_KEY"] = "a key that is long enough"
    with mock.patch("efsync.accounts.read.plain_data", wraps=plain_data) as read:
        found = plan_in_short(world)
    assert read.call_count == 1
    assert found[0] == 2
    assert found == plan_in_full(world)


def test_without_a_key_there_is_nothing_to_compare_with(world: World) -> None:
    world.user("E000")
    world.secret("one", "clave-de-todos")
    world.department(users(["E000"]))
    with looked_at_in_full() as found:
        plan(world)
    assert found == []
    assert (world.folder / ".efsync" / "key").exists()


def test_a_plan_that_remembers_none_makes_the_next_one_fast(staffed: World) -> None:
    first = plan_anew(staffed)
    assert cache(staffed).exists()
    with mock.patch("efsync.accounts.read.plain_data", side_effect=AssertionError("a file is read for its content")):
        assert plan(staffed) == first
