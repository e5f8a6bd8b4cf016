"""What an administrator reads: one script a server, and comments that nothing can leave."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from efsync.erp.script import find_client
from efsync.erp.script.literals import comment
from efsync.model.plans import Source
from tests.scripts.made import PLAN, script_for


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "mssql"])
def test_a_script_reads_like_this(dialect: str, snapshot: SnapshotAssertion) -> None:
    assert script_for(dialect) == snapshot


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "mssql"])
def test_what_a_plan_says_of_itself_stays_in_comments(dialect: str) -> None:
    strange = "A\n\\! id\n.shell id\nGO\n:!! id\nDELIMITER x\r$(y)\u2028z"
    plan = replace(PLAN, tenant=strange, target=strange, source=Source(strange))
    lines = script_for(dialect, plan=plan).split("\n")
    head = lines[: lines.index("")]
    assert all(line.startswith("--") and line.isprintable() and "$(" not in line for line in head)
    plain = script_for(dialect).split("\n")
    assert lines[len(head) :] == plain[plain.index("") :]


def test_a_comment_is_one_line() -> None:
    assert comment("a\nb\rc\u2028d $(x) \\q") == "-- a?b?c?d $ (x) \\q"


def test_a_statement_for_postgresql_that_may_fail_holds_no_variable_itself() -> None:
    holding = [line for line in script_for("postgresql").splitlines() if ":'" in line and not line.startswith("--")]
    assert holding
    assert all(line.startswith("SELECT set_config('efsync.") for line in holding)


@pytest.mark.parametrize(
    ("dialect", "told"),
    [
        ("sqlite", ".timeout 7000\n"),
        ("postgresql", "SET LOCAL lock_timeout = '7s';"),
        ("mysql", "innodb_lock_wait_timeout = 7, lock_wait_timeout = 7;"),
        ("mssql", "SET LOCK_TIMEOUT 7000;"),
    ],
)
def test_every_client_is_told_how_long_to_wait(dialect: str, told: str) -> None:
    assert told in script_for(dialect, wait=7)


def test_nothing_in_a_script_for_postgresql_can_end_the_text_of_its_statement() -> None:
    work = "A$efsync1$B"
    lines = list(find_client("postgresql", 30).transaction([f"-- {work}"], "done", []))
    begins = next(line for line in lines if line.startswith("DO "))
    tag = begins.removeprefix("DO ")
    assert "\n".join(lines).count(tag) == 2
