"""The same in T-SQL."""

from tests.cli.test_removal import *  # noqa: F403
