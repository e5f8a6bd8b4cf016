"""Accounts in the state: in short and whole, in batches, and in a state that was made before there were digests."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from efsync.model.accounts import RetiredPassword
from efsync.model.digests import record_digest
from efsync.model.runs import Run, RunStatus
from efsync.planning.record import Record
from efsync.state.store import State
from tests.cli.inside import applied as apply
from tests.cli.inside import assert_in_order, call_json
from tests.planning.sides import applied, env, fingerprint, mail
from tests.state.conftest import StateFolder
from tests.state.test_migrate import MIGRATIONS
from tests.state.test_runs import account, begun, plan
from tests.workflows.settled import settle
from tests.world import World

MANY = [f"U{number:05}" for number in range(1, 1203)]
"""More than two batches of them."""


def end(state: State, run: Run, *codes: str, removed: tuple[str, ...] = (), port: int = 587) -> Run:
    """A run that applied these accounts."""
    record = Record(tuple(account(run, code, port) for code in codes), removed)
    return state.finish(run, RunStatus.APPLIED, record)


def test_many_accounts_are_remembered_read_and_removed_as_few_are(state: State) -> None:
    end(state, begun(state, plan(number=1)), *MANY)
    keys = [code.casefold() for code in MANY]
    whole = state.applied("erp", "ACME")
    assert list(whole) == keys
    assert state.recorded("erp", "ACME") == {key: record_digest(each) for key, each in whole.items()}
    assert state.applied("erp", "ACME", keys) == whole
    assert state.applied("erp", "ACME", keys[:501]) == {key: whole[key] for key in keys[:501]}
    assert state.applied("erp", "ACME", []) == {}
    assert state.applied("erp", "ACME", ["nobody", keys[700]]) == {keys[700]: whole[keys[700]]}
    assert state.applied("erp", "GLOBEX", keys) == {}
    end(state, begun(state, plan(number=2)), removed=tuple(keys[1:]))
    assert list(state.applied("erp", "ACME")) == keys[:1]


def test_in_short_an_account_has_the_digest_of_what_is_remembered_of_it(state: State) -> None:
    run = begun(state, plan())
    one = replace(applied("ONE", **mail()), run=run.id)
    none = replace(applied("NONE", port=None, password=None), run=run.id)
    state.finish(run, RunStatus.APPLIED, Record((one, none)))
    assert state.recorded("erp", "ACME") == {"one": record_digest(one), "none": record_digest(none)}
    found = state.passwords("erp", "ACME")
    assert {key: each.fingerprint for key, each in found.items()} == {"one": fingerprint("clave"), "none": None}


def test_every_change_of_what_is_remembered_is_another_revision(folder: StateFolder) -> None:
    with folder.open() as state:
        seen = [state.revision("erp", "ACME")]
        for number in range(4):
            run = begun(state, plan(number=number))
            end(state, run, "JPEREZ", port=number + 1)
            seen.append(state.revision("erp", "ACME"))
        state.forget("erp", "ACME", "jperez")
        seen.append(state.revision("erp", "ACME"))
        end(state, begun(state, plan(number=9)), "JPEREZ")
        seen.append(state.revision("erp", "ACME"))
        state.forget_target("erp")
        seen.append(state.revision("erp", "ACME"))
    assert len(set(seen)) == len(seen)


def test_a_run_by_a_clock_that_is_late_is_another_revision_too(folder: StateFolder) -> None:
    with folder.open() as state:
        end(state, begun(state, plan(number=1)), "JPEREZ", port=25)
        future = "2099-01-01T00:00:00.000Z"
        folder.sql("UPDATE runs SET id = '2099', started_at = ?, finished_at = ?", future, future)
        before = state.revision("erp", "ACME")
        end(state, begun(state, plan(number=2)), "JPEREZ", port=26)
        assert state.revision("erp", "ACME") != before


def test_runs_and_accounts_of_others_are_no_other_revision(state: State) -> None:
    end(state, begun(state, plan()), "JPEREZ")
    before = state.revision("erp", "ACME")
    end(state, begun(state, plan(target="other", number=2)), "JPEREZ")
    assert state.revision("erp", "ACME") == before


def digests_in(world: World) -> list[tuple[Any, ...]]:
    """What the state holds of each account in short."""
    connection = sqlite3.connect(world.folder / ".efsync" / "state.db")
    found = connection.execute("SELECT key, digest, fingerprint FROM applied_accounts ORDER BY key").fetchall()
    connection.close()
    return found


def of_the_second_revision(world: World) -> list[tuple[Any, ...]]:
    """Put the state's rows into a state of revision 0002 in its place; the digests that they had."""
    digests = digests_in(world)
    file = world.folder / ".efsync" / "state.db"
    newer = file.rename(file.with_name("newer.db"))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    both = sqlite3.connect(file)
    with both:
        both.execute("ATTACH ? AS newer", (str(newer),))
        for (table,) in both.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if table != "alembic_version":
                names = [f'"{row[1]}"' for row in both.execute(f"PRAGMA main.table_info({table})")]
                found = ["'[]'" if name == '"changes"' else name for name in names]
                both.execute(
                    f"INSERT INTO main.{table} ({', '.join(names)}) SELECT {', '.join(found)} FROM newer.{table}"
                )
    both.close()
    newer.unlink()
    return digests


