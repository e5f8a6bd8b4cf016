"""The history on PostgreSQL and MariaDB, where the state is on the server too."""

from collections.abc import Iterator

import pytest

from tests.cli.test_history import (  # noqa: F401
    test_every_apply_is_listed_newest_first,
    test_of_one_run_every_field_is_shown_before_and_after,
    test_one_accounts_life_leaves_out_all_others,
    test_pruning_forgets_what_runs_changed_but_not_that_they_were,
    test_texts_that_accounts_still_have_survive_pruning,
    twice,
)
from tests.servers.test_servers import shared_state
from tests.world import World


@pytest.fixture
def sales(sales: World) -> Iterator[World]:
    """The company whose state is in a database of its own on the same server."""
    with shared_state(sales):
        yield sales
