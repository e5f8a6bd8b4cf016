"""Counting on PostgreSQL and MariaDB, where the state is on the server too."""

from collections.abc import Iterator

import pytest

from tests.cli.test_stats import (  # noqa: F401
    company,
    test_a_password_grows_old_until_it_is_renewed,
    test_a_user_with_a_new_code_keeps_the_age_of_its_password,
    test_accounts_without_a_user_are_told_beside_the_counts,
    test_only_the_departments_that_are_named_are_counted,
    test_users_are_counted_by_department_server_ssl_and_age_of_password,
    test_who_left_the_files_is_applied_only_until_it_is_forgotten,
)
from tests.servers.test_servers import shared_state
from tests.world import World


@pytest.fixture
def sales(sales: World) -> Iterator[World]:
    """The company whose state is in a database of its own on the same server."""
    with shared_state(sales):
        yield sales
