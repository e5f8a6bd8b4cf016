"""What several tests of workflows begin with."""

import pytest

from tests.workflows.settled import settle
from tests.world import World


@pytest.fixture
def settled(world: World) -> World:
    """A company in which nothing differs."""
    return settle(world)
