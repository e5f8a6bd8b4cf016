"""Long texts in the state: kept once, given back whole, and brought over from a state that had them in its rows."""

import json
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from efsync.model.accounts import AppliedAccount
from efsync.model.plans import Plan
from efsync.model.runs import RunStatus
from efsync.planning.document import plan_to_document
from efsync.planning.record import Record
from efsync.state.store import State
from tests.planning.sides import KEY, Fields, applied, comparison, desired, env, live, mail, plan_of
from tests.state.conftest import StateFolder
from tests.state.test_migrate import MIGRATIONS
from tests.state.test_runs import begun

HEADER = "<p>" + "ñandú 😀 \n" * 20 + "</p>"
LONE = "\udc80" * 101
"""A text that no encoding has."""

MANY = [f"U{number:05}" for number in range(1, 1203)]
"""More than two batches of them."""


def header_plan() -> Plan:
    """Many accounts, all of which get the same header in place of the same other one, and one that is odd."""
    wanted = [desired(code, header=HEADER, footer="<p>" + code * 30, **mail()) for code in MANY]
    held = [live(code, header=HEADER.upper(), footer=None, **mail()) for code in MANY]
    made = plan_of(comparison([*wanted, desired("ODD", header=LONE)], [*held, live("ODD", header="x" * 100)]))
    return replace(made, plan_id="sha256:0")


def remembered(run: str) -> tuple[AppliedAccount, ...]:
    """The accounts as that plan leaves them."""
    fields: list[Fields] = [{"header": HEADER, "footer": "<p>" + code * 30} for code in MANY]
    accounts = [applied(code, reference=env("MAIL"), **each) for code, each in zip(MANY, fields, strict=True)]
    return tuple(replace(each, run=run) for each in (*accounts, applied("ODD", header=LONE)))


def test_a_text_that_many_have_is_kept_once_and_changes_and_accounts_have_it_whole(folder: StateFolder) -> None:
    with folder.open() as state:
        made = header_plan()
        run = begun(state, made)
        assert state.changes(run) == made.changes
        accounts = remembered(run.id)
        state.finish(run, RunStatus.APPLIED, Record(accounts), KEY.identity)
        assert state.applied("erp", "ACME") == {each.key: each for each in accounts}
        assert state.applied("erp", "ACME", ["odd", "u00700"]) == {each.key: each for each in accounts
                                                                     if each.key in ("odd", "u00700")}  # fmt: skip
    # both headers, a footer each, the odd one; one of a hundred characters stands in the row
    assert folder.sql("SELECT count(*) FROM texts") == [(2 + len(MANY) + 1,)]
    assert folder.sql("SELECT count(*) FROM run_changes WHERE instr(change, 'xxxxxxxxxx')") == [(1,)]


def test_the_same_texts_in_another_run_are_not_kept_again(folder: StateFolder) -> None:
    with folder.open() as state:
        begun(state, header_plan())
        kept = folder.sql("SELECT * FROM texts")
        second = begun(state, replace(header_plan(), plan_id="sha256:1"))
        assert state.changes(second) == header_plan().changes
    assert folder.sql("SELECT * FROM texts") == kept


@pytest.fixture
def older(folder: StateFolder) -> tuple[StateFolder, Plan]:
    """A state of revision 0003, in which the plan was applied by one run and is under way in another."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    folder.file.parent.mkdir()
    engine = create_engine(f"sqlite:///{folder.file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    engine.dispose()
    made = header_plan()
    document = plan_to_document(made)
    for run, status in (("1", "applied"), ("2", "started")):
        _insert(folder, "runs", id=run, target="erp", tenant="acme", plan_id=run, status=status, who="ana", host="h",
                started_at=run, source=json.dumps(document["source"]), summary=json.dumps(document["summary"]),
                changes=json.dumps(document["changes"]))  # fmt: skip
    for account in remembered("1"):
        _insert(folder, "applied_accounts", target="erp", tenant="acme", key=account.key, code=account.code,
                department=account.department, on_removal="clear", fields=json.dumps(account.fields), run="1",
                password_reference=json.dumps({"env": "MAIL"} if account.reference else None),
                applied_at=account.applied_at)  # fmt: skip
    return folder, made


def _insert(folder: StateFolder, table: str, **values: Any) -> None:
    folder.sql(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", *values.values())


def test_a_state_that_had_texts_in_its_rows_says_the_same_afterwards(older: tuple[StateFolder, Plan]) -> None:
    folder, made = older
    with folder.open() as state:
        (cut_off,) = state.unfinished_runs("erp")
        for run in (cut_off, replace(cut_off, id="1")):
            assert state.changes(run) == made.changes
        assert state.applied("erp", "ACME") == {each.key: each for each in remembered("1")}
        _goes_on(state, made)
    assert folder.sql("SELECT count(*) FROM texts") == [(2 + len(MANY) + 1,)]


def _goes_on(state: State, made: Plan) -> None:
    run = begun(state, replace(made, plan_id="sha256:2"))
    state.finish(run, RunStatus.APPLIED, Record(remembered(run.id)), KEY.identity)
    assert state.applied("erp", "ACME", ["odd"])["odd"].run == run.id
