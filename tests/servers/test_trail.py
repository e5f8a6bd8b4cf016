"""What the audit trail says of who changed an account, on PostgreSQL and MariaDB."""

from tests.cli.inside import call_json
from tests.erp.test_trail import (  # noqa: F401
    drifted,
    note,
    test_a_code_that_another_tenant_has_too_is_told_nothing_of,
    test_a_plan_that_meets_drift_says_so_too_and_keeps_it_in_its_file,
    test_drift_is_found_where_there_is_no_such_trail,
    test_drift_says_who_changed_the_account_last_and_when,
    test_of_two_entries_of_one_moment_the_one_of_a_person_counts,
)
from tests.servers.test_doctor_rights import Grant, grant  # noqa: F401
from tests.world import World


def test_drift_is_found_by_who_may_not_read_the_trail(drifted: World, grant: Grant) -> None:  # noqa: F811
    note(drifted, "MROJAS", "ADMIN", "2026-11-25 18:03:12")
    grant(("SELECT", "Usuarios"))
    result = call_json(drifted, "drift")
    assert (result.status, result.codes) == (2, [])
    assert "last_change" not in result.json["accounts"][0]
    grant(("SELECT", "Auditorias"))
    assert call_json(drifted, "drift").json["accounts"][0]["last_change"]["user"] == "ADMIN"
