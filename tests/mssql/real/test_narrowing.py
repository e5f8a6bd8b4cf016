"""The same on SQL Server."""

from tests.cli.test_narrowing import *  # noqa: F403