def test_a_state_that_had_no_digests_gets_those_that_it_would_have_had(world: World) -> None:
    settle(world)
    before = call_json(world, "plan").json
    digests = of_the_second_revision(world)
    assert call_json(world, "plan").codes == ["state-version"]
    apply(world)
    assert digests_in(world) == digests
    assert len(digests) == 3
    after = call_json(world, "plan").json
    assert [after[name] for name in ("summary", "changes", "problems")] == [
        before[name] for name in ("summary", "changes", "problems")
    ]
    assert_in_order(world)


@pytest.mark.parametrize("way", [(), ("--without-secrets",)])
def test_a_plan_with_differences_is_the_same_before_and_after_the_digests_came(
    world: World, way: tuple[str, ...]
) -> None:
    settle(world)
    world.change("JPEREZ", address="other@acme.example")
    world.environment["MAIL_JPEREZ"] = "clave-nueva"
    (world.folder / "accounts" / "compras.yaml").unlink()
    before = call_json(world, "plan", *way).json
    of_the_second_revision(world)
    assert call_json(world, "apply", "--yes", "--user", "NOBODY").codes == ["selection"]  # brings it up to date
    after = call_json(world, "plan", *way).json
    assert after["changes"] == before["changes"]
    assert after["summary"] == before["summary"]


def test_more_accounts_than_one_batch_get_their_digests(world: World) -> None:
    world.department("".join(f"  {code}:\n    address: {code.lower()}@acme.example\n" for code in MANY))
    with world.engine.begin() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1202) INSERT INTO Usuarios "
            "(Cod_Usu, Cod_Cli, Departamento, Status) SELECT printf('U%05d', i), 'ACME', 'VENTAS', 'A' FROM n"
        )
    call_json(world, "apply", "--yes", "--allow-changed")
    digests = of_the_second_revision(world)
    assert len(digests) == len(MANY)
    apply(world)
    assert digests_in(world) == digests
    assert_in_order(world)


def test_a_password_of_other_targets_is_found_by_its_fingerprint_once_for_each_account(state: State) -> None:
    for number, target in enumerate(("erp", "one", "two"), 1):
        run = begun(state, plan(target, number=number))
        known = [
            replace(applied(code, reference=env("MAIL_J"), **mail("clave")), run=run.id) for code in ("ANA", "EVA")
        ]
        retired = RetiredPassword("ana", mail("vieja", server="old.example"), env("MAIL_OLD"))
        state.finish(run, RunStatus.APPLIED, Record((*known,), retired=(retired,)))
    wanted = [fingerprint("clave"), fingerprint("vieja"), *(f"hmac-sha256:{number}" for number in range(600))]
    found = state.retired_passwords("erp", "GLOBEX", wanted)
    assert sorted((each.key, each.fields["server"]) for each in found) == [
        ("ana", "old.example"), ("ana", "smtp.acme.example"), ("eva", "smtp.acme.example"),
    ]  # fmt: skip
    places = {each.fields["password"]: (each.fields["server"], each.reference) for each in found}
    assert places == {
        fingerprint("clave"): ("smtp.acme.example", env("MAIL_J")),
        fingerprint("vieja"): ("old.example", env("MAIL_OLD")),
    }  # fmt: skip
    (own,) = state.retired_passwords("erp", "ACME")
    assert own.fields["server"] == "old.example"
    assert len(state.retired_passwords("erp", "ACME", wanted)) == 1 + len(found)
    assert state.retired_passwords("erp", "GLOBEX", [fingerprint("otra")]) == ()
