"""Accounts that pass, a few held at a time, say what all of them at once say."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest import mock

import pytest
from sqlalchemy import insert

from efsync.erp.demo.database import usuarios
from efsync.erp.users import UserTable
from efsync.model.accounts import AppliedAccount, LiveAccount
from efsync.model.batches import batches
from efsync.model.plans import Overrides, Plan
from efsync.planning.knowledge import KnownAccounts
from efsync.settings.read import read_settings
from efsync.workflows import sides as sides_module
from efsync.workflows.apply import apply
from efsync.workflows.drift import drift
from efsync.workflows.plan import plan
from efsync.workflows.sides import Sides, Whole, open_sides
from tests.world import World

MANY = 1_150
"""More users than two batches have."""


def code(number: int) -> str:
    """The code of a user."""
    return f"U{number:05}"


def hire(world: World, numbers: Mapping[int, str]) -> None:
    """Add users, each with its address."""
    row = {"Cod_Cli": "ACME", "Departamento": "VENTAS", "Status": "A"}
    with world.engine.begin() as connection:
        rows = [{**row, "Cod_Usu": code(each), "Correo": address} for each, address in numbers.items()]
        connection.execute(insert(usuarios), rows)


@pytest.fixture
def many(world: World) -> World:
    """Many accounts that were applied; since then some drifted, some are gone, and some joined that nobody applied."""
    hire(world, dict.fromkeys(range(MANY), ""))
    users = "".join(f"  {code(each)}:\n    address: a{each}@acme.example\n" for each in range(MANY))
    world.department(users.replace("U00701", "u00701"))
    loaded = read_settings(world.folder / "efsync.toml")
    assert apply(loaded, plan(loaded), overrides=Overrides(changed=True)).run is not None
    world.sql("UPDATE Usuarios SET Correo = 'x' WHERE Cod_Usu IN ('U00003', 'U00499', 'U00500', 'U00501', 'U01149')")
    world.sql("DELETE FROM Usuarios WHERE Cod_Usu IN ('U00001', 'U00498', 'U00701', 'U00999', 'U01148')")
    world.sql("UPDATE Usuarios SET Cod_Usu = 'u00700' WHERE Cod_Usu = 'U00700'")
    hire(world, dict.fromkeys(range(2_000, 2_003), "new"))
    return world


def all_at_once(world: World) -> tuple[dict[str, LiveAccount], dict[str, AppliedAccount]]:
    """Both sides as dictionaries."""
    with open_sides(read_settings(world.folder / "efsync.toml"), "erp", secrets=True, create_key=False) as sides:
        whole = sides.whole()
    return whole.live, whole.applied


@contextmanager
def at_once() -> Iterator[None]:
    """Workflows take the way of runs that did not end."""
    with mock.patch.object(Sides, "has_unfinished_runs", return_value=True):
        yield


@pytest.mark.parametrize("batch", [1, 7, 500, 5_000])
def test_everyone_is_each_account_once_with_both_sides(
    many: World, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, applied = all_at_once(many)
    expected = {key: (one, other) for key, one, other in KnownAccounts.of(live, applied).everyone()}
    monkeypatch.setattr(sides_module, "batches", lambda items: batches(items, batch))
    with open_sides(read_settings(many.folder / "efsync.toml"), "erp", secrets=True, create_key=False) as sides:
        everyone = list(sides.everyone(sides.recorded))
    found = {key: (one, other) for key, one, other in everyone}
    assert len(everyone) == len(found)
    assert found == expected
    assert sum(one is None for one, _ in found.values()) == 5
    assert sum(other is None for _, other in found.values()) == 3


def test_drift_is_what_it_is_with_all_accounts_at_once(many: World) -> None:
    loaded = read_settings(many.folder / "efsync.toml")
    passing = drift(loaded)
    with at_once():
        whole = drift(loaded)
    assert passing == whole
    assert [account.user for account in passing.accounts] == [
        "U00001", "U00003", "U00498", "U00499", "U00500", "U00501", "u00701", "U00999", "U01148", "U01149",
    ]  # fmt: skip
    assert [problem.message.partition(" ")[0] for problem in passing.problems] == [
        "U00001", "U00498", "u00701", "U00999", "U01148",
    ]  # fmt: skip


def test_a_plan_is_what_it_is_with_all_accounts_at_once(many: World) -> None:
    hire(many, dict.fromkeys((1, 498, 701, 999, 1_148), ""))
    loaded = read_settings(many.folder / "efsync.toml")
    passing = plan(loaded)
    with at_once():
        whole = plan(loaded)
    assert _said(passing) == _said(whole)
    assert len(passing.changes) == 10
    assert (passing.summary.unchanged, passing.summary.unmanaged) == (MANY - 10, 3)


def test_accounts_that_left_the_files_are_found_among_many(many: World) -> None:
    kept = range(0, MANY, 2)
    many.department("".join(f"  {code(each)}:\n    address: a{each}@acme.example\n" for each in kept if each < 1_000))
    loaded = read_settings(many.folder / "efsync.toml")
    hire(many, {498: "a498@acme.example"})
    passing = plan(loaded)
    with at_once():
        whole = plan(loaded)
    assert _said(passing) == _said(whole)
    assert (passing.summary.cleared, passing.summary.forgotten) == (646, 4)


def _said(made: Plan) -> object:
    return made.summary, made.changes, made.problems


def test_passwords_that_move_are_seen_whoever_has_them(many: World) -> None:
    """The brake asks everyone: an account far away in another batch has the password that is to go elsewhere."""
    many.environment["MAIL_X"] = "clave-de-otro"
    many.sql("UPDATE Usuarios SET Cla_Cor = 'clave-de-otro', Ser_Cor = 'old.example' WHERE Cod_Usu = 'U01147'")
    many.department(
        "  U00002:\n    address: a2@acme.example\n    password: {env: MAIL_X}\n    server: new.example\n"
        "    port: 25\n    ssl: false\n"
    )
    with mock.patch.dict("os.environ", many.environment):
        made = plan(read_settings(many.folder / "efsync.toml"))
    assert "brake-redirect" in [problem.code for problem in made.problems]


def test_only_a_few_live_accounts_are_held_at_a_time(many: World) -> None:
    """The largest number of accounts that were read and not let go of while all of them passed."""
    held = most = 0
    each = UserTable.each

    class Held(LiveAccount):
        __slots__ = ()

        def __del__(self) -> None:
            nonlocal held
            held -= 1

    def counted(users: UserTable, *arguments: object, **options: object) -> Iterator[LiveAccount]:
        nonlocal held, most
        for account in each(users, *arguments, **options):  # type: ignore[arg-type]
            held += 1
            most = max(most, held)
            yield Held(**{one.name: getattr(account, one.name) for one in dataclasses.fields(account)})

    hire(many, dict.fromkeys((1, 498, 701, 999, 1_148), ""))
    with mock.patch.object(UserTable, "each", counted):
        plan(read_settings(many.folder / "efsync.toml"))
    assert most < 50


def test_the_sides_whole_are_used_where_a_run_did_not_end_only(many: World) -> None:
    with mock.patch.object(Sides, "whole", side_effect=AssertionError):
        drift(read_settings(many.folder / "efsync.toml"))
    whole = Whole({}, {}, (), ())
    with at_once(), mock.patch.object(Sides, "whole", return_value=whole):
        assert drift(read_settings(many.folder / "efsync.toml")).accounts == ()
