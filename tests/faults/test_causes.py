"""What a driver's number for an error means; SQL Server's too, which no test can ask."""

import importlib

import pymssql
import pytest
from sqlalchemy.exc import OperationalError

from efsync.database.errors import database_errors
from efsync.database.retry import PAUSES, while_busy
from efsync.model.problems import Problem, Refused


def _problem(error: Exception) -> Problem:
    with pytest.raises(Refused) as refused, database_errors("the ERP database"):
        raise OperationalError("UPDATE", {}, error)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (1205, "busy", "each waited for what the other one holds"),
        (1222, "busy", "waited too long"),
        (229, "database", "permission was denied"),
        (8152, "database", "would be truncated"),
    ],
)
def test_a_deadlock_and_a_lock_time_out_of_sql_server_are_known_by_their_numbers(
    number: int, code: str, said: str
) -> None:
    texts = {229: b"The UPDATE permission was denied", 8152: b"String or binary data would be truncated"}
    for error in (
        pymssql.OperationalError(number, texts.get(number, b"DB-Lib error message 20018")),
        pymssql.OperationalError((number, texts.get(number, b"DB-Lib error message 20018"))),
    ):
        problem = _problem(error)
        assert problem.code == code
        assert said in problem.message


def test_the_same_number_means_something_else_to_another_driver() -> None:
    assert "each waited" in _problem(pymssql.OperationalError(1205, b"")).message
    pymysql = importlib.import_module("pymysql")
    assert "waited too long" in _problem(pymysql.err.OperationalError(1205, "")).message


def test_a_statement_that_took_too_long_is_no_lock() -> None:
    errors = importlib.import_module("psycopg.errors")
    assert _problem(errors.QueryCanceled("canceling statement due to statement timeout")).code == "database"
    assert _problem(errors.LockNotAvailable("canceling statement due to lock timeout")).code == "busy"


def test_only_a_busy_database_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("efsync.database.retry.sleep", lambda _seconds: None)
    for code, tries in (("busy", len(PAUSES) + 1), ("database", 1), ("locked", 1), ("plan-stale", 1)):
        calls: list[str] = []

        def refuse(code: str = code, calls: list[str] = calls) -> None:
            calls.append(code)
            raise Refused(Problem(code, "no"))

        with pytest.raises(Refused):
            while_busy(refuse)
        assert len(calls) == tries


def test_what_may_not_be_repeated_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("efsync.database.retry.sleep", lambda _seconds: None)
    calls: list[str] = []

    def refuse() -> None:
        calls.append("try")
        raise Refused(Problem("busy", "no"))

    with pytest.raises(Refused, match=r"^no$"):
        while_busy(refuse, may_repeat=lambda: len(calls) < 2)
    assert len(calls) == 2
