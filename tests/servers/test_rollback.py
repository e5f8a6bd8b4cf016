"""Rolling back on PostgreSQL and MariaDB."""

from tests.cli.test_rollback import (  # noqa: F401
    mistaken,
    test_a_password_comes_back_from_the_reference_of_the_time,
    test_a_rollback_can_be_rolled_back,
    test_a_rollback_restores_every_field_that_the_run_replaced,
    test_an_account_that_a_run_cleared_comes_back,
)
