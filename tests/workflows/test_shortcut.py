"""A plan that was made before says exactly what one says that was not, whatever changed in between."""

from typing import Any
from unittest import mock

import pytest

import efsync
from efsync.workflows import shortcut
from tests.cli.inside import applied, call_json
from tests.workflows.changes import CHANGES, Change, apply_there_and_back, files_of_sales, state
from tests.workflows.settled import (
    SALES,
    cache,
    plan,
    plan_anew,
    plan_in_full,
    plan_the_short_way,
    takes_the_short_way,
)
from tests.world import SETTINGS, World


@pytest.mark.parametrize("change", CHANGES)
def test_a_plan_says_what_it_would_say_had_none_been_made_before(settled: World, change: str) -> None:
    first = plan(settled)
    assert first[0] == 0
    assert plan_the_short_way(settled) == first
    CHANGES[change](settled)
    again = plan(settled)
    once_more = plan(settled)
    assert again == once_more == plan_anew(settled) == plan_in_full(settled)
    bare = plan_anew(settled, "--without-secrets")
    assert bare == plan(settled, "--without-secrets") == plan_in_full(settled, "--without-secrets")


SEEN_BY_ALL = ["the ERP: a user joins", "the ERP: a user in no file leaves", "settings: a comment", "nothing"]


@pytest.mark.parametrize("change", SEEN_BY_ALL)
def test_the_short_way_is_taken_again_once_a_plan_found_nothing(settled: World, change: str) -> None:
    plan(settled)
    CHANGES[change](settled)
    assert plan(settled)[0] == 0
    plan_the_short_way(settled)


def test_another_efsync_looks_for_itself(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(settled)
    monkeypatch.setattr(efsync, "__version__", "99.0")
    assert not takes_the_short_way(settled)
    assert takes_the_short_way(settled)


def test_another_schema_is_asked(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(settled)
    monkeypatch.setattr(shortcut, "schema_text", lambda name: "{}")
    assert not takes_the_short_way(settled)


def test_an_efsync_that_keeps_other_things_is_no_trouble(settled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(efsync, "__version__", "0.0.1")
        older.setattr("efsync.workflows.seen.json", mock.Mock(dumps=lambda *_, **__: '{"other": 1}'))
        plan(settled)
    assert list(cache(settled).iterdir())
    assert plan(settled) == plan_anew(settled)


def test_without_the_key_there_is_no_short_way_for_anybody_could_have_made_it(settled: World) -> None:
    (settled.folder / ".efsync" / "key").unlink()
    for _ in range(2):
        assert not takes_the_short_way(settled, "--without-secrets")
        assert not cache(settled).exists()


@pytest.mark.parametrize("key", ["short", "of somebody else, and long enough for a key"])
def test_another_key_is_no_trouble_where_no_secret_is_read(settled: World, key: str) -> None:
    first = plan(settled, "--without-secrets")
    settled.environment["EFSYNC_KEY"] = key
    assert plan(settled, "--without-secrets") == plan(settled, "--without-secrets") == first


def test_plans_with_secrets_and_without_have_a_short_way_each(settled: World) -> None:
    plan(settled)
    assert not takes_the_short_way(settled, "--without-secrets")
    assert takes_the_short_way(settled, "--without-secrets")
    assert takes_the_short_way(settled)
    settled.environment["MAIL_JPEREZ"] = "clave-nueva"
    plan_the_short_way(settled, "--without-secrets")
    assert not takes_the_short_way(settled)


def test_an_apply_counts_whose_clock_is_late(settled: World) -> None:
    state("UPDATE runs SET started_at = '2099-01-01T00:00:00.000Z', finished_at = '2099-01-01T00:00:00.000Z'")(settled)
    plan(settled)
    apply_there_and_back(settled)
    again = plan(settled)
    assert again[0] == 2
    assert again == plan_anew(settled)


def test_settings_that_change_while_a_plan_is_made_are_not_taken_for_those_it_had(settled: World) -> None:
    from efsync.workflows.sides import Sides

    witnessed = Sides.witnessed

    def edited_meanwhile(sides: Sides) -> Any:
        settled.write("efsync.toml", SETTINGS.replace("MAIL_*", "POST_*"))
        return witnessed(sides)

    with mock.patch.object(Sides, "witnessed", edited_meanwhile):
        assert plan(settled)[0] == 0
    again = plan(settled)
    assert again[0] == 1
    assert again == plan_anew(settled)


def test_an_account_that_is_both_changed_and_changed_back_needs_no_long_way(settled: World) -> None:
    plan(settled)
    before = settled.live("JPEREZ")["address"]
    settled.change("JPEREZ", address="other@acme.example")
    assert plan(settled)[0] == 2
    settled.change("JPEREZ", address=before)
    plan_the_short_way(settled)


@pytest.mark.parametrize("way", [("--user", "JPEREZ"), ("--department", "VENTAS")])
def test_a_plan_of_some_accounts_neither_takes_the_short_way_nor_makes_one(
    settled: World, way: tuple[str, ...]
) -> None:
    plan(settled, *way)
    assert not cache(settled).exists()
    plan(settled)
    assert not takes_the_short_way(settled, *way)


def _leaves_files_and_erp(world: World) -> None:
    files_of_sales(SALES.partition("  MROJAS")[0])(world)
    world.sql("DELETE FROM Usuarios WHERE Cod_Usu LIKE 'MROJAS%'")


KEPT_BACK: dict[str, Change] = {
    "a warning of somebody who is in no file": _leaves_files_and_erp,
    "an error": files_of_sales(SALES.replace("address: j", "adress: j")),
    "an apply that did not end": state("UPDATE runs SET status = 'started', finished_at = NULL"),
}


@pytest.mark.parametrize("what", KEPT_BACK)
def test_nothing_is_kept_where_there_is_more_to_tell_than_of_files(settled: World, what: str) -> None:
    KEPT_BACK[what](settled)
    plan(settled)
    assert not cache(settled).exists()


def test_nothing_is_kept_where_there_are_no_accounts(world: World) -> None:
    world.user("RSOTO")
    world.department("  {}\n")
    plan(world)
    assert not cache(world).exists()


def test_fields_in_property_rows_are_always_looked_at(world: World) -> None:
    from tests.layouts.properties import PropertyWorld  # its tables are made there

    (world.folder / "properties").mkdir()
    company = PropertyWorld(world.folder / "properties")
    company.user("JPEREZ")
    company.department("  JPEREZ:\n    address: jperez@acme.example\n")
    applied(company)
    assert plan(company)[0] == 0
    assert not cache(company).exists()


def test_apply_takes_the_short_way_too_and_does_nothing(settled: World) -> None:
    plan(settled)
    with mock.patch("efsync.workflows.comparing.Wanted", side_effect=AssertionError("the long way")):
        assert call_json(settled, "apply", "--yes").json["status"] == "nothing"
