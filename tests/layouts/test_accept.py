"""The same where all mail fields are property rows, on every database."""

from tests.cli.test_accept import (  # noqa: F401
    drifted,
    test_a_password_is_never_taken_over_and_what_to_do_is_said,
    test_values_come_to_their_own_users_and_nobody_else_changes,
)
