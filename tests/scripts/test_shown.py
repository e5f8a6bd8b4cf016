"""What an administrator reads: one script a server, and comments that nothing can leave."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from efsync.erp.script.literals import comment
from efsync.model.plans import Source
from tests.scripts.made import PLAN, script_for


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mariadb", "mssql"])
def test_a_script_reads_like_this(dialect: str, snapshot: SnapshotAssertion) -> None:
    assert script_for(dialect) == snapshot


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mariadb", "mssql"])
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
