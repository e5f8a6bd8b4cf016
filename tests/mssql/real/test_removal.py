"""The same on SQL Server."""

from tests.cli.test_removal import *  # noqa: F403
