"""What SQL Server is asked before an apply writes: rights, and whether a dead apply's connection still writes."""

import pytest

from efsync.model.problems import Problem, Refused
from efsync.state.store import State
from tests.cli.inside import applied, assert_in_order, call_json
from tests.mssql.world import TranslatedWorld
from tests.workflows.moments import MOMENTS

only_columns = pytest.mark.parametrize("world", [TranslatedWorld], indirect=True)


@only_columns
def test_a_right_that_is_missing_is_named_before_the_lock_is_taken(sales: TranslatedWorld) -> None:
    sales.server.denied = frozenset({("[Usuarios]", "UPDATE")})
    problem = call_json(sales, "apply", "--yes").problem("database")
    assert problem["message"] == "the right UPDATE on Usuarios is missing"
    assert problem["hint"].startswith("GRANT UPDATE ON [Usuarios] to the user of the url")
    assert not any("sp_getapplock" in batch for batch in sales.server.said)
    sales.server.denied = frozenset()
    applied(sales)


@only_columns
def test_rights_are_one_question_where_none_is_missing(sales: TranslatedWorld) -> None:
    applied(sales)
    assert len([batch for batch in sales.server.said if "HAS_PERMS_BY_NAME" in batch]) == 1


def test_a_run_that_never_ended_may_still_write_while_the_lock_is_held(
    sales: TranslatedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    def away(*_arguments: object, **_options: object) -> None:
        raise Refused(Problem("database", "the state: it is away"))

    with monkeypatch.context() as patched:
        MOMENTS["before the first write"](patched.setattr, interrupt)
        patched.setattr(State, "finish", away)
        assert call_json(sales, "apply", "--yes").status == 1
    sales.server.locks["efsync apply"] = "a connection whose process died"
    assert "may still be writing" in call_json(sales, "plan").problem("run-under-way")["message"]
    del sales.server.locks["efsync apply"]
    assert call_json(sales, "plan").codes == ["run-interrupted"]
    applied(sales)
    assert_in_order(sales)
