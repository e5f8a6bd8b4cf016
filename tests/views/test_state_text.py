"""Drift, the state, and how commands ended, as text."""

import pytest
from syrupy.assertion import SnapshotAssertion

from efsync.model.accounts import AppliedAccount, OnRemoval
from efsync.model.drift import Drift
from efsync.model.outcomes import Applied, ApplyStatus, Validation
from efsync.model.problems import Problem, Severity
from efsync.views.state_text import account_text, applied_accounts_text, applied_text, drift_text, validation_text
from tests.planning.sides import applied, env, mail, summary
from tests.views.shown import ESCAPES, PASSWORDS, SIGNATURE, mixed_drift
from tests.views.test_plan_text import printed


def accounts() -> list[AppliedAccount]:
    """Accounts as applied, one of them hostile."""
    return [
        applied("0012", "ALMACÉN", reference=env("MAIL_0012"), address="bodega@acme.example", domain=None,
                signature=SIGNATURE, **mail("clave-vieja")),
        applied(f"J{ESCAPES}", f"V{ESCAPES}", on_removal=OnRemoval.FORGET, server=ESCAPES, password=None),
    ]  # fmt: skip


def test_drift_goes_from_as_applied_to_as_it_is(snapshot: SnapshotAssertion) -> None:
    shown = printed(drift_text(mixed_drift()))
    assert all(line.isprintable() for line in shown.splitlines())
    assert not any(password in shown for password in (*PASSWORDS, "hmac"))
    assert shown == snapshot


def test_no_drift_is_said() -> None:
    assert printed(drift_text(Drift("erp", ()))) == "No drift: what efsync applied is what the ERP holds.\n"


def test_the_state_is_a_line_an_account(snapshot: SnapshotAssertion) -> None:
    shown = printed(applied_accounts_text(accounts()))
    assert len(shown.splitlines()) == len(accounts())
    assert all(line.isprintable() for line in shown.splitlines())
    assert shown == snapshot


@pytest.mark.parametrize("number", [0, 1], ids=["whole", "hostile"])
def test_an_account_is_shown_without_its_password(number: int, snapshot: SnapshotAssertion) -> None:
    shown = printed(account_text(accounts()[number]))
    assert not any(password in shown for password in (*PASSWORDS, "hmac"))
    assert all(line.isprintable() for line in shown.splitlines())
    assert shown == snapshot


def test_a_reference_that_is_hostile_is_shown_harmlessly() -> None:
    shown = printed(account_text(applied(reference=env(ESCAPES), **mail())))
    assert all(line.isprintable() for line in shown.splitlines())


@pytest.mark.parametrize("status", ApplyStatus)
def test_how_an_apply_ended_is_one_line(status: ApplyStatus, snapshot: SnapshotAssertion) -> None:
    counts = summary(changed=3, cleared=1, forgotten=2, adopted=4)
    assert applied_text(Applied(status, "erp", "sha256:0", "20260301-120000-abcdef", counts)).plain == snapshot


def test_a_validation_counts_errors_and_not_warnings() -> None:
    warning = Problem("inactive-user", "x", severity=Severity.WARNING)
    error = Problem("schema", "x")
    assert validation_text(Validation(6, 1058, (warning,))).plain == "Valid: 1,058 accounts in 6 files."
    assert validation_text(Validation(1, 1, (warning, error))).plain == "Not valid: 1 error; 1 account in 1 file."
    assert validation_text(Validation(0, 0, (error, error))).plain == "Not valid: 2 errors; 0 accounts in 0 files."


def test_a_long_department_stays_apart_from_what_follows() -> None:
    shown = printed(applied_accounts_text([applied("0123456789", "D" * 60, port=1)]))
    assert shown.startswith("0123456789  " + "D" * 60 + "  2026-")
