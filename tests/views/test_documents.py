"""The JSON documents, in the form of the contract."""

import json

import pytest
from jsonschema import Draft202012Validator

from efsync.model.drift import Drift
from efsync.model.outcomes import Applied, ApplyStatus, Validation
from efsync.model.plans import Selection
from efsync.model.problems import Location, Problem, Severity
from efsync.schema.shipped import schema
from efsync.views.documents import (
    account_document,
    apply_document,
    as_json,
    drift_document,
    failed_plan_document,
    failure_document,
    plan_document,
    problems_document,
    state_document,
    validation_document,
)
from tests.planning.sides import applied, env, fingerprint, mail, summary
from tests.views.shown import PASSWORDS, hostile_plan, mixed_drift, mixed_plan

PROBLEM = Problem("schema", "port: 70000", Location("accounts/ventas.yaml", 12, 11), "at most 65535")
PROBLEM_DOCUMENT = {
    "severity": "error", "code": "schema", "message": "port: 70000", "file": "accounts/ventas.yaml", "line": 12,
    "column": 11, "hint": "at most 65535",
}  # fmt: skip
COUNTS = {
    "changed": 3, "cleared": 1, "forgotten": 0, "adopted": 2, "unchanged": 40, "unmanaged": 12, "drifted": 1,
}  # fmt: skip


def test_a_problem() -> None:
    assert problems_document([PROBLEM]) == [PROBLEM_DOCUMENT]


def test_a_problem_without_place_and_hint() -> None:
    (document,) = problems_document([Problem("config", "x", severity=Severity.WARNING)])
    assert document == {
        "severity": "warning", "code": "config", "message": "x", "file": None, "line": None, "column": None,
        "hint": None,
    }  # fmt: skip


def test_a_validation() -> None:
    assert validation_document(Validation(6, 58, (PROBLEM,))) == {
        "format_version": "1.0", "kind": "validation", "valid": False, "files": 6, "accounts": 58,
        "problems": [PROBLEM_DOCUMENT],
    }  # fmt: skip
    assert validation_document(Validation(6, 58, ()))["valid"] is True


def test_a_plan() -> None:
    document = json.loads(as_json(plan_document(mixed_plan())))
    assert {name: document[name] for name in ("format_version", "kind", "target", "selection", "source")} == {
        "format_version": "1.0", "kind": "plan", "target": "erp",
        "selection": {"departments": ["VENTAS"], "users": []},
        "source": {"commit": "0a1b2c3d", "dirty": False, "config_digest": "sha256:" + "0" * 64},
    }  # fmt: skip
    assert set(document["summary"]) == set(COUNTS)
    change = next(each for each in document["changes"] if each["user"] == "MIXED")
    assert {name: change[name] for name in ("user", "department", "action", "location")} == {
        "user": "MIXED", "department": "VENTAS", "action": "update",
        "location": {"file": "accounts/ventas.yaml", "line": 5, "column": 3},
    }  # fmt: skip
    fields = {field.pop("field"): field for field in change["fields"]}
    assert fields["server"] == {"before": None, "after": "smtp.acme.example", "origin": "drift", "sensitive": False}
    assert fields["password"] == {
        "before": fingerprint("clave-vieja"), "after": fingerprint("clave-nueva"), "origin": "config",
        "sensitive": True,
    }  # fmt: skip


@pytest.mark.parametrize("plan", [mixed_plan(), hostile_plan()], ids=["mixed", "hostile"])
def test_a_plan_is_valid_against_its_schema_and_holds_no_password(plan: object) -> None:
    text = as_json(plan_document(plan))  # type: ignore[arg-type]
    assert list(Draft202012Validator(schema("plan")).iter_errors(json.loads(text))) == []
    assert all(line.isprintable() for line in text.splitlines())
    assert not any(password in text for password in PASSWORDS)


def test_a_plan_that_could_not_be_made_is_the_same_document_without_changes() -> None:
    document = json.loads(as_json(failed_plan_document("erp", Selection(("VENTAS",), ("X",)), [PROBLEM])))
    assert list(Draft202012Validator(schema("plan")).iter_errors(document)) == []
    assert (document["plan_id"], document["changes"], document["problems"]) == (None, [], [PROBLEM_DOCUMENT])
    assert document["selection"] == {"departments": ["VENTAS"], "users": ["X"]}
    assert set(document["summary"].values()) == {0}
    assert list(Draft202012Validator(schema("plan")).iter_errors(failed_plan_document(None, Selection(), []))) == []


@pytest.mark.parametrize("status", ["applied", "nothing", "refused", "failed"])
def test_an_apply(status: str) -> None:
    outcome = Applied(ApplyStatus(status), "erp", "sha256:0", "20260301-1", summary(**COUNTS), (PROBLEM,))
    assert apply_document(outcome) == {
        "format_version": "1.0", "kind": "apply", "run": "20260301-1", "plan_id": "sha256:0", "target": "erp",
        "status": status, "summary": COUNTS, "problems": [PROBLEM_DOCUMENT],
    }  # fmt: skip


def test_drift() -> None:
    document = json.loads(as_json(drift_document(mixed_drift())))
    assert list(document) == ["format_version", "kind", "target", "summary", "accounts", "problems"]
    assert document["summary"] == {"accounts": 3, "fields": 8}
    first = document["accounts"][0]
    assert list(first) == ["user", "department", "fields"]
    fields = {field.pop("field"): field for field in first["fields"]}
    assert fields["port"] == {"applied": 587, "live": 25, "sensitive": False}
    assert fields["address"] == {"applied": "jperez@acme.example", "live": None, "sensitive": False}
    assert fields["password"] == {
        "applied": fingerprint("clave-vieja"), "live": fingerprint("clave-otra"), "sensitive": True,
    }  # fmt: skip
    assert [problem["code"] for problem in document["problems"]] == ["unknown-user"]
    assert drift_document(Drift(None, ()))["summary"] == {"accounts": 0, "fields": 0}


def test_the_state() -> None:
    account = applied("JPEREZ", reference=env("MAIL_J"), **mail())
    assert state_document([account], [PROBLEM]) == {
        "format_version": "1.0", "kind": "state",
        "accounts": [{"user": "JPEREZ", "department": "VENTAS", "applied_at": account.applied_at, "run": account.run}],
        "problems": [PROBLEM_DOCUMENT],
    }  # fmt: skip


def test_an_account_of_the_state() -> None:
    document = account_document(applied("JPEREZ", reference=env("MAIL_J"), password=fingerprint("clave"), domain=None))
    assert (document["kind"], document["user"], document["on_removal"]) == ("state-account", "JPEREZ", "clear")
    assert document["fields"] == [
        {"field": "password", "applied": fingerprint("clave"), "sensitive": True},
        {"field": "domain", "applied": None, "sensitive": False},
    ]
    assert document["password_reference"] == {"env": "MAIL_J"}


def test_any_other_command_that_failed() -> None:
    assert failure_document("demo", [PROBLEM]) == {
        "format_version": "1.0", "kind": "demo", "problems": [PROBLEM_DOCUMENT],
    }  # fmt: skip
