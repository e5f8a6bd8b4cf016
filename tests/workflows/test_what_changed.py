"""A plan looks only at what changed since the last one, and says what it would say had it looked at all."""

import contextlib
import sqlite3
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError

from tests.cli.inside import applied
from tests.workflows.changes import CHANGES
from tests.workflows.settled import (
    PASSWORDS,
    plan,
    plan_anew,
    plan_in_full,
    plan_of_what_changed,
    plan_the_short_way,
    settle,
)
from tests.world import World

LOOKED_AT_ALONE = [
    "a value in a department file",
    "a comment in a department file",
    "a default in a department file",
    "what becomes of those who leave",
    "an account joins a department file",
    "a reference to the same password",
    "the ERP: address",
    "the ERP: password cleared",
    "the ERP: a title in a template",
    "the ERP: a name in a template",
    "a password in a variable is renewed",
    "a password in a file is renewed",
    "two passwords change places",
]


@pytest.mark.parametrize("change", LOOKED_AT_ALONE)
def test_what_did_not_change_is_not_looked_at_again(settled: World, change: str) -> None:
    settled.environment["MAIL_JOSE"] = PASSWORDS[0]
    plan(settled)
    CHANGES[change](settled)
    looked_at = plan_of_what_changed(settled)
    assert looked_at == plan_of_what_changed(settled) == plan_anew(settled)
    assert looked_at[0] == (change != "a comment in a department file") * 2


def test_what_still_differs_is_looked_at_alone_too(settled: World) -> None:
    CHANGES["a value in a department file"](settled)
    CHANGES["the ERP: address"](settled)
    settled.sql("UPDATE Usuarios SET Dom_Cor = 'x' WHERE Cod_Usu LIKE '0012%'")
    first = plan(settled)
    assert first[0] == 2
    assert first == plan_of_what_changed(settled) == plan_anew(settled)


def test_a_file_of_which_there_is_something_to_say_is_looked_at_each_time_and_no_other(settled: World) -> None:
    CHANGES["the ERP: a status"](settled)
    first = plan(settled)
    assert first[0] == 0
    assert first == plan_of_what_changed(settled) == plan_anew(settled)
    settled.sql("UPDATE Usuarios SET Dom_Cor = 'x' WHERE Cod_Usu LIKE '0012%'")
    assert plan_of_what_changed(settled)[0] == 2
    settled.sql("UPDATE Usuarios SET Dom_Cor = NULL WHERE Cod_Usu LIKE '0012%'")
    settled.sql("UPDATE Usuarios SET Status = 'A' WHERE Cod_Usu LIKE 'JPEREZ%'")
    last = plan_of_what_changed(settled)
    assert last == plan_the_short_way(settled) == plan_anew(settled) != first


def test_a_file_that_changes_while_its_accounts_are_looked_at_is_read_with_all_others(settled: World) -> None:
    from efsync.workflows.sides import Sides

    plan(settled)
    CHANGES["the ERP: address"](settled)
    witnessed = Sides.witnessed

    def edited_meanwhile(sides: Sides) -> Any:
        CHANGES["a default in a department file"](settled)
        return witnessed(sides)

    with mock.patch.object(Sides, "witnessed", edited_meanwhile):
        found = plan(settled)
    assert found == plan(settled) == plan_anew(settled)


@pytest.mark.parametrize("change", ["the ERP: a title in a template", "a value in a department file", "nothing"])
def test_where_a_template_includes_another_all_is_looked_at_or_nothing(settled: World, change: str) -> None:
    settled.write("accounts/_texts/boss.html", "<b>{{ user.name }}</b>")
    settled.write(
        "accounts/_texts/signature.html",
        "{% if user.title == 'Jefa' %}{% include '_texts/boss.html' %}{% else %}{{ user.name }}{% endif %}",
    )
    settled.sql("UPDATE Usuarios SET Cargo = 'Jefa' WHERE Cod_Usu LIKE 'MROJAS%'")
    applied(settled)
    first = plan(settled)
    assert first[0] == 0
    assert plan_the_short_way(settled) == first
    settled.sql("UPDATE Usuarios SET Cargo = '' WHERE Cod_Usu LIKE 'MROJAS%'")
    CHANGES[change](settled)
    again = plan(settled)
    assert again == plan(settled) == plan_anew(settled)


@given(
    steps=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=5),
    ways=st.lists(st.sampled_from([(), ("--without-secrets",)]), min_size=5, max_size=5),
)
def test_whatever_happens_between_plans_each_says_what_it_would_say_had_none_been_made_before(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], ways: list[tuple[str, ...]]
) -> None:
    world = settle(World(tmp_path_factory.mktemp("company")))
    plan(world)
    plan(world, "--without-secrets")
    for step, way in zip(steps, ways, strict=False):
        # what it changes may be gone already
        with contextlib.suppress(OSError, ValueError, LookupError, AssertionError, sqlite3.Error, SQLAlchemyError):
            CHANGES[step](world)
        again = plan(world, *way)
        assert again == plan_in_full(world, *way)
    assert plan_anew(world) == plan_in_full(world)
