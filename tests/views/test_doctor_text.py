"""What doctor found, as text and as a document."""

from syrupy.assertion import SnapshotAssertion

from efsync.model.checks import Check, CheckStatus, Examination, Topic, check_of, doubtful, fine, wrong
from efsync.model.problems import Location, Problem, Severity
from efsync.views.doctor_text import doctor_text
from efsync.views.documents import as_json, doctor_document
from tests.views.shown import ESCAPES
from tests.views.test_plan_text import printed


def mixed() -> Examination:
    """Every status, with and without target and remedy, in the order in which doctor finds them."""
    return Examination(
        (
            fine(Topic.SETTINGS, "efsync.toml names the targets erp, test; erp is the default"),
            check_of(Topic.SECRETS, Problem("secret-missing", "password: the variable MAIL_X is not set",
                                            Location("accounts/ventas.yaml", 12, 15))),
            doubtful(Topic.STATE, "the lock is held by ana on caracas (process 7)", "wait until it ends", "erp"),
            fine(Topic.KEY, "key 4404dd3b88083b73; it comes from EFSYNC_KEY"),
            fine(Topic.SERVER, "the server is PostgreSQL 15.2", "erp"),
            wrong(Topic.RIGHTS, "the right UPDATE on Usuarios is missing", "GRANT UPDATE ON Usuarios", "erp"),
            wrong(Topic.CONNECTION, f"no server at {ESCAPES}", f"start {ESCAPES}", f"test{ESCAPES}"),
        )
    )  # fmt: skip


def test_efsync_comes_first_then_each_target_with_remedies_below(snapshot: SnapshotAssertion) -> None:
    shown = printed(doctor_text(mixed()))
    assert all(line.isprintable() for line in shown.splitlines())
    assert "\n".join(shown.splitlines()[1:]) == snapshot


def test_what_is_to_be_done_for_several_checks_in_a_row_is_said_once_below_them() -> None:
    found = Examination(
        (
            wrong(Topic.SECRETS, "MAIL_A may not be read", "allow it"),
            wrong(Topic.SECRETS, "MAIL_B may not be read", "allow it"),
            wrong(Topic.SECRETS, "MAIL_C is not set", "set it"),
            fine(Topic.KEY, "it is there"),
            wrong(Topic.STATE, "MAIL_D may not be read", "allow it"),
        )
    )
    assert [line.strip() for line in printed(doctor_text(found)).splitlines()[1:-2]] == [
        "error    secrets     MAIL_A may not be read", "error    secrets     MAIL_B may not be read", "allow it",
        "error    secrets     MAIL_C is not set", "set it", "ok       key         it is there",
        "error    state       MAIL_D may not be read", "allow it",
    ]  # fmt: skip


def test_all_in_order_is_said_in_the_last_line() -> None:
    found = Examination((fine(Topic.SETTINGS, "a"), fine(Topic.USERS, "b", "erp")))
    assert printed(doctor_text(found)).splitlines()[-1] == "2 ok, 0 warnings, 0 errors."


def test_the_document_has_every_check_the_counts_and_the_worst_status() -> None:
    document = doctor_document(mixed())
    assert (document["kind"], document["status"]) == ("doctor", "error")
    assert document["summary"] == {"ok": 3, "warning": 1, "error": 3}
    assert document["checks"][2] == {
        "status": "warning",
        "topic": "state",
        "target": "erp",
        "message": "the lock is held by ana on caracas (process 7)",
        "remedy": "wait until it ends",
    }
    assert document["problems"] == []
    assert as_json(document).replace("\n", "").isprintable()


def test_a_problem_becomes_a_check_with_its_place_and_a_remedy_of_its_own_or_else_the_given_one() -> None:
    problem = Problem("config", "is not TOML", Location("efsync.toml", 3, 1), severity=Severity.WARNING)
    check = check_of(Topic.SETTINGS, problem, remedy="look there")
    assert check == Check(CheckStatus.WARNING, Topic.SETTINGS, "efsync.toml:3:1: is not TOML", None, "look there")
    hinted = check_of(Topic.KEY, Problem("config", "it is short", hint="make another"), "erp", "look there")
    assert hinted == Check(CheckStatus.ERROR, Topic.KEY, "it is short", "erp", "make another")
